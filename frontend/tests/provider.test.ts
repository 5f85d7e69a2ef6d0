import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import * as Y from "yjs"
import { TIMES } from "../editor/line.ts"
import { CARET_PACE, Provider, type Refusal } from "../editor/provider.ts"
import { FakeServer, FakeWorld, settled } from "./world.ts"

const open: Provider[] = []
afterEach(() => {
  for (const provider of open.splice(0)) provider.destroy()
})

interface Told {
  provider: Provider
  doc: Y.Doc
  world: FakeWorld
  refusals: Refusal[]
  invitations: () => number
}

function connect(world: FakeWorld, { mayWrite = true, carried = new Map<number, number>(), doc = new Y.Doc() } = {}): Told {
  const provider = new Provider("ws://test/collab/1", doc, { mayWrite, carried, world })
  open.push(provider)
  const refusals: Refusal[] = []
  let invitations = 0
  provider.on("refused", (refusal) => refusals.push(refusal))
  provider.on("invited", () => {
    invitations += 1
  })
  provider.awareness.setLocalState({ user: { name: "Astrid", color: 0 } })
  provider.connect()
  world.socket.open()
  return { provider, doc, world, refusals, invitations: () => invitations }
}

const write = (doc: Y.Doc, text: string): void => {
  const title = doc.getText("title")
  doc.transact(() => title.insert(title.length, text), "local")
}

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

test("the waits between tries grow, keep below the longest, and are never the same for all", () => {
  const world = new FakeWorld(null)
  const { provider } = connect(world)
  const waits: number[] = []
  for (let attempt = 0; attempt < 9; attempt += 1) {
    world.socket.hangUp(1006)
    const sockets = world.sockets.length
    const from = world.now()
    while (world.sockets.length === sockets) world.pass(100)
    waits.push(world.now() - from)
  }
  assert.equal(waits[0], TIMES.firstRetry)
  assert.ok(waits.every((wait, index) => index === 0 || wait >= waits[index - 1]!))
  assert.ok(waits.at(-1)! <= TIMES.longestRetry)
  world.chance = 0
  world.socket.hangUp(1006)
  const from = world.now()
  const sockets = world.sockets.length
  while (world.sockets.length === sockets) world.pass(100)
  assert.equal(world.now() - from, TIMES.longestRetry / 2)
  assert.equal(provider.status, "offline")
})

test("a connection that works starts the waits anew", () => {
  const server = new FakeServer()
  const world = new FakeWorld(server)
  connect(world)
  for (let attempt = 0; attempt < 4; attempt += 1) {
    world.socket.hangUp(1006)
    world.pass(TIMES.firstRetry)
    world.socket.open()
  }
  assert.equal(world.sockets.length, 5)
})

test("a server that restarts is tried again within the first wait", () => {
  const world = new FakeWorld(new FakeServer())
  connect(world)
  world.chance = 0.5
  world.socket.hangUp(1012)
  world.pass(TIMES.firstRetry / 2)
  assert.equal(world.sockets.length, 2)
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

test("a socket that says nothing is asked, and left when it does not answer", () => {
  const server = new FakeServer()
  const world = new FakeWorld(server)
  const { provider } = connect(world)
  world.pass(TIMES.silence + TIMES.look)
  assert.ok(world.socket.sentKinds().includes("query-awareness"))
  assert.equal(provider.status, "online")
  server.isDeaf = true
  world.pass(TIMES.silence + TIMES.answer + 2 * TIMES.look)
  assert.equal(world.sockets[0]!.closedWith, 4000)
  assert.equal(provider.status, "offline")
})

test("a dead socket is noticed sooner while an edit waits on it", async () => {
  const server = new FakeServer()
  const world = new FakeWorld(server)
  const { provider, doc } = connect(world)
  server.isDeaf = true
  write(doc, "a")
  await settled()
  world.pass(TIMES.silenceWhileWaiting + TIMES.answer + 3 * TIMES.look)
  assert.equal(provider.status, "offline")
  assert.equal(provider.waiting, 1)
})

test("a socket that never opens is given up", () => {
  const world = new FakeWorld(null)
  const provider = new Provider("ws://test/collab/1", new Y.Doc(), { mayWrite: true, world })
  open.push(provider)
  provider.connect()
  world.pass(TIMES.opening + 2 * TIMES.look)
  assert.equal(world.sockets[0]!.closedWith, 4000)
  world.pass(TIMES.longestRetry)
  assert.ok(world.sockets.length > 1)
})

test("news that the network is back cuts the wait short", () => {
  const world = new FakeWorld(new FakeServer())
  const { provider } = connect(world)
  provider.drop()
  assert.equal(world.sockets.length, 1)
  provider.nudge()
  assert.equal(world.sockets.length, 2)
})

test("bytes that cannot be read begin the connection anew", (t) => {
  const complaints = t.mock.method(console, "error", () => {})
  const world = new FakeWorld(new FakeServer())
  const { provider } = connect(world)
  world.socket.say(Uint8Array.of(0, 2, 200))
  assert.equal(complaints.mock.callCount(), 1)
  assert.equal(provider.status, "offline")
  world.pass(TIMES.firstRetry)
  assert.equal(world.sockets.length, 2)
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
  const provider = new Provider("ws://test/collab/1", doc, {
    mayWrite: true,
    carried: new Map([[earlier.clientID, 0]]),
    world,
  })
  open.push(provider)
  assert.equal(provider.waiting, 1)
  provider.connect()
  world.socket.open()
  assert.equal(server.doc.getText("title").toString(), "från i går")
  assert.equal(provider.waiting, 0)
})
