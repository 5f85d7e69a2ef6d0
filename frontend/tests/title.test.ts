import "./dom.ts"
import { element } from "./dom.ts"
import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import { Awareness } from "y-protocols/awareness"
import { Presence } from "../editor/presence.ts"
import { bindTitle, followCharacter, followGap } from "../editor/title.ts"
import { authorsOf, exchange, type Author } from "./motion.ts"

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0)) undo()
})

interface Writer extends Author {
  field: HTMLTextAreaElement
  left: () => number
}

function openTitle(author: Author): Writer {
  const field = element("textarea")
  const awareness = new Awareness(author.doc)
  const presence = new Presence(awareness, author.roots)
  let left = 0
  const title = bindTitle(field, author.roots.title, presence, {
    onLeave: () => {
      left += 1
    },
    onUndo: () => author.history.undo(),
    onRedo: () => author.history.redo(),
  })
  cleanup.push(() => {
    title.destroy()
    presence.destroy()
    awareness.destroy()
    field.remove()
  })
  return { ...author, field, left: () => left }
}

function writers(): [Writer, Writer] {
  const [astrid, bo] = authorsOf(["att "], "astrid", "bo") as [Author, Author]
  return [openTitle(astrid), openTitle(bo)]
}

/** What a browser does when somebody types at the caret. */
function type({ field }: Writer, text: string, at = field.value.length, remove = 0): void {
  field.value = field.value.slice(0, at) + text + field.value.slice(at + remove)
  field.setSelectionRange(at + text.length, at + text.length)
  field.dispatchEvent(new Event("input"))
}

const compose = ({ field }: Writer, kind: "compositionstart" | "compositionend"): boolean =>
  field.dispatchEvent(new CompositionEvent(kind))

function agree(text: string, ...all: Writer[]): void {
  exchange(...all)
  for (const { field, roots } of all) {
    assert.equal(roots.title.toString(), text)
    assert.equal(field.value, text)
  }
}

test("two people write in the title", () => {
  const [astrid, bo] = writers()
  type(astrid, " nu")
  type(bo, "Mycket ", 0)
  agree("Mycket Bättre busstrafik nu", astrid, bo)
})

test("one's caret stays with one's words when another writes before them", () => {
  const [astrid, bo] = writers()
  astrid.field.focus()
  type(astrid, "", 6)
  type(bo, "Mycket ", 0)
  exchange(astrid, bo)
  assert.equal(astrid.field.selectionStart, 13)
  type(bo, "!", bo.field.value.length)
  exchange(astrid, bo)
  assert.equal(astrid.field.selectionStart, 13)
})

test("a title has one line, whatever is pasted", () => {
  const [astrid, bo] = writers()
  type(astrid, " nu \r\n  och sedan\n", 17)
  agree("Bättre busstrafik nu och sedan ", astrid, bo)
})

test("Enter leaves the title", () => {
  const [astrid] = writers()
  const event = new KeyboardEvent("keydown", { key: "Enter", cancelable: true })
  astrid.field.dispatchEvent(event)
  assert.ok(event.defaultPrevented)
  assert.equal(astrid.left(), 1)
})

test("undo in the title is the editor's, not the browser's", () => {
  const [astrid, bo] = writers()
  type(astrid, " nu")
  exchange(astrid, bo)
  type(bo, "!")
  exchange(astrid, bo)
  const event = new KeyboardEvent("keydown", { key: "z", ctrlKey: true, cancelable: true })
  astrid.field.dispatchEvent(event)
  assert.ok(event.defaultPrevented)
  agree("Bättre busstrafik!", astrid, bo)
})

test("what is being composed is left alone, and put where it belongs when it is done", () => {
  const [astrid, bo] = writers()
  astrid.field.focus()
  compose(astrid, "compositionstart")
  astrid.field.value = "Bättre nattbusstrafik"
  astrid.field.setSelectionRange(11, 11)
  astrid.field.dispatchEvent(new Event("input"))
  type(bo, "Mycket ", 0)
  exchange(astrid, bo)
  assert.equal(astrid.field.value, "Bättre nattbusstrafik")
  compose(astrid, "compositionend")
  agree("Mycket Bättre nattbusstrafik", astrid, bo)
  assert.equal(astrid.field.selectionStart, 18)
})

test("what another deletes while one composes is not deleted twice", () => {
  const [astrid, bo] = writers()
  astrid.field.focus()
  compose(astrid, "compositionstart")
  // "busstrafik" becomes "tågtrafik" in the field …
  astrid.field.value = "Bättre tågtrafik"
  astrid.field.setSelectionRange(10, 10)
  // … while the other takes "Bättre " and half of "buss" away, and adds something in the midst of it.
  type(bo, "", 0, 9)
  type(bo, "X", 1)
  exchange(astrid, bo)
  compose(astrid, "compositionend")
  exchange(astrid, bo)
  assert.equal(astrid.field.value, bo.field.value)
  assert.match(astrid.field.value, /tåg/)
  assert.match(astrid.field.value, /X/)
  assert.match(astrid.field.value, /trafik$/)
})

test("leaving the field ends what was composed", () => {
  const [astrid, bo] = writers()
  compose(astrid, "compositionstart")
  astrid.field.value += " nu"
  astrid.field.dispatchEvent(new Event("blur"))
  agree("Bättre busstrafik nu", astrid, bo)
})

test("characters made of two units are never cut", () => {
  const [astrid, bo] = writers()
  type(astrid, "🚌", 0)
  exchange(astrid, bo)
  type(astrid, "🚎", 0, 2)
  agree("🚎Bättre busstrafik", astrid, bo)
  for (const { insert } of bo.roots.title.toDelta()) assert.doesNotMatch(insert as string, /\p{Surrogate}/u)
})

test("places are followed through what others do", () => {
  assert.equal(followGap(3, [{ insert: "ab" }]), 5)
  assert.equal(followGap(3, [{ retain: 3 }, { insert: "ab" }]), 3)
  assert.equal(followGap(3, [{ retain: 1 }, { delete: 5 }]), 1)
  assert.equal(followGap(3, [{ delete: 2 }]), 1)
  assert.equal(followGap(0, []), 0)
  assert.equal(followCharacter(3, [{ retain: 3 }, { insert: "ab" }]), 5)
  assert.equal(followCharacter(3, [{ retain: 3 }, { delete: 1 }]), null)
  assert.equal(followCharacter(3, [{ delete: 2 }, { insert: "x" }]), 2)
})
