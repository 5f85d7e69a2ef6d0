// A line that was opened before the editor was there: whoever takes it over hears everything, once and in order.

import assert from "node:assert/strict"
import { after, test, type TestContext } from "node:test"
import { openEarly, takeEarly } from "../page/early-line.ts"

class Socket extends EventTarget {
  static readonly OPEN = 1
  readyState = 0
  readonly sent: Uint8Array[] = []
  readonly url: string

  constructor(url: string) {
    super()
    this.url = url
    sockets.push(this)
  }

  send(data: Uint8Array): void {
    this.sent.push(data)
  }

  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event("open"))
  }

  say(...bytes: number[]): void {
    this.dispatchEvent(new MessageEvent("message", { data: Uint8Array.from(bytes).buffer }))
  }

  close(): void {
    this.readyState = 3
  }
}

const sockets: Socket[] = []
const before = globalThis.WebSocket
globalThis.WebSocket = Socket as never
after(() => {
  globalThis.WebSocket = before
})

const URL = "wss://example.org/collab/1"
const ASKED = [0, 0, 1, 0]
const [HERE, TEXT, LATER] = [[1, 7], [0, 1, 2], [0, 2, 3]] as const
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

function pageIsNew(): void {
  delete (globalThis as { earlyLine?: unknown }).earlyLine
}

/** Opened early; its own time runs out by itself only in the test that is about it. */
function opened(t: TestContext): Socket {
  pageIsNew()
  t.mock.timers.enable({ apis: ["setTimeout"] })
  openEarly(URL)
  t.mock.timers.reset()
  return sockets.at(-1)!
}

/** Listens as the editor does; what was heard, in order. */
function heard(socket: WebSocket): string[] {
  const said: string[] = []
  socket.addEventListener("open", () => said.push("open"))
  socket.addEventListener("message", ({ data }) => said.push(new Uint8Array(data as ArrayBuffer).join()))
  return said
}

test("what has been said before the editor takes over is said again, and only then is the line open", async (t) => {
  const socket = opened(t)
  socket.open()
  assert.deepEqual([...socket.sent[0]!], ASKED)
  socket.say(...HERE)
  socket.say(...TEXT)
  const said = heard(takeEarly(URL)!)
  assert.deepEqual(said, [])
  socket.say(...LATER)
  await nextTurn()
  socket.say(...LATER)
  assert.deepEqual(said, ["1,7", "0,1,2", "0,2,3", "open", "0,2,3"])
})

test("an editor that is there before the text waits for it, and asks for nothing twice", async (t) => {
  const socket = opened(t)
  const said = heard(takeEarly(URL)!)
  await nextTurn()
  socket.open()
  socket.say(...HERE)
  assert.deepEqual(said, [])
  socket.say(...TEXT)
  assert.deepEqual(said, ["1,7", "0,1,2", "open"])
  assert.equal(socket.sent.length, 1)
})

test("a line is taken over once, for what it was opened for, and while it lives", (t) => {
  opened(t)
  assert.equal(takeEarly("wss://example.org/collab/2"), null)
  opened(t)
  assert.ok(takeEarly(URL))
  assert.equal(takeEarly(URL), null)
  opened(t).close()
  assert.equal(takeEarly(URL), null)
})

test("a line that no editor takes over is closed", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] })
  pageIsNew()
  openEarly(URL)
  t.mock.timers.tick(60_000)
  assert.equal(sockets.at(-1)!.readyState, 3)
  pageIsNew()
  openEarly(URL)
  assert.ok(takeEarly(URL))
  t.mock.timers.tick(60_000)
  assert.equal(sockets.at(-1)!.readyState, 0)
})

test("where the editor was there first, no line is opened, and none is kept for later tries", (t) => {
  pageIsNew()
  assert.equal(takeEarly(URL), null)
  const before = sockets.length
  openEarly(URL)
  assert.equal(sockets.length, before)
  opened(t)
  assert.ok(takeEarly(URL))
  assert.equal(takeEarly(URL), null)
})
