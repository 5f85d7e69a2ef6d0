// What the editor says: the state of saving, announcements, the text that did not make it, and the words it needs.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import * as Y from "yjs"
import { Announcer, CALM, STALE } from "../editor/announcer.ts"
import { strikeDemand } from "../editor/demand-acts.ts"
import { LOCAL, type Place } from "../editor/roots.ts"
import { saveState } from "../editor/status.ts"
import { STRING_KEYS, wordsFrom } from "../editor/strings.ts"
import { unconfirmedText } from "../editor/unconfirmed.ts"
import { timeLeft } from "../islands/countdown.ts"
import { authorsOf, idOf, type, type Author } from "./motion.ts"
import { FakeWorld } from "./world.ts"

const CALMLY = { status: "online", isSynced: true, mayWrite: true, waiting: 0, waitingFor: 0, sinceEdit: Infinity } as const

test("saved is said only when nothing waits and the server is there", () => {
  assert.equal(saveState(CALMLY).state, "saved")
  assert.equal(saveState({ ...CALMLY, waiting: 1 }).state, "saving")
  assert.equal(saveState({ ...CALMLY, sinceEdit: 100 }).state, "saving")
  assert.equal(saveState({ ...CALMLY, isSynced: false }).state, "connecting")
  assert.equal(saveState({ ...CALMLY, status: "connecting" }).state, "connecting")
  assert.equal(saveState({ ...CALMLY, status: "offline" }).state, "offline")
  assert.equal(saveState({ ...CALMLY, status: "stopped" }).state, "stopped")
  assert.equal(saveState({ ...CALMLY, mayWrite: false }).state, "reading")
})

test("what waits for long, or without a connection, is counted", () => {
  assert.deepEqual(saveState({ ...CALMLY, waiting: 1, waitingFor: 5_000 }), { state: "waiting", key: "waitingOne", count: 1 })
  assert.deepEqual(saveState({ ...CALMLY, waiting: 7, waitingFor: 5_000 }), { state: "waiting", key: "waitingMany", count: 7 })
  assert.equal(saveState({ ...CALMLY, status: "offline", waiting: 1 }).key, "offlineWaitingOne")
  assert.equal(saveState({ ...CALMLY, status: "offline", waiting: 3 }).key, "offlineWaitingMany")
  assert.equal(saveState({ ...CALMLY, status: "offline" }).key, "offline")
})

const BODY: Place = { root: "body" }
const DEMAND: Place = { root: "demand", id: "d" }

function listen(): { said: string[]; world: FakeWorld; announcer: Announcer } {
  const said: string[] = []
  const world = new FakeWorld()
  return { said, world, announcer: new Announcer((text) => said.push(text), world) }
}

test("somebody who writes on and on is told of once", () => {
  const { said, world, announcer } = listen()
  for (let key = 0; key < 200; key += 1) {
    announcer.writes(2, BODY, "Bo skriver i brödtexten")
    world.pass(200)
  }
  assert.deepEqual(said, ["Bo skriver i brödtexten"])
  world.pass(STALE)
  announcer.writes(2, BODY, "Bo skriver i brödtexten")
  world.pass(CALM)
  assert.equal(said.length, 2)
})

test("between two announcements there is calm, and the newest place wins", () => {
  const { said, world, announcer } = listen()
  announcer.writes(2, BODY, "Bo skriver i brödtexten")
  world.pass(0)
  announcer.writes(2, DEMAND, "Bo skriver i att-sats 1")
  announcer.writes(3, BODY, "Cecilia skriver i brödtexten")
  announcer.writes(2, { root: "title" }, "Bo skriver i rubriken")
  world.pass(CALM - 1)
  assert.deepEqual(said, ["Bo skriver i brödtexten"])
  world.pass(1)
  assert.deepEqual(said, ["Bo skriver i brödtexten", "Bo skriver i rubriken. Cecilia skriver i brödtexten"])
})

test("what came of one's own act is said at once, and others wait", () => {
  const { said, world, announcer } = listen()
  announcer.say("Att-sats 2 tillagd")
  announcer.writes(2, BODY, "Bo skriver i brödtexten")
  world.pass(CALM / 2)
  announcer.say("Flyttad till plats 1 av 2")
  world.pass(CALM - 1)
  assert.deepEqual(said, ["Att-sats 2 tillagd", "Flyttad till plats 1 av 2"])
  world.pass(1)
  assert.equal(said.at(-1), "Bo skriver i brödtexten")
})

test("who left before there was calm is not told of", () => {
  const { said, world, announcer } = listen()
  announcer.say("Ångrat")
  announcer.writes(2, BODY, "Bo skriver i brödtexten")
  announcer.forget(2)
  world.pass(10 * CALM)
  assert.deepEqual(said, ["Ångrat"])
})

test("the text that did not make it is the whole of each block that holds some", () => {
  const [astrid] = authorsOf(["att ett", "att två", "att tre"], "astrid") as [Author]
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [new Y.XmlText("Sparat stycke.")])
  const other = new Y.XmlElement("paragraph")
  other.insert(0, [new Y.XmlText("Orört.")])
  astrid.doc.transact(() => astrid.roots.body.insert(0, [paragraph, other]), LOCAL)
  const confirmed = new Map([[astrid.doc.clientID, Y.getState(astrid.doc.store, astrid.doc.clientID)]])
  assert.deepEqual(unconfirmedText(astrid.roots, confirmed), [])
  astrid.doc.transact(() => (paragraph.get(0) as Y.XmlText).insert(6, "NYTT "), LOCAL)
  type(astrid, idOf(astrid, "att två"), "end", " nytt")
  type(astrid, idOf(astrid, "att tre"), "end", " struket")
  strikeDemand(astrid.roots, astrid.history, idOf(astrid, "att tre"))
  astrid.doc.transact(() => astrid.roots.title.insert(0, "Ny: "), LOCAL)
  assert.deepEqual(unconfirmedText(astrid.roots, confirmed), [
    { root: "title", text: "Ny: Bättre busstrafik" },
    { root: "body", text: "SparatNYTT  stycke." },
    { root: "demand", number: 2, text: "att två nytt" },
  ])
})

test("what came from others is never called lost", () => {
  const [astrid, bo] = authorsOf(["att ett"], "astrid", "bo") as [Author, Author]
  type(bo, idOf(bo, "att ett"), "end", " från Bo")
  Y.applyUpdate(astrid.doc, Y.encodeStateAsUpdate(bo.doc))
  const confirmed = new Map([[astrid.doc.clientID, Y.getState(astrid.doc.store, astrid.doc.clientID)]])
  assert.deepEqual(unconfirmedText(astrid.roots, confirmed), [])
})

test("the page supplies every word that the editor needs, and no other", () => {
  const template = readFileSync(new URL("../../app/motions/templates/_editor.html", import.meta.url), "utf8")
  const supplied = [...template.matchAll(/^ {2}"(\w+)": _\(/gm)].map(([, key]) => key)
  assert.deepEqual(supplied.toSorted(), [...STRING_KEYS].toSorted())
})

test("names in words are filled in, and what is not known stays as it is", () => {
  const words = wordsFrom({ writesIn: "{name} skriver i {place}", saved: "Sparat" })
  assert.equal(words("writesIn", { name: "Bo {x}", place: "rubriken" }), "Bo {x} skriver i rubriken")
  assert.equal(words("writesIn"), "{name} skriver i {place}")
  assert.equal(words("saved"), "Sparat")
  assert.equal(words("undo"), "undo")
})

test("on its last day a deadline says how long is left", () => {
  const until = Date.parse("2026-12-01T22:59:59Z")
  const minutes = (count: number): string | null => timeLeft(until, until - count * 60_000, "sv")
  assert.equal(minutes(5 * 60 + 20), "om 5 timmar")
  assert.equal(minutes(90), "om 90 minuter")
  assert.equal(minutes(0.5), "om 1 minut")
  assert.equal(minutes(0), null)
  assert.equal(minutes(25 * 60), null)
  assert.equal(timeLeft(Number.NaN, 0, "sv"), null)
})
