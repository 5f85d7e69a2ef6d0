// What finding and counting make of texts.

import "./dom.ts"
import assert from "node:assert/strict"
import { test } from "node:test"
import { hintsPlugin } from "../editor/hints.ts"
import { countWords, lengthLine } from "../editor/length.ts"
import { bodySchema } from "../editor/schema.ts"
import { findIn, findInDoc, patternOf, wordsPattern } from "../editor/search.ts"
import { EditorState } from "prosemirror-state"
import type { DecorationSet } from "prosemirror-view"

const found = (text: string, query: string): string[] =>
  findIn(text, patternOf(query)!).map(([from, to]) => text.slice(from, to))

test("words are found whatever their case, and å, ä and ö are letters of their own", () => {
  assert.deepEqual(found("Åka, åka, ÅKA, aka, äka", "åka"), ["Åka", "åka", "ÅKA"])
  assert.deepEqual(found("Åka, aka", "aka"), ["aka"])
  assert.deepEqual(found("ÖST öst ost", "öst"), ["ÖST", "öst"])
})

test("letters that are composed of two are found by those that are one, and never by a part of them", () => {
  const apart = "a\u030aka bo\u0308r"
  assert.deepEqual(found(apart, "åka"), ["a\u030aka"])
  assert.deepEqual(found(apart, "bör"), ["bo\u0308r"])
  assert.deepEqual(found(apart, "a"), ["a"])
  assert.deepEqual(found(apart, "bo"), [])
  assert.deepEqual(found("åka", "a\u030aka"), ["åka"])
})

test("signs that mean something in patterns mean themselves, and any space finds any other", () => {
  assert.deepEqual(found("50 % (nu) [x] a.b a+b \\d - / |", "(nu) [x]"), ["(nu) [x]"])
  assert.deepEqual(found("a.b acb", "a.b"), ["a.b"])
  assert.deepEqual(found("50\u00a0% av 50  %", "50 %"), ["50\u00a0%", "50  %"])
  for (const sign of "\\^$.*+?()[]{}|/-") assert.deepEqual(found(`x${sign}y`, sign), [sign])
  assert.deepEqual(found("👍🏽 och 👍", "👍"), ["👍", "👍"])
  assert.equal(patternOf("  "), null)
})

test("words that are marked are marked whole, in whatever case and composed of whatever", () => {
  const marked = (text: string, ...words: string[]): string[] =>
    findIn(text, wordsPattern(words)).map(([from, to]) => text.slice(from, to))
  assert.deepEqual(marked("Buss, bussen, BUSS, skolbuss, 4buss", "buss"), ["Buss", "BUSS", "buss"])
  assert.deepEqual(marked("skola skolan skolans", "skola", "skolans"), ["skola", "skolans"])
  assert.deepEqual(marked("o\u0308ppet ppet a\u030a a", "öppet", "ppet", "å"), ["o\u0308ppet", "ppet", "a\u030a"])
  assert.deepEqual(marked("öppet o", "o"), ["o"])
})

const { nodes } = bodySchema
const block = (name: string, text: string): ReturnType<NonNullable<(typeof nodes)[string]>["create"]> =>
  nodes[name]!.create(null, text ? bodySchema.text(text) : null)

test("finds in a document are its positions, across marks and never across blocks", () => {
  const mixed = nodes["paragraph"]!.create(null, [
    bodySchema.text("kvälls"),
    bodySchema.text("buss", [bodySchema.marks["strong"]!.create()]),
    nodes["hard_break"]!.create(),
    bodySchema.text("buss"),
  ])
  const doc = nodes["doc"]!.create(null, [block("heading", "kvälls"), mixed, block("paragraph", "buss")])
  const texts = (query: string): string[] =>
    findInDoc(doc, patternOf(query)!).map(([from, to]) => doc.textBetween(from, to, "|", "/"))
  assert.deepEqual(texts("kvällsbuss"), ["kvällsbuss"])
  assert.deepEqual(texts("buss"), ["buss", "buss", "buss"])
})

test("words are counted as a reader counts them", () => {
  assert.equal(countWords("Den 1 maj 2027 gick t.ex. Anna-Karins buss – inte."), 9)
  assert.equal(countWords(" – … ( ) "), 0)
  const words = (key: string, values: Readonly<Record<string, unknown>> = {}): string => `${key} ${values["pages"] ?? ""}`.trim()
  assert.equal(lengthLine(0, words), "")
  assert.equal(lengthLine(200, words), "lengthShort")
  assert.equal(lengthLine(420, words), "lengthPage 1")
  assert.equal(lengthLine(600, words), "lengthLong 1,5")
  assert.equal(lengthLine(600, words, 2), "lengthPage 1,5")
  assert.equal(lengthLine(1_000, words, 2), "lengthLong 2,5")
})

test("a hint stands in an empty paragraph under its heading, and nowhere else", () => {
  const plugin = hintsPlugin({ Bakgrund: "Hur är det i dag?" })
  const hinted = (...children: ReturnType<typeof block>[]): string[] => {
    const state = EditorState.create({ doc: nodes["doc"]!.create(null, children), plugins: [plugin] })
    const drawn = plugin.getState(state) as DecorationSet
    return drawn.find().map(({ from, to }) => `${from}–${to}`)
  }
  const heading = block("heading", " bakgrund")
  assert.deepEqual(hinted(heading, block("paragraph", "")), ["11–13"])
  assert.deepEqual(hinted(heading, block("paragraph", "så"), block("paragraph", "")), [])
  assert.deepEqual(hinted(block("heading", "Annat"), block("paragraph", "")), [])
  assert.deepEqual(hinted(block("paragraph", "Bakgrund"), block("paragraph", "")), [])
  assert.deepEqual(hinted(heading), [])
})
