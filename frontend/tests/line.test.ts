// How a connection is kept: when to try again, and how a dead one is noticed.

import assert from "node:assert/strict"
import { test } from "node:test"
import * as Y from "yjs"
import { TIMES } from "../editor/line.ts"
import { connect, provide, write } from "./conversation.ts"
import { FakeServer, FakeWorld, settled } from "./world.ts"

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
  const provider = provide(world, new Y.Doc(), { mayWrite: true })
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
