// A world to try the provider in: a clock that moves when told to, sockets that are not, and a server that keeps the
// text, acknowledges, refuses and dies on command.

import * as Y from "yjs"
import { decode, encode, type Message } from "../editor/wire.ts"
import type { World } from "../editor/line.ts"

type Sent = Exclude<Message, { kind: "unknown" }>

export class FakeSocket {
  readyState = 0
  binaryType = "blob"
  onopen: (() => void) | null = null
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  closedWith: number | null = null
  /** What the client sent, in order. */
  readonly sent: Message[] = []
  readonly server: FakeServer | null

  constructor(server: FakeServer | null) {
    this.server = server
  }

  send(data: Uint8Array): void {
    const message = decode(data)
    this.sent.push(message)
    this.server?.receive(this, message)
  }

  close(code = 1000): void {
    this.readyState = 3
    this.closedWith = code
    this.server?.leave(this)
  }

  // The other end.

  open(): void {
    this.readyState = 1
    this.onopen?.()
  }

  tell(message: Sent): void {
    this.say(encode(message))
  }

  say(bytes: Uint8Array): void {
    if (this.readyState === 1) this.onmessage?.({ data: bytes.slice().buffer })
  }

  hangUp(code: number): void {
    if (this.readyState > 1) return
    this.readyState = 3
    this.server?.leave(this)
    this.onclose?.({ code, reason: "" })
  }

  sentKinds(): string[] {
    return this.sent.map(({ kind }) => kind)
  }
}

/** Keeps one document as app/collab does: durable at once, acknowledged unless told to hold. */
export class FakeServer {
  readonly doc = new Y.Doc()
  readonly sockets = new Set<FakeSocket>()
  readonly received = new Map<FakeSocket, number>()
  isHolding = false
  isFrozen = false
  isDeaf = false
  /** Takes updates only when told to commit, as a server does that is busy with the batch before. */
  isSlow = false
  readonly #inbox: { socket: FakeSocket; update: Uint8Array }[] = []
  readOnly = false

  receive(socket: FakeSocket, message: Message): void {
    if (this.isDeaf) return
    if (message.kind === "step1") {
      socket.tell({ kind: "step2", update: Y.encodeStateAsUpdate(this.doc, message.stateVector) })
      if (!this.sockets.has(socket)) {
        this.sockets.add(socket)
        if (!this.readOnly) socket.tell({ kind: "step1", stateVector: Y.encodeStateVector(this.doc) })
      }
    } else if (message.kind === "step2" || message.kind === "update") {
      if (this.isSlow) this.#inbox.push({ socket, update: message.update })
      else this.#take(socket, message.update)
    } else if (message.kind === "query-awareness") socket.tell({ kind: "awareness", states: Uint8Array.of(0) })
    else if (message.kind === "awareness") this.#others(socket, { kind: "awareness", states: message.states })
  }

  leave(socket: FakeSocket): void {
    this.sockets.delete(socket)
  }

  /** Makes the first `count` updates that wait durable together: shows them to the others, then acknowledges them. */
  commit(count = this.#inbox.length): void {
    const batch = this.#inbox.splice(0, count)
    if (!batch.length) return
    const update = Y.mergeUpdates(batch.map((entry) => entry.update))
    Y.applyUpdate(this.doc, update)
    const senders = new Set(batch.map(({ socket }) => socket))
    const [first] = senders
    for (const socket of this.sockets) if (senders.size > 1 || socket !== first) socket.tell({ kind: "update", update })
    for (const { socket } of batch) this.received.set(socket, (this.received.get(socket) ?? 0) + 1)
    for (const socket of senders) socket.tell({ kind: "acknowledged", count: this.received.get(socket)! })
  }

  /** Tells everybody what is durable by now. */
  acknowledge(): void {
    for (const [socket, count] of this.received) socket.tell({ kind: "acknowledged", count })
  }

  #take(socket: FakeSocket, update: Uint8Array): void {
    const before = Y.encodeStateVector(this.doc)
    const known = Y.encodeStateAsUpdate(this.doc)
    const tried = new Y.Doc()
    Y.applyUpdate(tried, known)
    Y.applyUpdate(tried, update)
    const changes = !sameBytes(Y.encodeStateAsUpdate(tried), known)
    if (changes && this.isFrozen) {
      socket.hangUp(4409)
      return
    }
    if (changes && this.readOnly) {
      socket.tell({ kind: "denied", reason: "read-only" })
      return
    }
    this.received.set(socket, (this.received.get(socket) ?? 0) + 1)
    if (tried.store.pendingStructs) {
      // A gap: asks for what is missing, and acknowledges nothing until it has come.
      socket.tell({ kind: "step1", stateVector: before })
      return
    }
    Y.applyUpdate(this.doc, update)
    if (changes) this.#others(socket, { kind: "update", update })
    if (!this.isHolding) socket.tell({ kind: "acknowledged", count: this.received.get(socket)! })
  }

  #others(sender: FakeSocket, message: Sent): void {
    for (const socket of this.sockets) if (socket !== sender) socket.tell(message)
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

export class FakeWorld implements World {
  readonly sockets: FakeSocket[] = []
  server: FakeServer | null
  chance = 1
  #now = 0
  #timers: { at: number; act: () => void }[] = []

  constructor(server: FakeServer | null = null) {
    this.server = server
  }

  open(_url: string): WebSocket {
    const socket = new FakeSocket(this.server)
    this.sockets.push(socket)
    return socket as unknown as WebSocket
  }

  now(): number {
    return this.#now
  }

  random(): number {
    return this.chance
  }

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.#now + ms, act }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!
  }

  /** Lets time pass, and what was to happen in it happen in order. */
  pass(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = Math.max(this.#now, next.at)
      next.act()
    }
    this.#now = end
  }
}

/** Lets what waits for the end of the present turn happen. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
