// Three people do everything that can be done to a motion, in real ProseMirror views, with nothing between them until
// they exchange what they have; in the end all hold the same text, and every view shows it.

import "./dom.ts"
import { element } from "./dom.ts"
import assert from "node:assert/strict"
import { test } from "node:test"
import { Slice, Fragment } from "prosemirror-model"
import { TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { yXmlFragmentToProsemirrorJSON } from "y-prosemirror"
import { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { BODY_COMMANDS, mountBody } from "../editor/body.ts"
import {
  addDemands,
  mergeWithPrevious,
  moveDemand,
  restoreDemand,
  splitDemand,
  standing,
  strikeDemand,
  struck,
} from "../editor/demand-acts.ts"
import { Presence } from "../editor/presence.ts"
import type { Desk } from "../editor/prose.ts"
import { LOCAL, demandText, plainText } from "../editor/roots.ts"
import { bodySchema } from "../editor/schema.ts"
import { authorsOf, demandsOf, dice, exchange, type, type Author } from "./motion.ts"

interface Writer extends Author {
  view: EditorView
  close: () => void
}

function open(author: Author): Writer {
  const awareness = new Awareness(author.doc)
  const presence = new Presence(awareness, author.roots)
  const desk: Desk = { presence, isEditable: () => true, undo: () => {}, redo: () => {}, toToolbar: () => {} }
  const view = mountBody({
    desk,
    mount: element("div"),
    roots: author.roots,
    label: "",
    hints: {},
    editLink: () => {},
    onDemands: () => {},
    onLeave: () => false,
  })
  const close = (): void => {
    view.destroy()
    presence.destroy()
    awareness.destroy()
  }
  return { ...author, view, close }
}

const paragraph = (text: string): ReturnType<(typeof bodySchema)["text"]> =>
  bodySchema.nodes["paragraph"]!.create(null, text ? bodySchema.text(text) : null)

/** Puts the caret somewhere in the text of the body, and says whether there is such a place. */
function putCaret({ view }: Writer, throwDice: (sides: number) => number): boolean {
  const at = throwDice(view.state.doc.content.size + 1)
  const selection = TextSelection.near(view.state.doc.resolve(at))
  view.dispatch(view.state.tr.setSelection(selection))
  return selection instanceof TextSelection && selection.$head.parent.isTextblock
}

function inBody(who: Writer, throwDice: (sides: number) => number, word: string): void {
  const { view } = who
  if (!putCaret(who, throwDice)) return
  const act = throwDice(4)
  if (act === 0) {
    const slice = new Slice(Fragment.from([paragraph(word), paragraph(word)]), 1, 1)
    view.dispatch(view.state.tr.replaceSelection(slice))
  } else if (act === 1) {
    view.dispatch(view.state.tr.split(view.state.selection.from))
  } else view.dispatch(view.state.tr.insertText(word))
}

function withDemands({ roots, history, ...who }: Writer, throwDice: (sides: number) => number, word: string): void {
  const order = standing(roots)
  const id = order[throwDice(order.length)]
  const gone = struck(roots)
  const back = gone[throwDice(gone.length)]
  const acts = [
    () => addDemands(roots, history, id ?? null, [`att ny ${word}`]),
    () => id && moveDemand(roots, history, id, throwDice(5) - 2),
    () => id && strikeDemand(roots, history, id),
    () => id && splitDemand(roots, history, id, throwDice(12)),
    () => id && mergeWithPrevious(roots, history, id),
    () => back && restoreDemand(roots, history, back),
    () => id && type({ roots, history, ...who }, id, "end", word),
  ]
  acts[throwDice(acts.length)]!()
}

function play(seed: number, steps: number, { kinds }: { kinds: boolean }): { people: Writer[]; typed: string[] } {
  const throwDice = dice(seed)
  const authors = authorsOf(["att ett", "att två", "att tre"], "astrid", "bo", "cecilia")
  authors[0]!.doc.transact(() => {
    const made = ["ett stycke", "ett till"].map((text) => {
      const block = new Y.XmlElement("paragraph")
      block.insert(0, [new Y.XmlText(text)])
      return block
    })
    authors[0]!.roots.body.insert(0, made)
  }, "seed")
  exchange(...authors)
  const people = authors.map(open)
  const typed: string[] = []
  for (let step = 0; step < steps; step += 1) {
    const who = people[throwDice(3)]!
    // One character of its own, so that nothing can be put into it.
    const word = String.fromCodePoint(0x4e00 + step)
    const act = throwDice(kinds ? 8 : 6)
    who.history.stopCapturing()
    if (act === 0) exchange(...people)
    else if (act <= 2) inBody(who, throwDice, word)
    else if (act === 3) withDemands(who, throwDice, word)
    else if (act === 4) {
      const at = throwDice(who.roots.title.length + 1)
      who.doc.transact(() => who.roots.title.insert(at, word), LOCAL)
      typed.push(word)
    } else if (act === 5) {
      const id = standing(who.roots)[0]
      if (id) type(who, id, "end", word)
      if (id) typed.push(word)
    } else if (act === 6) {
      if (throwDice(2)) who.history.undo()
      else who.history.redo()
    } else if (putCaret(who, throwDice)) {
      const names = ["heading", "subheading", "paragraph", "bullet_list", "ordered_list", "quote"]
      const { view } = who
      BODY_COMMANDS[names[throwDice(names.length)]!]!.run(view.state, view.dispatch.bind(view), view)
    }
  }
  exchange(...people)
  exchange(...people)
  return { people, typed }
}

function assertAgreement(people: Writer[], seed: number): void {
  const [first, ...others] = people as [Writer, ...Writer[]]
  for (const other of others) {
    assert.deepEqual(demandsOf(other), demandsOf(first), `seed ${seed}: demands`)
    assert.equal(other.roots.title.toString(), first.roots.title.toString(), `seed ${seed}: title`)
    assert.equal(other.roots.body.toString(), first.roots.body.toString(), `seed ${seed}: body`)
  }
  for (const { view, roots, name } of people) {
    const shared = bodySchema.nodeFromJSON({ ...yXmlFragmentToProsemirrorJSON(roots.body), type: "doc" })
    assert.equal(view.state.doc.toString(), shared.toString(), `seed ${seed}: what ${name} sees is not the text`)
  }
}

test("whoever writes, pastes, splits, moves, strikes and restores at once, all hold the same in the end and no word is gone", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { people, typed } = play(seed, 50, { kinds: false })
    try {
      assertAgreement(people, seed)
      const { roots } = people[0]!
      const everything = [roots.title.toString(), plainText(roots.body), ...[...roots.demands.values()].map(demandText)].join("\n")
      for (const word of typed) assert.ok(everything.includes(word), `seed ${seed}: ${word} is gone`)
    } finally {
      for (const { close } of people) close()
    }
  }
})

test("with undo, redo and other kinds of blocks across all of it, all hold the same in the end", () => {
  for (let seed = 1; seed <= Number(process.env["SEEDS"] ?? 40); seed += 1) {
    const { people } = play(seed * 7919, 60, { kinds: true })
    try {
      assertAgreement(people, seed)
    } finally {
      for (const { close } of people) close()
    }
  }
})
