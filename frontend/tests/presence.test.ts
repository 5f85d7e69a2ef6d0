import assert from "node:assert/strict"
import { test } from "node:test"
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness"
import * as Y from "yjs"
import { initials } from "../editor/people.ts"
import { IDLE_AFTER, Presence } from "../editor/presence.ts"
import { demandFragment, type Place, type Shared } from "../editor/roots.ts"
import { authorsOf, exchange, idOf, type, type Author } from "./motion.ts"

interface Here extends Author {
  awareness: Awareness
  presence: Presence
}

function here(author: Author, now: () => number): Here {
  const awareness = new Awareness(author.doc)
  awareness.setLocalState({ user: { name: author.name, color: 3 } })
  return { ...author, awareness, presence: new Presence(awareness, author.roots, now) }
}

function pair(t: { after: (undo: () => void) => void }): { astrid: Here; bo: Here; pass: (ms: number) => void } {
  let time = 0
  const [astrid, bo] = authorsOf(["att ett", "att två"], "astrid", "bo").map((each) => here(each, () => time)) as [Here, Here]
  t.after(() => {
    astrid.awareness.destroy()
    bo.awareness.destroy()
  })
  return { astrid, bo, pass: (ms) => (time += ms) }
}

function tell(from: Here, to: Here): void {
  applyAwarenessUpdate(to.awareness, encodeAwarenessUpdate(from.awareness, [from.doc.clientID]), "network")
}

const at = (type: Shared, index: number): { anchor: Y.RelativePosition; head: Y.RelativePosition } => {
  const position = Y.createRelativePositionFromTypeIndex(type, index)
  return { anchor: position, head: position }
}

test("others are seen with their names, and where they write", (t) => {
  const { astrid, bo } = pair(t)
  const id = idOf(bo, "att två")
  const text = (demandFragment(bo.roots.demands.get(id))!.get(0) as Y.XmlElement).get(0) as Y.XmlText
  bo.presence.publish("cursor", at(text, 3))
  tell(bo, astrid)
  const [self, other] = astrid.presence.everybody()
  assert.equal(self?.isSelf, true)
  assert.equal(other?.name, "bo")
  assert.equal(other?.color, 3)
  assert.deepEqual(other?.place, { root: "demand", id })
  assert.equal(astrid.presence.caretsAt({ root: "demand", id }).length, 1)
  assert.equal(astrid.presence.caretsAt({ root: "body" }).length, 0)
})

test("a caret is in one place at a time", (t) => {
  const { astrid, bo } = pair(t)
  bo.presence.publish("title", at(bo.roots.title, 1))
  bo.presence.publish("cursor", at(bo.roots.body, 0))
  assert.equal(bo.awareness.getLocalState()!["title"], null)
  bo.presence.publish("title", null)
  tell(bo, astrid)
  assert.deepEqual(astrid.presence.find(bo.doc.clientID)?.place, { root: "body" })
})

test("telling the same again is not told", (t) => {
  const { bo } = pair(t)
  bo.presence.publish("title", at(bo.roots.title, 1))
  let told = 0
  bo.awareness.on("update", () => (told += 1))
  bo.presence.publish("title", at(bo.roots.title, 1))
  assert.equal(told, 0)
  bo.presence.publish("title", at(bo.roots.title, 2))
  assert.equal(told, 1)
})

test("a caret that moves is told from one that is only told again", (t) => {
  const { astrid, bo } = pair(t)
  bo.presence.publish("title", at(bo.roots.title, 1))
  tell(bo, astrid)
  const { moves } = astrid.presence.find(bo.doc.clientID)!
  bo.awareness.setLocalState(bo.awareness.getLocalState())
  tell(bo, astrid)
  assert.equal(astrid.presence.find(bo.doc.clientID)!.moves, moves)
  bo.presence.publish("title", at(bo.roots.title, 2))
  tell(bo, astrid)
  assert.equal(astrid.presence.find(bo.doc.clientID)!.moves, moves + 1)
})

test("a caret in text that has not arrived yet is placed when it has", (t) => {
  const { astrid, bo } = pair(t)
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [new Y.XmlText("nytt")])
  bo.roots.body.insert(0, [paragraph])
  bo.presence.publish("cursor", at(paragraph.get(0), 2))
  tell(bo, astrid)
  assert.equal(astrid.presence.find(bo.doc.clientID)!.place, null)
  const redrawn: Place[] = []
  astrid.presence.on("carets", (places) => redrawn.push(...places))
  exchange(astrid, bo)
  assert.deepEqual(astrid.presence.find(bo.doc.clientID)!.place, { root: "body" })
  assert.deepEqual(redrawn, [{ root: "body" }])
})

test("who does nothing for a minute is away, and back with the first letter", (t) => {
  const { astrid, bo, pass } = pair(t)
  tell(bo, astrid)
  const find = (): ReturnType<Presence["find"]> => astrid.presence.find(bo.doc.clientID)
  pass(IDLE_AFTER)
  assert.equal(astrid.presence.isIdle(find()!), false)
  pass(1)
  assert.equal(astrid.presence.isIdle(find()!), true)
  bo.awareness.setLocalState(bo.awareness.getLocalState())
  tell(bo, astrid)
  assert.equal(astrid.presence.isIdle(find()!), true)
  type(bo, idOf(bo, "att ett"), "end", "!")
  exchange(astrid, bo)
  assert.equal(astrid.presence.isIdle(find()!), false)
  assert.equal(astrid.presence.isIdle(astrid.presence.everybody()[0]!), false)
})

test("whatever others claim to be is cut down to size", (t) => {
  const { astrid, bo } = pair(t)
  const strange: unknown[] = [
    { user: { name: "x".repeat(500), color: 99 } },
    { user: { name: "<b>Bo</b>", color: "red" } },
    { user: { name: "Bo", color: -3 }, cursor: { anchor: "x", head: 7 } },
    { user: { name: "Bo", color: 1.5 }, cursor: "nowhere", title: 12 },
    { user: { name: "Bo" }, cursor: { anchor: { tname: "nothing" }, head: { item: { client: 1, clock: 1e9 } } } },
  ]
  for (const state of strange) {
    bo.awareness.setLocalState(state as Record<string, unknown>)
    tell(bo, astrid)
    const seen = astrid.presence.find(bo.doc.clientID)!
    assert.ok(seen.name.length <= 60)
    assert.ok(Number.isInteger(seen.color) && seen.color >= 0 && seen.color <= 7)
    assert.equal(seen.place, null)
  }
  for (const nobody of [{}, { user: null }, { user: { name: 3 } }, { user: { name: "  " } }]) {
    bo.awareness.setLocalState(nobody)
    tell(bo, astrid)
    assert.equal(astrid.presence.find(bo.doc.clientID), undefined)
  }
})

test("somebody with two windows is named once, by the one in which they last did something", (t) => {
  const { astrid, bo, pass } = pair(t)
  const other = { ...bo, awareness: new Awareness(new Y.Doc()) }
  t.after(() => other.awareness.destroy())
  const people = (): number[] => astrid.presence.people().map(({ client }) => client)
  bo.awareness.setLocalState({ user: { name: "Bo", color: 3, id: "b0" } })
  tell(bo, astrid)
  pass(1)
  other.awareness.setLocalState({ user: { name: "Bo", color: 3, id: "b0" } })
  applyAwarenessUpdate(astrid.awareness, encodeAwarenessUpdate(other.awareness, [other.awareness.clientID]), "network")
  const self = astrid.doc.clientID
  assert.equal(astrid.presence.everybody().length, 3)
  assert.deepEqual(people(), [self, other.awareness.clientID])
  pass(1)
  bo.presence.publish("title", at(bo.roots.title, 1))
  tell(bo, astrid)
  assert.deepEqual(people(), [self, bo.doc.clientID])
  // Two people of one name are two, and one's own other window is oneself.
  other.awareness.setLocalState({ user: { name: "Bo", color: 3, id: "b1" } })
  applyAwarenessUpdate(astrid.awareness, encodeAwarenessUpdate(other.awareness, [other.awareness.clientID]), "network")
  assert.equal(people().length, 3)
  astrid.awareness.setLocalState({ user: { name: "Bo", color: 3, id: "b1" } })
  assert.deepEqual(people(), [self, bo.doc.clientID])
})

test("who leaves is gone, with the caret", (t) => {
  const { astrid, bo } = pair(t)
  bo.presence.publish("title", at(bo.roots.title, 1))
  tell(bo, astrid)
  const redrawn: Place[] = []
  astrid.presence.on("carets", (places) => redrawn.push(...places))
  bo.awareness.setLocalState(null)
  tell(bo, astrid)
  assert.equal(astrid.presence.everybody().length, 1)
  assert.deepEqual(redrawn, [{ root: "title" }])
})

test("initials are those of the first and the last name", () => {
  assert.equal(initials("Astrid Berg"), "AB")
  assert.equal(initials("bo"), "B")
  assert.equal(initials("Åsa-Lena von Öst"), "ÅÖ")
  assert.equal(initials("  "), "?")
  assert.equal(initials("🚌 Buss"), "🚌B")
})
