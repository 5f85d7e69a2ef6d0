// The body in real ProseMirror views on real shared documents.

import "./dom.ts"
import { element } from "./dom.ts"
import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import { TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { BODY_COMMANDS, mountBody, setLink } from "../editor/body.ts"
import { replaceHits } from "../editor/hits.ts"
import { repairs } from "../editor/normaliser.ts"
import { Presence } from "../editor/presence.ts"
import type { Desk } from "../editor/prose.ts"
import { plainText } from "../editor/roots.ts"
import { bodySchema, demandSchema } from "../editor/schema.ts"
import { findInDoc, patternOf } from "../editor/search.ts"
import { authorsOf, exchange, type Author } from "./motion.ts"

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0)) undo()
})

interface Writer extends Author {
  view: EditorView
  pasted: string[][]
}

function openBody(author: Author, isEditable = true): Writer {
  const awareness = new Awareness(author.doc)
  const presence = new Presence(awareness, author.roots)
  const pasted: string[][] = []
  const desk: Desk = {
    presence,
    isEditable: () => isEditable,
    undo: () => author.history.undo(),
    redo: () => author.history.redo(),
    toToolbar: () => {},
  }
  const view = mountBody({
    desk,
    mount: element("div"),
    roots: author.roots,
    label: "Bakgrund",
    hints: { Bakgrund: "Hur är det i dag?" },
    editLink: () => {},
    onDemands: (texts) => pasted.push(texts),
    onLeave: () => false,
  })
  cleanup.push(() => {
    view.destroy()
    presence.destroy()
    awareness.destroy()
  })
  return { ...author, view, pasted }
}

function writers(...paragraphs: string[]): [Writer, Writer] {
  const [astrid, bo] = authorsOf(["att "], "astrid", "bo") as [Author, Author]
  astrid.doc.transact(() => {
    astrid.roots.body.insert(
      0,
      paragraphs.map((text) => {
        const paragraph = new Y.XmlElement("paragraph")
        paragraph.insert(0, [new Y.XmlText(text)])
        return paragraph
      }),
    )
  }, "seed")
  exchange(astrid, bo)
  return [openBody(astrid), openBody(bo)]
}

/** Types after the first `needle` in the view. */
function typeAfter({ view }: Writer, needle: string, text: string): void {
  let at = -1
  view.state.doc.descendants((node, position) => {
    if (at < 0 && node.isText && node.text!.includes(needle)) at = position + node.text!.indexOf(needle) + needle.length
  })
  assert.ok(at >= 0, `“${needle}” is not in the text`)
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)).insertText(text))
}

function run({ view }: Writer, name: string, from?: number, to?: number): void {
  if (from !== undefined) view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, from, to)))
  BODY_COMMANDS[name]!.run(view.state, view.dispatch.bind(view), view)
}

const html = ({ view }: Writer): string => {
  const holder = document.createElement("div")
  holder.innerHTML = view.dom.innerHTML
  for (const extra of holder.querySelectorAll(".ProseMirror-trailingBreak, .caret")) extra.remove()
  return holder.innerHTML
}

function agree(...all: Writer[]): string {
  const [first, ...others] = all.map(html)
  for (const other of others) assert.equal(other, first)
  assert.deepEqual(new Set(all.map(({ roots }) => plainText(roots.body))).size, 1)
  return first!
}

test("opening a motion writes nothing, whatever is in it", () => {
  const [astrid, bo] = authorsOf(["att ett"], "astrid", "bo") as [Author, Author]
  const odd = new Y.XmlElement("paragraph")
  odd.insert(0, [new Y.XmlText("ett"), new Y.XmlText("två")])
  astrid.doc.transact(() => astrid.roots.body.insert(0, [odd, new Y.XmlElement("bullet_list"), new Y.XmlElement("paragraph")]), "seed")
  exchange(astrid, bo)
  const before = Y.encodeStateAsUpdate(bo.doc)
  openBody(bo)
  assert.deepEqual(Y.encodeStateAsUpdate(bo.doc), before)
})

test("two people write in one paragraph", () => {
  const [astrid, bo] = writers("Bussen går sällan.")
  typeAfter(astrid, "Bussen", " på landet")
  typeAfter(bo, "sällan", " i dag")
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo), "<p>Bussen på landet går sällan i dag.</p>")
})

for (const [place, before, at, after] of [
  ["at the end of a paragraph", "Bussen går. ", 13, ["Bussen går. ", ""]],
  ["at the start of a paragraph", "Bussen går.", 1, ["", "Bussen går."]],
  ["in the midst of a word", "Bussen", 4, ["Bus", "sen"]],
  ["in a paragraph that waits for words", "", 1, ["", ""]],
] as const) {
  test(`two people type letter by letter ${place}, and no word is torn`, () => {
    for (const turns of ["abababababab", "aaababbbbaab", "bbaabbaaabab"]) {
      const [astrid, bo] = writers(before)
      for (const { view } of [astrid, bo]) {
        view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)))
      }
      const words = { a: [..."AST😀ID"].reverse(), b: [..."bo åkt"].reverse() }
      for (const turn of turns) {
        const { view } = turn === "a" ? astrid : bo
        view.dispatch(view.state.tr.insertText(words[turn as "a" | "b"].pop()!))
        exchange(astrid, bo)
      }
      const text = agree(astrid, bo).replace(/^<p>|<\/p>$/g, "")
      const [head, tail] = after
      assert.ok([`${head}AST😀IDbo åkt${tail}`, `${head}bo åktAST😀ID${tail}`].includes(text), `${turns}: ${text}`)
    }
  })
}

test("two who are the first to type in a new paragraph, at the same moment, write each word once", () => {
  const [astrid, bo] = writers("Bussen går.")
  astrid.view.dispatch(astrid.view.state.tr.setSelection(TextSelection.atEnd(astrid.view.state.doc)))
  astrid.view.dispatch(astrid.view.state.tr.split(astrid.view.state.selection.from))
  exchange(astrid, bo)
  for (const { view } of [astrid, bo]) view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)))
  for (let letter = 0; letter < 3; letter += 1) {
    astrid.view.dispatch(astrid.view.state.tr.insertText("abc".charAt(letter)))
    bo.view.dispatch(bo.view.state.tr.insertText("åäö".charAt(letter)))
    exchange(astrid, bo)
  }
  assert.match(agree(astrid, bo), /^<p>Bussen går.<\/p><p>(abcåäö|åäöabc)<\/p>$/)
  for (const { history } of [bo, astrid]) {
    while (history.undo());
    exchange(astrid, bo)
  }
  assert.equal(agree(astrid, bo), "<p>Bussen går.</p>")
  while (astrid.history.redo());
  assert.equal(html(astrid), "<p>Bussen går.</p><p>abc</p>")
})

test("what another writes between two words stays there when both are replaced", () => {
  const [astrid, bo] = writers("Bussen går och bussen står.", "Bussen!")
  const found = findInDoc(astrid.view.state.doc, patternOf("bussen")!)
  replaceHits(astrid.view, found.map(([from, to]) => ({ from, to })), "Ett tåg")
  typeAfter(bo, "går", " ofta")
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo), "<p>Ett tåg går ofta och Ett tåg står.</p><p>Ett tåg!</p>")
})

test("undo takes back one's own words in the body, in the midst of another's", () => {
  const [astrid, bo] = writers("Bussen.")
  typeAfter(astrid, "Bussen", "AAA")
  exchange(astrid, bo)
  typeAfter(bo, "BussenAAA", "BBB")
  exchange(astrid, bo)
  astrid.history.undo()
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo), "<p>BussenBBB.</p>")
  bo.history.undo()
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo), "<p>Bussen.</p>")
})

test("undo of a paragraph leaves what another wrote in it", () => {
  const [astrid, bo] = writers("Först.")
  const { view } = astrid
  view.dispatch(view.state.tr.insert(view.state.doc.content.size, bodySchema.nodes["paragraph"]!.create(null, bodySchema.text("Mitt."))))
  exchange(astrid, bo)
  typeAfter(bo, "Mitt.", " Ditt.")
  exchange(astrid, bo)
  astrid.history.undo()
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo), "<p>Först.</p><p> Ditt.</p>")
})

test("headings, lists, quotes and marks are what the contract says", () => {
  const [astrid] = writers("Rubrik", "Under", "Ett", "Två", "Citat")
  run(astrid, "heading", 1)
  run(astrid, "subheading", 10)
  run(astrid, "strong", 17, 19)
  assert.equal(
    html(astrid),
    '<h3 data-level="2">Rubrik</h3><h4 data-level="3">Under</h4><p>E<strong>tt</strong></p><p>Två</p><p>Citat</p>',
  )
  run(astrid, "bullet_list", 17)
  run(astrid, "quote", astrid.view.state.doc.content.size - 2)
  const names = astrid.roots.body.toArray().map((node) => (node as Y.XmlElement).nodeName)
  assert.deepEqual(names, ["heading", "heading", "bullet_list", "paragraph", "blockquote"])
  assert.equal((astrid.roots.body.get(0) as Y.XmlElement).getAttribute("level" as never), 2)
  run(astrid, "ordered_list", 19)
  assert.equal((astrid.roots.body.get(2) as Y.XmlElement).nodeName, "ordered_list")
  run(astrid, "ordered_list", 19)
  assert.equal((astrid.roots.body.get(2) as Y.XmlElement).nodeName, "paragraph")
})

test("two who each delete one of two list items leave a text that both can go on with", () => {
  const [astrid, bo] = writers("ett", "två")
  run(astrid, "bullet_list", 1, 8)
  exchange(astrid, bo)
  const items: [number, number][] = []
  astrid.view.state.doc.descendants((node, position) => {
    if (node.type.name === "list_item") items.push([position, position + node.nodeSize])
  })
  assert.equal(items.length, 2)
  astrid.view.dispatch(astrid.view.state.tr.delete(...items[0]!))
  bo.view.dispatch(bo.view.state.tr.delete(...items[1]!))
  exchange(astrid, bo)
  agree(astrid, bo)
  const { view } = astrid
  view.dispatch(view.state.tr.insert(0, bodySchema.nodes["paragraph"]!.create(null, bodySchema.text("Nytt."))))
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo), "<p>Nytt.</p>")
})

test("what others leave behind is not tidied, only what one's own edits make", () => {
  const [astrid, bo] = writers("ett")
  bo.doc.transact(() => bo.roots.body.push([new Y.XmlElement("bullet_list")]), "seed")
  const before = bo.roots.body.length
  exchange(astrid, bo)
  assert.equal(astrid.roots.body.length, before)
  typeAfter(astrid, "ett", "!")
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo), "<p>ett!</p>")
})

test("repairs take away what is empty from the end to the beginning", () => {
  const { nodes } = bodySchema
  const doc = nodes["doc"]!.create(null, [
    nodes["bullet_list"]!.create(),
    nodes["ordered_list"]!.create(null, nodes["list_item"]!.create()),
    nodes["blockquote"]!.create(),
  ])
  assert.deepEqual(
    repairs(doc, bodySchema).map(({ from, to, insert }) => [from, to, insert.childCount]),
    [
      [6, 8, 0],
      [4, 4, 1],
      [0, 2, 0],
    ],
  )
})

test("a link is a web page or a mail address and nothing else", () => {
  const [astrid] = writers("läs mer")
  const { view } = astrid
  const select = (): void => view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 1, 4)))
  select()
  assert.ok(setLink(view, "https://example.se/a?b=1"))
  assert.equal(html(astrid), '<p><a href="https://example.se/a?b=1" rel="noopener noreferrer nofollow">läs</a> mer</p>')
  select()
  assert.ok(setLink(view, ""))
  select()
  assert.ok(setLink(view, "example.se"))
  assert.match(html(astrid), /href="https:\/\/example.se"/)
  for (const bad of ["java script:alert(1)", "https://a b", "  "]) {
    select()
    const before = html(astrid)
    if (bad.trim()) assert.ok(!setLink(view, bad), bad)
    if (bad.trim()) assert.equal(html(astrid), before)
  }
})

test("a hostile link in the shared text is shown as text", () => {
  const [astrid, bo] = writers("klicka här")
  const text = (bo.roots.body.get(0) as Y.XmlElement).get(0) as Y.XmlText
  text.format(0, 6, { link: { href: "javascript:alert(1)" } })
  exchange(astrid, bo)
  assert.equal(html(astrid), "<p><span>klicka</span> här</p>")
})

test("demands at the end of what is pasted are handed over, the rest goes in", () => {
  const [astrid] = writers("Början.")
  const { view, pasted } = astrid
  view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)))
  view.pasteHTML("<p>Slut.</p><ol><li>att bussen går</li><li>att tåget går</li></ol>")
  assert.deepEqual(pasted, [["att bussen går", "att tåget går"]])
  assert.match(html(astrid), /Början.*Slut\./)
  assert.doesNotMatch(html(astrid), /tåget/)
})

test("a body that may not be edited is not", () => {
  const [astrid] = authorsOf(["att "], "astrid", "bo") as [Author, Author]
  const reader = openBody(astrid, false)
  assert.equal(reader.view.dom.getAttribute("contenteditable"), "false")
})

test("no mark overlaps another of its kind, which the bundle relies on (stand-ins.ts)", () => {
  for (const { marks } of [bodySchema, demandSchema]) {
    for (const type of Object.values(marks)) assert.ok(type.excludes(type), type.name)
  }
})
