// Comments' marks in a real view: when they are drawn anew, and when there is nothing to do.

import "./dom.ts"
import { element } from "./dom.ts"
import assert from "node:assert/strict"
import { afterEach, mock, test } from "node:test"
import type { EditorView } from "prosemirror-view"
import { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { mountBody } from "../editor/body.ts"
import { Comments } from "../editor/comments.ts"
import type { Page } from "../editor/page.ts"
import { Presence } from "../editor/presence.ts"
import { author, type Author } from "./motion.ts"

const WORDS = "den sista avgår klockan sju"
/** Longer than the marks wait for a pause, in ms. */
const LATER = 10_000

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0)) undo()
  mock.timers.reset()
})

/** Astrid's text, with a comment on some of its words in the panel. */
function openCommented(): { astrid: Author; view: EditorView } {
  const astrid = author("astrid")
  const paragraph = new Y.XmlElement("paragraph")
  const text = new Y.XmlText(`Bussen går varje timme och ${WORDS}.`)
  astrid.roots.body.insert(0, [paragraph])
  paragraph.insert(0, [text])
  const start = text.toString().indexOf(WORDS)
  const place = (index: number, assoc: number): string =>
    Buffer.from(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index, assoc))).toString("base64")

  const main = element("main")
  const said = main.appendChild(document.createElement("li"))
  Object.assign(said.dataset, { comment: "1", target: "body", quote: WORDS })
  Object.assign(said.dataset, { from: place(start, 0), to: place(start + WORDS.length, -1) })
  const title = main.appendChild(document.createElement("textarea"))
  const titleCarets = main.appendChild(document.createElement("div"))
  const mount = main.appendChild(document.createElement("div"))
  const awareness = new Awareness(astrid.doc)
  const presence = new Presence(awareness, astrid.roots)
  const comments = new Comments({ main, title, titleCarets, words: (key: string) => key } as unknown as Page, astrid.roots)
  const nothing = (): void => {}
  const view = mountBody({
    desk: { presence, comments, isEditable: () => true, undo: nothing, redo: nothing, toToolbar: nothing },
    mount,
    roots: astrid.roots,
    label: "Bakgrund",
    hints: {},
    editLink: nothing,
    onDemands: nothing,
    onLeave: () => false,
  })
  comments.watch(() => [["body", view]])
  cleanup.push(() => {
    comments.destroy()
    view.destroy()
    presence.destroy()
    awareness.destroy()
    main.remove()
  })
  return { astrid, view }
}

const marked = (view: EditorView): string[] => [...view.dom.querySelectorAll(".commented")].map((mark) => mark.textContent!)

test("words that are commented on are marked", () => {
  assert.deepEqual(marked(openCommented().view), [WORDS])
})

test("marks go along with what another writes before them, and lose nothing when all is written elsewhere at once", () => {
  const { astrid, view } = openCommented()
  const textOf = (index: number): Y.XmlText => (astrid.roots.body.get(index) as Y.XmlElement).get(0) as Y.XmlText
  for (const letter of "Här är det så att ") astrid.doc.transact(() => textOf(0).insert(0, letter), "network")
  assert.deepEqual(marked(view), [WORDS])
  astrid.doc.transact(() => {
    const first = new Y.XmlElement("paragraph")
    const last = new Y.XmlElement("paragraph")
    astrid.roots.body.insert(0, [first])
    astrid.roots.body.push([last])
    for (const each of [first, last]) each.insert(0, [new Y.XmlText("Bussen går. ")])
  }, "network")
  assert.deepEqual(marked(view), [WORDS])
  // A letter in the first paragraph and one in the last, in the same breath.
  astrid.doc.transact(() => {
    textOf(0).insert(5, "x")
    textOf(2).insert(5, "x")
  }, "network")
  assert.deepEqual(marked(view), [WORDS])
})

test("nothing is drawn again while nobody writes", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { astrid } = openCommented()
  mock.timers.tick(LATER)
  let transactions = 0
  astrid.doc.on("afterTransaction", () => (transactions += 1))
  for (let wait = 0; wait < 10; wait += 1) mock.timers.tick(LATER)
  assert.equal(transactions, 0)
})

test("words are found again once their paragraph has been replaced", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { astrid, view } = openCommented()
  astrid.doc.transact(() => {
    const heading = new Y.XmlElement("heading")
    heading.insert(0, [new Y.XmlText(`Kvällar: ${WORDS}`)])
    astrid.roots.body.delete(0, 1)
    astrid.roots.body.insert(0, [heading])
  }, "network")
  assert.deepEqual(marked(view), [])
  mock.timers.tick(LATER)
  assert.deepEqual(marked(view), [WORDS])
})
