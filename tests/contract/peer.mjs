// Real Yjs clients, driven line by line over standard input: {op, name, …} → one line of JSON.
//
// What they do to the text goes through y-prosemirror's own conversion, as it does in the editor.

import { createInterface } from "node:readline"
import { Transform } from "../../frontend/node_modules/prosemirror-transform/dist/index.js"
import { initProseMirrorDoc, updateYFragment } from "../../frontend/node_modules/y-prosemirror/src/y-prosemirror.js"
import * as Y from "../../frontend/node_modules/yjs/dist/yjs.mjs"
import { between } from "../../frontend/editor/ordering.ts"
import { bodySchema, demandSchema } from "../../frontend/editor/schema.ts"

const WORDS = ["bussar", "å", "på landsbygden", "😀", "👩‍👩‍👧", "e\u0301", "att", "fler ", " och", "x", "1,5 %", "«»"]

/** Small, fast and the same everywhere; the same seed gives the same acts. */
export function generator(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { next, below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] }
}

export class Client {
  constructor(clientID) {
    this.doc = new Y.Doc()
    this.doc.clientID = clientID
    this.title = this.doc.getText("title")
    this.body = this.doc.getXmlFragment("body")
    this.demands = this.doc.getMap("demands")
    this.undo = new Y.UndoManager([this.title, this.body, this.demands], {
      trackedOrigins: new Set(["local"]),
      captureTimeout: 0,
    })
    this.made = []
    this.doc.on("update", (update, origin) => origin !== "remote" && this.made.push(update))
  }

  take(update) {
    Y.applyUpdate(this.doc, update, "remote")
  }

  takeMade() {
    return this.made.splice(0)
  }

  /** Opens `fragment` as the editor does, has `change` make a transform of it, and writes that back. */
  edit(fragment, schema, change) {
    this.doc.transact(() => {
      const { doc, meta } = initProseMirrorDoc(fragment, schema)
      const transform = new Transform(doc)
      change(transform, schema)
      if (transform.docChanged) updateYFragment(this.doc, fragment, transform.doc, meta)
    }, "local")
  }

  /** How many updates come of only looking at the document. */
  view() {
    for (const [fragment, schema] of [[this.body, bodySchema], ...this.fragments().map((f) => [f, demandSchema])]) {
      this.doc.transact(() => {
        const { doc, meta } = initProseMirrorDoc(fragment, schema)
        doc.check()
        updateYFragment(this.doc, fragment, doc, meta)
      }, "local")
    }
    return this.takeMade().length
  }

  fragments() {
    return [...this.demands.values()].map((entry) => entry.get("text"))
  }

  read() {
    const json = (fragment, schema) => initProseMirrorDoc(fragment, schema).doc.toJSON()
    return {
      schema: this.doc.getMap("meta").get("schema") ?? null,
      title: this.title.toString(),
      body: json(this.body, bodySchema),
      demands: [...this.demands.entries()]
        .map(([id, entry]) => ({
          id,
          position: entry.get("pos"),
          struck: entry.get("deleted") === true,
          text: json(entry.get("text"), demandSchema),
        }))
        .sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : a.id < b.id ? -1 : 1)),
    }
  }

  act(random) {
    const kind = random.below(16)
    if (kind === 0) this.undo.undo()
    else if (kind === 1) this.undo.redo()
    else if (kind < 4) this.retitle(random)
    else if (kind < 8) this.actOnDemands(random)
    else this.edit(this.body, bodySchema, (transform) => changeText(transform, random, true))
  }

  retitle(random) {
    const units = [...this.title.toString()]
    const at = (n) => units.slice(0, n).join("").length
    const from = random.below(units.length + 1)
    const to = Math.min(units.length, from + random.below(4))
    this.doc.transact(() => {
      if (random.below(3) === 0 && to > from) this.title.delete(at(from), at(to) - at(from))
      else this.title.insert(at(from), random.pick(WORDS))
    }, "local")
  }

  actOnDemands(random) {
    const entries = this.read().demands
    const entry = entries.length > 0 ? random.pick(entries) : undefined
    const kind = entry === undefined ? 0 : random.below(8)
    if (kind === 0) this.add(random, entries)
    else if (kind === 1) this.set(entry.id, "deleted", true)
    else if (kind === 2) this.doc.transact(() => this.demands.get(entry.id).delete("deleted"), "local")
    else if (kind === 3) this.set(entry.id, "pos", place(random, entries))
    else this.edit(this.demands.get(entry.id).get("text"), demandSchema, (t) => changeText(t, random, false))
  }

  set(id, key, value) {
    this.doc.transact(() => this.demands.get(id).set(key, value), "local")
  }

  add(random, entries) {
    const hex = (n) => Array.from({ length: n }, () => random.below(16).toString(16)).join("")
    this.doc.transact(() => {
      const entry = new Y.Map()
      const text = new Y.XmlFragment()
      const paragraph = new Y.XmlElement("paragraph")
      paragraph.insert(0, [new Y.XmlText("att ")])
      text.insert(0, [paragraph])
      entry.set("pos", place(random, entries))
      entry.set("text", text)
      this.demands.set(`${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`, entry)
    }, "local")
  }
}

function place(random, entries) {
  const i = random.below(entries.length + 1)
  const [before, after] = [entries[i - 1]?.position ?? null, entries[i]?.position ?? null]
  return before !== null && after !== null && before >= after ? before : between(before, after)
}

function changeText(transform, random, blocks) {
  const { doc } = transform
  const { nodes, marks } = doc.type.schema
  const spots = []
  doc.descendants((node, at) => {
    if (!node.isTextblock) return
    let offset = 0
    spots.push(at + 1)
    for (const unit of node.textBetween(0, node.content.size, "", "\ufffc")) spots.push(at + 1 + (offset += unit.length))
  })
  if (spots.length === 0) {
    transform.insert(0, nodes.paragraph.create(null, doc.type.schema.text(random.pick(WORDS))))
    return
  }
  const from = random.pick(spots)
  const to = spots[Math.min(spots.length - 1, spots.indexOf(from) + random.below(12))]
  const kind = random.below(blocks ? 14 : 6)
  const attempt = (change) => {
    try {
      change()
    } catch (error) {
      if (!(error instanceof RangeError) && error.name !== "TransformError" && error.name !== "ReplaceError") throw error
    }
  }
  if (kind < 4) transform.insert(from, doc.type.schema.text(random.pick(WORDS)))
  else if (kind < 6) attempt(() => transform.delete(from, to))
  else if (kind === 6) attempt(() => transform.split(from, 1 + random.below(2)))
  else if (kind === 7) attempt(() => transform.insert(from, nodes.hard_break.create()))
  else if (kind < 10) {
    const mark = random.pick([marks.strong.create(), marks.em.create(), marks.link.create({ href: "https://example.org/å" })])
    if (random.below(3) === 0) transform.removeMark(from, to, mark)
    else transform.addMark(from, to, mark)
  } else if (kind === 10) {
    const type = random.pick([nodes.paragraph, nodes.heading])
    attempt(() => transform.setBlockType(from, to, type, type === nodes.heading ? { level: 2 + random.below(2) } : null))
  } else if (kind === 11) {
    const range = doc.resolve(from).blockRange(doc.resolve(to))
    const list = random.pick([nodes.bullet_list, nodes.ordered_list])
    if (range) attempt(() => transform.wrap(range, [{ type: list }, { type: nodes.list_item }]))
  } else if (kind === 12) {
    const range = doc.resolve(from).blockRange(doc.resolve(to))
    if (range) attempt(() => transform.wrap(range, [{ type: nodes.blockquote }]))
  } else {
    attempt(() => transform.insert(0, nodes.paragraph.create(null, doc.type.schema.text("Överst: " + random.pick(WORDS)))))
  }
}

const encoded = (bytes) => Buffer.from(bytes).toString("base64")
const decoded = (text) => new Uint8Array(Buffer.from(text, "base64"))

const clients = new Map()
const anchors = new Map()

const OPERATIONS = {
  open: ({ name, client }) => void clients.set(name, new Client(client)),
  take: ({ name, update }) => clients.get(name).take(decoded(update)),
  act: ({ name, seed, times }) => {
    const random = generator(seed)
    for (let i = 0; i < times; i += 1) clients.get(name).act(random)
    return clients.get(name).takeMade().map(encoded)
  },
  view: ({ name }) => clients.get(name).view(),
  read: ({ name }) => clients.get(name).read(),
  vector: ({ name }) => encoded(Y.encodeStateVector(clients.get(name).doc)),
  state: ({ name }) => encoded(Y.encodeStateAsUpdate(clients.get(name).doc)),
  title: ({ name }) => clients.get(name).title.toString(),
  type: ({ name, text, at }) => {
    const { doc, title } = clients.get(name)
    doc.transact(() => title.insert(at, text), "local")
    return title.toString()
  },
  erase: ({ name, at, count }) => {
    const { doc, title } = clients.get(name)
    doc.transact(() => title.delete(at, count), "local")
    return title.toString()
  },
  missing: ({ name, vector }) => encoded(Y.encodeStateAsUpdate(clients.get(name).doc, decoded(vector))),
  /** Puts a caret behind the first `text` in the paragraph `index` of the body. */
  hold: ({ name, index, text }) => {
    const words = clients.get(name).body.get(index).get(0)
    anchors.set(name, Y.createRelativePositionFromTypeIndex(words, words.toString().indexOf(text) + text.length))
  },
  /** The text before and behind that caret as it is now; null when its paragraph is gone. */
  held: ({ name }) => {
    const { doc } = clients.get(name)
    const found = Y.createAbsolutePositionFromRelativePosition(anchors.get(name), doc)
    if (found === null || found.type.parent === null) return null
    const text = found.type.toDelta().map((part) => part.insert).join("")
    return [text.slice(0, found.index), text.slice(found.index)]
  },
}

if (process.argv[1] === import.meta.filename) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { op, ...rest } = JSON.parse(line)
    process.stdout.write(`${JSON.stringify(OPERATIONS[op](rest) ?? null)}\n`)
  }
}
