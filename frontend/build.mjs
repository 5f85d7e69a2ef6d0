// Builds what the pages load into app/web/static/build: hashed names, a manifest that maps the plain name to the
// hashed one, and a .br and .gz beside every file that shrinks. Prints the sizes and fails above the budgets.
//
//   node build.mjs            one build, minified
//   node build.mjs --watch    rebuilds on every change, readable, with source maps

import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises"
import { basename, dirname, extname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"
import * as esbuild from "esbuild"
import { minify } from "terser"

const here = dirname(fileURLToPath(import.meta.url))
const outdir = resolve(here, "../app/web/static/build")
const watch = process.argv.includes("--watch")

// kB (1,000 bytes) as they travel: brotli for code, as they are for fonts.
const BUDGETS = [
  { what: "editor.js", files: ["editor.js"], limit: 110 },
  { what: "all JS", files: ["editor.js", "app.js", "line.js"], limit: 125 },
  { what: "all CSS", files: ["app.css"], limit: 12 },
  { what: "fonts", files: ["motionsverkstad-sans.woff2", "motionsverkstad-serif.woff2"], limit: 55 },
]
const COMPRESSED = new Set([".js", ".css", ".svg", ".map"])

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

/** The plain name of an output: its entry's name, or the name of the file it was copied from. */
function plainName(output, { entryPoint, inputs }) {
  const source = entryPoint ?? Object.keys(inputs)[0]
  if (!entryPoint) return basename(source)
  const entry = ENTRIES.find((candidate) => resolve(here, candidate.in) === resolve(here, source))
  return entry.out + extname(output)
}

const ENTRIES = [
  { in: "editor/index.ts", out: "editor" },
  { in: "islands/index.ts", out: "app" },
  { in: "islands/live-text.ts", out: "line" },
  { in: "styles/app.css", out: "app" },
]

/** The file's bytes; of a script, what another minifier makes of esbuild's: a fifteenth less, as it travels. */
async function shortest(path) {
  const raw = await readFile(resolve(here, path))
  if (watch || extname(path) !== ".js") return raw
  const { code } = await minify(raw.toString(), { module: true, ecma: 2020, format: { comments: false } })
  await writeFile(resolve(here, path), code)
  return Buffer.from(code)
}

async function publish(result) {
  const manifest = {}
  const sizes = {}
  const kept = new Set(["manifest.json"])
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    const file = basename(path)
    const raw = await shortest(path)
    kept.add(file)
    const isListed = !/\.(map|txt)$/.test(file)
    const name = isListed ? plainName(file, output) : file
    if (isListed) manifest[name] = file
    sizes[name] = raw.length
    if (!COMPRESSED.has(extname(file)) || watch) continue
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } }
    const [br, gz] = await Promise.all([brotli(raw, options), zip(raw, { level: 9 })])
    await Promise.all([writeFile(join(outdir, `${file}.br`), br), writeFile(join(outdir, `${file}.gz`), gz)])
    kept.add(`${file}.br`).add(`${file}.gz`)
    sizes[name] = br.length
  }
  // The manifest is swapped in one step, so that a running server never reads half of one.
  const draft = join(outdir, "manifest.json.part")
  await writeFile(draft, JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 2) + "\n")
  await rename(draft, join(outdir, "manifest.json"))
  for (const file of await readdir(outdir)) if (!kept.has(file)) await rm(join(outdir, file), { force: true })
  return sizes
}

function report(sizes) {
  const kB = (bytes) => (bytes / 1000).toFixed(1).padStart(7) + " kB"
  for (const [name, bytes] of Object.entries(sizes)) if (!name.endsWith(".map")) console.log(kB(bytes), name)
  let over = 0
  for (const { what, files, limit } of BUDGETS) {
    const missing = files.filter((file) => !(file in sizes))
    if (missing.length) throw new Error(`The budget for ${what} names ${missing.join(", ")}, which was not built.`)
    const total = files.reduce((sum, file) => sum + sizes[file], 0)
    const isOver = total > limit * 1000
    if (isOver) over += 1
    console.log(kB(total), `of ${limit} kB for ${what}${isOver ? "  ← OVER BUDGET" : ""}`)
  }
  return over
}

await mkdir(outdir, { recursive: true })
const options = {
  absWorkingDir: here,
  entryPoints: ENTRIES,
  outdir,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  alias: Object.fromEntries(["lib0/dom", "lib0/logging", "lib0/hash/sha256"].map((part) => [part, "./stand-ins.ts"])),
  loader: { ".woff2": "file", ".svg": "dataurl" },
  metafile: true,
  minify: !watch,
  sourcemap: watch ? "linked" : false,
  legalComments: "external",
  logLevel: "warning",
}

if (watch) {
  const publishing = {
    name: "publish",
    setup: (build) => build.onEnd(async (result) => { if (!result.errors.length) await publish(result) }),
  }
  const context = await esbuild.context({ ...options, plugins: [publishing] })
  await context.watch()
  console.log("Watching. Ctrl-C ends.")
} else {
  const over = report(await publish(await esbuild.build(options)))
  if (over) {
    console.error(`${over} budget(s) exceeded: take something out, or argue for the limit in build.mjs.`)
    process.exitCode = 1
  }
}
