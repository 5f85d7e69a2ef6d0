// What is said on the connection: what waits, what is saved, what is refused, who is here.

import assert from "node:assert/strict"
import { test } from "node:test"
import * as Y from "yjs"
import { LONGEST_HELD } from "../editor/intake.ts"
import { TIMES } from "../editor/line.ts"
import { CARET_PACE } from "../editor/provider.ts"
import { connect, provide, write } from "./conversation.ts"
import { FakeServer, FakeWorld, settled } from "./world.ts"

test("an edit waits until the server has said that it is durable", async () => {
  const server = new FakeServer()
  const { provider, doc } = connect(new FakeWorld(server))
  assert.equal(provider.status, "online")
  assert.equal(provider.waiting, 0)
  server.isHolding = true
  write(doc, "a")
  write(doc, "b")
  assert.equal(provider.waiting, 2)
  await settled()
  assert.equal(server.doc.getText("title").toString(), "ab")
  assert.equal(provider.waiting, 2)
  server.acknowledge()
  assert.equal(provider.waiting, 0)
})

test("edits of one turn travel as one message", async () => {
  const { doc, world } = connect(new FakeWorld(new FakeServer()))
  for (const letter of "buss") write(doc, letter)
  await settled()
  assert.equal(world.socket.sentKinds().filter((kind) => kind === "update").length, 1)
})

test("only what an acknowledgement covers is no longer waiting", async () => {
  const server = new FakeServer()
  const { provider, doc, world } = connect(new FakeWorld(server))
  server.isHolding = true
  write(doc, "a")
  await settled()
  write(doc, "b")
  await settled()
  // The step 2 was the first message with an update, "a" the second, "b" the third.
  world.socket.tell({ kind: "acknowledged", count: 2 })
  assert.equal(provider.waiting, 1)
  world.socket.tell({ kind: "acknowledged", count: 2 })
  assert.equal(provider.waiting, 1)
  world.socket.tell({ kind: "acknowledged", count: 3 })
  assert.equal(provider.waiting, 0)
})

test("nothing is sent before the server has told what it has", async () => {
  const world = new FakeWorld(null)
  const { doc, provider } = connect(world)
  write(doc, "a")
  await settled()
  assert.ok(!world.socket.sentKinds().includes("update"))
  world.socket.tell({ kind: "step1", stateVector: Y.encodeStateVector(new Y.Doc()) })
  assert.equal(provider.waiting, 1)
  world.socket.tell({ kind: "acknowledged", count: 1 })
  assert.equal(provider.waiting, 0)
})

test("what is written without a connection arrives once when it is back", async () => {
  const server = new FakeServer()
  const { provider, doc, world } = connect(new FakeWorld(server))
  write(doc, "före ")
  await settled()
  world.socket.hangUp(1006)
  assert.equal(provider.status, "offline")
  write(doc, "under ")
  write(doc, "tiden")
  assert.equal(provider.waiting, 2)
  world.pass(TIMES.firstRetry)
  world.socket.open()
  assert.equal(server.doc.getText("title").toString(), "före under tiden")
  assert.equal(provider.status, "online")
  assert.equal(provider.waiting, 0)
})

test("an edit whose acknowledgement was lost is not written twice", async () => {
  const server = new FakeServer()
  const { provider, doc, world } = connect(new FakeWorld(server))
  server.isHolding = true
  write(doc, "en gång")
  await settled()
  world.socket.hangUp(1006)
  server.isHolding = false
  assert.equal(provider.waiting, 1)
  world.pass(TIMES.firstRetry)
  world.socket.open()
  assert.equal(server.doc.getText("title").toString(), "en gång")
  assert.equal(doc.getText("title").toString(), "en gång")
  assert.equal(provider.waiting, 0)
})

test("after a gap the text is sent anew and only then called saved", async () => {
  const server = new FakeServer()
  const { provider, doc, world } = connect(new FakeWorld(server))
  server.isDeaf = true
  write(doc, "a")
  await settled()
  server.isDeaf = false
  write(doc, "b")
  await settled()
  assert.equal(server.doc.getText("title").toString(), "ab")
  // The deaf server did not count the first message: what it acknowledges is counted from its own point of view.
  server.received.set(world.socket, world.socket.sentKinds().filter((kind) => kind !== "awareness").length)
  server.acknowledge()
  assert.equal(provider.waiting, 0)
})

test("two people who wrote without each other converge", async () => {
  const server = new FakeServer()
  const astrid = connect(new FakeWorld(server))
  const bo = connect(new FakeWorld(server))
  astrid.world.socket.hangUp(1006)
  write(astrid.doc, "Astrid")
  write(bo.doc, "Bo")
  await settled()
  astrid.world.pass(TIMES.firstRetry)
  astrid.world.socket.open()
  await settled()
  assert.equal(astrid.doc.getText("title").toString(), bo.doc.getText("title").toString())
  assert.match(astrid.doc.getText("title").toString(), /Astrid/)
  assert.match(astrid.doc.getText("title").toString(), /Bo/)
})

test("a frozen document ends the conversation, and what waited is still counted", async () => {
  const server = new FakeServer()
  const { provider, doc, world, refusals } = connect(new FakeWorld(server))
  write(doc, "hann med")
  await settled()
  server.isFrozen = true
  write(doc, " för sent")
  await settled()
  assert.deepEqual(refusals, ["frozen"])
  assert.equal(provider.status, "stopped")
  assert.equal(provider.waiting, 1)
  assert.equal(provider.confirmed.get(doc.clientID), "hann med".length)
  world.pass(60_000)
  assert.equal(world.sockets.length, 1)
})

test("a right that is taken away while one writes is told at once", () => {
  const server = new FakeServer()
  const { world, refusals } = connect(new FakeWorld(server))
  world.socket.tell({ kind: "denied", reason: "read-only" })
  world.socket.tell({ kind: "denied", reason: "frozen" })
  assert.deepEqual(refusals, ["demoted", "frozen"])
})

test("a reader sends no text, whatever happens to the document", async () => {
  const server = new FakeServer()
  server.readOnly = true
  server.doc.getText("title").insert(0, "Rubrik")
  const { provider, doc, world } = connect(new FakeWorld(server), { mayWrite: false })
  write(doc, "!")
  await settled()
  assert.deepEqual(world.socket.sentKinds().filter((kind) => kind === "update" || kind === "step2"), [])
  assert.equal(provider.waiting, 0)
  assert.equal(provider.status, "online")
})

test("a reader whom the server asks for text hears that writing is possible", () => {
  const { world, invitations } = connect(new FakeWorld(null), { mayWrite: false })
  world.socket.tell({ kind: "step1", stateVector: Y.encodeStateVector(new Y.Doc()) })
  assert.equal(invitations(), 1)
  assert.deepEqual(world.socket.sentKinds().filter((kind) => kind === "step2"), [])
})

test("an overcrowded server is given time, and the person is told", () => {
  const world = new FakeWorld(new FakeServer())
  const { refusals, provider } = connect(world)
  world.socket.hangUp(4429)
  assert.deepEqual(refusals, ["crowded"])
  assert.equal(provider.status, "offline")
  world.pass(TIMES.crowdedRetry - 1)
  assert.equal(world.sockets.length, 1)
  world.pass(TIMES.crowdedRetry + 1)
  assert.equal(world.sockets.length, 2)
})

test("one fault is nobody's business, the third in a row is told once", () => {
  const world = new FakeWorld(null)
  const { refusals } = connect(world)
  for (let fault = 0; fault < 5; fault += 1) {
    world.socket.hangUp(1011)
    world.pass(TIMES.longestRetry)
  }
  assert.deepEqual(refusals, ["fault"])
})

for (const [code, refusal] of [
  [4401, "signed-out"],
  [4403, "forbidden"],
  [4404, "gone"],
  [4413, "too-large"],
  [4426, "newer"],
] as const) {
  test(`close code ${code} stops and says ${refusal}`, () => {
    const world = new FakeWorld(new FakeServer())
    const { refusals, provider } = connect(world)
    world.socket.hangUp(code)
    world.pass(120_000)
    assert.deepEqual(refusals, [refusal])
    assert.equal(provider.status, "stopped")
    assert.equal(world.sockets.length, 1)
  })
}

test("who has signed in again goes on, and what waited is saved", async () => {
  const server = new FakeServer()
  const world = new FakeWorld(server)
  const { provider, doc } = connect(world)
  world.socket.hangUp(4401)
  write(doc, "kvar")
  provider.restart()
  world.socket.open()
  await settled()
  assert.equal(server.doc.getText("title").toString(), "kvar")
  assert.equal(provider.waiting, 0)
})

test("messages of kinds that are not known yet are passed over", () => {
  const world = new FakeWorld(new FakeServer())
  const { provider } = connect(world)
  world.socket.say(Uint8Array.of(77, 1, 2, 3))
  world.socket.say(Uint8Array.of(0, 9, 0))
  assert.equal(provider.status, "online")
})

test("others vanish with the connection, and are news when it is back", async () => {
  const server = new FakeServer()
  const astrid = connect(new FakeWorld(server))
  const bo = connect(new FakeWorld(server))
  bo.world.pass(CARET_PACE)
  const boId = bo.doc.clientID
  assert.ok(astrid.provider.awareness.getStates().has(boId))
  astrid.world.socket.hangUp(1006)
  assert.ok(!astrid.provider.awareness.getStates().has(boId))
  astrid.world.pass(TIMES.firstRetry)
  astrid.world.socket.open()
  bo.world.socket.tell({ kind: "query-awareness" })
  assert.ok(astrid.provider.awareness.getStates().has(boId))
})

test("carets are told at most every so often, the newest wins", () => {
  const world = new FakeWorld(new FakeServer())
  const { provider } = connect(world)
  world.pass(CARET_PACE)
  const before = world.socket.sentKinds().filter((kind) => kind === "awareness").length
  for (let position = 0; position < 20; position += 1) provider.awareness.setLocalStateField("cursor", { position })
  world.pass(CARET_PACE)
  assert.equal(world.socket.sentKinds().filter((kind) => kind === "awareness").length, before + 1)
})

test("edits of an earlier visit wait until the server has them", () => {
  const earlier = new Y.Doc()
  earlier.getText("title").insert(0, "från i går")
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(earlier))
  const server = new FakeServer()
  const world = new FakeWorld(server)
  const provider = provide(world, doc, { mayWrite: true, carried: new Map([[earlier.clientID, 0]]) })
  assert.equal(provider.waiting, 1)
  provider.connect()
  world.socket.open()
  assert.equal(server.doc.getText("title").toString(), "från i går")
  assert.equal(provider.waiting, 0)
})

test("what the server says waits, in its order, while an input method composes, and never for long", async () => {
  const server = new FakeServer()
  const { provider, doc, world } = connect(new FakeWorld(server))
  const other = new Y.Doc()
  const told: string[] = []
  let isComposing = true
  provider.waitFor({ isComposing: () => isComposing, finish: () => told.push("finished") })
  provider.on("waiting", (count) => told.push(`waiting ${count}`))
  const tell = (text: string): void => {
    const before = Y.encodeStateVector(other)
    write(other, text)
    world.socket.tell({ kind: "update", update: Y.encodeStateAsUpdate(other, before) })
  }
  const title = (): string => doc.getText("title").toString()
  server.isHolding = true
  write(doc, "a")
  await settled()
  tell("x")
  // The receipt came after the text, so it is not heard before it.
  server.acknowledge()
  assert.deepEqual([title(), provider.waiting], ["a", 1])
  isComposing = false
  provider.goOn()
  assert.deepEqual([title().length, provider.waiting], [2, 0])

  isComposing = true
  tell("y")
  world.pass(LONGEST_HELD - 1)
  assert.equal(title().length, 2)
  world.pass(1)
  assert.equal(title().length, 3)
  assert.deepEqual(told, ["waiting 1", "waiting 0", "finished"])

  // A line that is lost has said what it said.
  tell("z")
  world.socket.hangUp(1006)
  assert.equal(title().length, 4)
})
