// Keeps a Y.Doc and its awareness the same as the server's over a socket that may die at any time.
//
// An edit is *waiting* until the server has said that it is durable; `waiting` counts them, whether they are unsent,
// under way, or were made while there was no connection. What waits survives every reconnection: the server says what
// it has, and the answer (sync step 2) holds all that it lacks.

import { ObservableV2 } from "lib0/observable"
import * as awareness from "y-protocols/awareness"
import * as Y from "yjs"
import { decode, encode, type Message } from "./wire.ts"

export type Status = "connecting" | "online" | "offline" | "stopped"

/** Why the server no longer takes part in what one writes, or in the conversation at all. */
export type Refusal =
  | "signed-out"
  | "forbidden"
  | "demoted"
  | "gone"
  | "frozen"
  | "too-large"
  | "crowded"
  | "fault"

const REFUSALS: Readonly<Record<number, Refusal>> = {
  4401: "signed-out",
  4403: "forbidden",
  4404: "gone",
  4409: "frozen",
  4413: "too-large",
  4429: "crowded",
  1007: "fault",
  1009: "too-large",
  1011: "fault",
}
/** After these, trying again by oneself is right; the others need a person. */
const TRANSIENT: ReadonlySet<Refusal> = new Set(["crowded", "fault"])

const RESTARTING = 1012
/** Closed by us, because nothing comes through any more. */
const DEAD = 4000
/** Faults in a row before the person is told; a server that restarts may fail once or twice. */
const FAULTS_BEFORE_NOTICE = 3

/** What the provider needs of the world, so that tests can be the world. */
export interface World {
  open(url: string): WebSocket
  now(): number
  random(): number
  after(ms: number, act: () => void): () => void
}

export const REAL_WORLD: World = {
  open: (url) => new WebSocket(url),
  now: () => Date.now(),
  random: () => Math.random(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

export const TIMES = {
  /** The first wait before connecting again, doubled each time up to `longestRetry`; of each, a random half is cut. */
  firstRetry: 400,
  longestRetry: 15_000,
  /** The wait after the server said that it is overcrowded. */
  crowdedRetry: 10_000,
  /** A socket that has been silent for so long is asked for a sign of life; sooner when an edit waits on it. */
  silence: 30_000,
  silenceWhileWaiting: 8_000,
  /** How long a sign of life may take. */
  answer: 8_000,
  /** How often silence is looked for. */
  look: 2_000,
  /** A socket that has not opened by then is given up. */
  opening: 12_000,
  /** Carets are told about at most this often. */
  carets: 50,
} as const

interface Options {
  mayWrite: boolean
  /** Edits in the document from an earlier visit that the server may lack: for each client id, where they begin. */
  carried?: ReadonlyMap<number, number>
  world?: World
}

type Events = {
  status: (status: Status) => void
  /** The document is what the server has, plus one's own edits. Fires after every (re)connection. */
  synced: () => void
  waiting: (count: number) => void
  refused: (refusal: Refusal) => void
  /** The server has said what it has, and one's own answer has gone out. */
  answered: () => void
  /** The server asks a mere reader for text: one may write (again). */
  invited: () => void
}

export class Provider extends ObservableV2<Events> {
  readonly doc: Y.Doc
  readonly awareness: awareness.Awareness
  status: Status = "connecting"
  /** Whether the server's text has arrived at least once. */
  isSynced = false
  readonly mayWrite: boolean
  /** While a message with text is applied: whether it holds all that was missed, and what of one's own it echoes. */
  incoming: { isResync: boolean; ownFrom: number; ownTo: number } | null = null

  readonly #url: string
  readonly #world: World
  #socket: WebSocket | null = null
  #cancelRetry: (() => void) | null = null
  #cancelLook: (() => void) | null = null
  #cancelCarets: (() => void) | null = null
  #attempts = 0
  #faults = 0
  #openedAt = 0
  #heardAt = 0
  #askedAt: number | null = null
  #isStopped = false
  /** The server has told what it has, so plain updates fit on what it knows. */
  #isAnswered = false
  #outbox: Uint8Array[] = []
  #isFlushing = false
  #talking = new Set<number>()
  #made = 0
  #durable = 0
  /** For each message with an update on this connection that is not acknowledged: what is durable once it is. */
  #underWay: { made: number; clocks: Map<number, number> }[] = []
  #acknowledged = 0
  #confirmed = new Map<number, number>()

  constructor(url: string, doc: Y.Doc, { mayWrite, carried = new Map(), world = REAL_WORLD }: Options) {
    super()
    this.#url = url
    this.doc = doc
    this.mayWrite = mayWrite
    this.#world = world
    if (carried.size) {
      this.#made = 1
      this.#confirmed = new Map(carried)
    }
    this.awareness = new awareness.Awareness(doc)
    doc.on("update", this.#onEdit)
    this.awareness.on("update", this.#onPresence)
    this.#look()
  }

  /** Edits of one's own that the server has not made durable. */
  get waiting(): number {
    return this.#made - this.#durable
  }

  /** Edits made, and edits known to be durable, since the page was opened. */
  get edits(): { made: number; durable: number } {
    return { made: this.#made, durable: this.#durable }
  }

  /** For each client id whose edits were made here: the clock up to which the server has made them durable. */
  get confirmed(): ReadonlyMap<number, number> {
    return this.#confirmed
  }

  connect(): void {
    if (this.#isStopped || this.#socket) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    if (this.status !== "offline") this.#set("connecting")
    let socket: WebSocket
    try {
      socket = this.#world.open(this.#url)
    } catch {
      this.#retry(this.#nextWait())
      return
    }
    this.#socket = socket
    this.#openedAt = this.#heardAt = this.#world.now()
    this.#askedAt = null
    socket.binaryType = "arraybuffer"
    socket.onopen = () => this.#onOpen()
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.#onMessage(event.data)
    socket.onclose = (event) => this.#onClose(event.code)
  }

  /** Something says that the network may be back: tries at once, or asks a silent socket for a sign of life. */
  nudge(): void {
    if (this.#isStopped) return
    if (!this.#socket) {
      this.#attempts = 0
      this.connect()
    } else if (this.#socket.readyState === 1 && this.#askedAt === null) this.#ask()
  }

  /** The network is known to be gone: does not wait for the socket to notice. */
  drop(): void {
    if (this.#socket) this.#abandon()
  }

  /** Ends the conversation for good. What waits stays in the document, and stays counted. */
  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#cancelRetry?.()
    this.#close(1000)
    this.#set("stopped")
  }

  /** Tries again after a refusal that a person has done something about. */
  restart(): void {
    this.#isStopped = false
    this.#attempts = 0
    this.#set("connecting")
    this.connect()
  }

  override destroy(): void {
    this.stop()
    this.#cancelLook?.()
    this.#cancelCarets?.()
    this.doc.off("update", this.#onEdit)
    this.awareness.off("update", this.#onPresence)
    this.awareness.destroy()
    super.destroy()
  }

  /** Tells the others that one leaves, while there is still time. */
  sayGoodbye(): void {
    awareness.removeAwarenessStates(this.awareness, [this.doc.clientID], "goodbye")
    this.#sendPresence()
  }

  /** Is back on a page that was kept in the background after it said goodbye. */
  sayHello(state: Record<string, unknown>): void {
    if (this.awareness.getLocalState() === null) this.awareness.setLocalState(state)
  }

  // What one does oneself.

  #onEdit = (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    if (origin === this || !this.mayWrite) return
    for (const [client, clock] of transaction.afterState) {
      const before = transaction.beforeState.get(client) ?? 0
      if (clock > before && !this.#confirmed.has(client)) this.#confirmed.set(client, before)
    }
    this.#made += 1
    this.emit("waiting", [this.waiting])
    if (!this.#isAnswered) return
    this.#outbox.push(update)
    if (this.#isFlushing) return
    this.#isFlushing = true
    queueMicrotask(() => {
      this.#isFlushing = false
      this.#flush()
    })
  }

  #flush(): void {
    const updates = this.#outbox
    this.#outbox = []
    const [first] = updates
    if (!this.#isAnswered || first === undefined) return
    this.#sendUpdate({ kind: "update", update: updates.length === 1 ? first : Y.mergeUpdates(updates) })
  }

  #sendUpdate(message: Extract<Message, { update: Uint8Array }>): void {
    const clocks = new Map<number, number>()
    for (const client of this.#confirmed.keys()) clocks.set(client, Y.getState(this.doc.store, client))
    this.#underWay.push({ made: this.#made, clocks })
    this.#send(message)
  }

  #onPresence = ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>, origin: unknown): void => {
    if (origin === this) return
    for (const client of [...added, ...updated, ...removed]) {
      if (client === this.doc.clientID) this.#talking.add(client)
    }
    this.#cancelCarets ??= this.#world.after(TIMES.carets, () => this.#sendPresence())
  }

  #sendPresence(): void {
    this.#cancelCarets?.()
    this.#cancelCarets = null
    if (!this.#talking.size) return
    const states = awareness.encodeAwarenessUpdate(this.awareness, [...this.#talking])
    this.#talking.clear()
    this.#send({ kind: "awareness", states })
  }

  #send(message: Exclude<Message, { kind: "unknown" }>): void {
    if (this.#socket?.readyState === 1) this.#socket.send(encode(message))
  }

  // What the server says.

  #onOpen(): void {
    this.#heardAt = this.#world.now()
    this.#send({ kind: "step1", stateVector: Y.encodeStateVector(this.doc) })
    // A new clock, so that those who saw one go take one's return for news.
    const state = this.awareness.getLocalState()
    if (state !== null) this.awareness.setLocalState(state)
    this.#sendPresence()
  }

  #onMessage(data: ArrayBuffer): void {
    this.#heardAt = this.#world.now()
    this.#askedAt = null
    try {
      this.#take(decode(new Uint8Array(data)))
    } catch {
      // What cannot be read may have been anything: start over from what both sides have.
      this.#abandon()
    }
  }

  #take(message: Message): void {
    switch (message.kind) {
      case "step1":
        if (!this.mayWrite) {
          this.emit("invited", [])
          break
        }
        this.#learn(Y.decodeStateVector(message.stateVector))
        // All that the server lacks goes with this answer, what waits in the outbox too.
        this.#outbox = []
        this.#isAnswered = true
        this.#sendUpdate({ kind: "step2", update: Y.encodeStateAsUpdate(this.doc, message.stateVector) })
        this.emit("answered", [])
        break
      case "step2":
        this.#apply(message.update, true)
        this.#attempts = this.#faults = 0
        this.isSynced = true
        this.#set("online")
        this.emit("synced", [])
        break
      case "update":
        this.#apply(message.update, false)
        // Something before it never arrived: ask for all of it.
        if (this.doc.store.pendingStructs) this.#send({ kind: "step1", stateVector: Y.encodeStateVector(this.doc) })
        break
      case "awareness":
        awareness.applyAwarenessUpdate(this.awareness, message.states, this)
        break
      case "query-awareness":
        this.#talking.add(this.doc.clientID)
        this.#sendPresence()
        break
      case "denied":
        if (this.mayWrite) this.emit("refused", [message.reason === "frozen" ? "frozen" : "demoted"])
        break
      case "acknowledged":
        this.#onAcknowledged(message.count)
        break
      case "unknown":
        break
    }
  }

  #apply(update: Uint8Array, isResync: boolean): void {
    const { from, to } = Y.parseUpdateMeta(update)
    const own = this.doc.clientID
    this.incoming = { isResync, ownFrom: from.get(own) ?? 0, ownTo: to.get(own) ?? 0 }
    try {
      Y.applyUpdate(this.doc, update, this)
    } finally {
      this.incoming = null
    }
  }

  /** What the server has is durable, whoever brought it there. */
  #learn(clocks: ReadonlyMap<number, number>): void {
    for (const [client, clock] of this.#confirmed) {
      this.#confirmed.set(client, Math.max(clock, clocks.get(client) ?? 0))
    }
  }

  #onAcknowledged(count: number): void {
    let last
    while (this.#acknowledged < count && this.#underWay.length) {
      last = this.#underWay.shift()
      this.#acknowledged += 1
    }
    if (!last) return
    for (const [client, clock] of last.clocks) this.#confirmed.set(client, clock)
    if (last.made === this.#durable) return
    this.#durable = last.made
    this.emit("waiting", [this.waiting])
  }

  #onClose(code: number): void {
    const refusal = REFUSALS[code]
    this.#forget()
    if (this.#isStopped) return
    if (refusal === undefined) {
      this.#set("offline")
      this.#retry(code === RESTARTING ? TIMES.firstRetry * this.#world.random() : this.#nextWait())
      return
    }
    if (!TRANSIENT.has(refusal)) {
      this.#isStopped = true
      this.#set("stopped")
      this.emit("refused", [refusal])
      return
    }
    this.#set("offline")
    this.#retry(refusal === "crowded" ? TIMES.crowdedRetry * (1 + this.#world.random()) : this.#nextWait())
    this.#faults += 1
    if (refusal === "crowded" || this.#faults === FAULTS_BEFORE_NOTICE) this.emit("refused", [refusal])
  }

  // The connection.

  #nextWait(): number {
    const wait = Math.min(TIMES.longestRetry, TIMES.firstRetry * 2 ** this.#attempts)
    this.#attempts += 1
    return wait * (0.5 + this.#world.random() / 2)
  }

  #retry(wait: number): void {
    this.#cancelRetry?.()
    this.#cancelRetry = this.#world.after(wait, () => this.connect())
  }

  #look(): void {
    this.#cancelLook = this.#world.after(TIMES.look, () => {
      this.#lookForSilence()
      this.#look()
    })
  }

  #lookForSilence(): void {
    if (!this.#socket) return
    const now = this.#world.now()
    if (this.#socket.readyState !== 1) {
      if (now - this.#openedAt > TIMES.opening) this.#abandon()
    } else if (this.#askedAt !== null) {
      if (now - this.#askedAt > TIMES.answer) this.#abandon()
    } else if (now - this.#heardAt > (this.waiting ? TIMES.silenceWhileWaiting : TIMES.silence)) this.#ask()
  }

  #ask(): void {
    this.#askedAt = this.#world.now()
    // Oneself first, so that there is somebody to answer with.
    this.#talking.add(this.doc.clientID)
    this.#sendPresence()
    this.#send({ kind: "query-awareness" })
  }

  /** Leaves a socket that no longer answers without waiting for it to close, and connects anew. */
  #abandon(): void {
    this.#close(DEAD)
    if (this.#isStopped) return
    this.#set("offline")
    this.#retry(this.#nextWait())
  }

  #close(code: number): void {
    const socket = this.#socket
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    this.#forget()
    socket.close(code)
  }

  /** Forgets what belonged to the connection that has ended, the others' presence with it. */
  #forget(): void {
    this.#socket = null
    this.#isAnswered = false
    this.#outbox = []
    this.#underWay = []
    this.#acknowledged = 0
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID)
    awareness.removeAwarenessStates(this.awareness, others, this)
    // Their clocks go too: when they come back unchanged, that is news again.
    for (const client of others) this.awareness.meta.delete(client)
  }

  #set(status: Status): void {
    if (status === this.status) return
    this.status = status
    this.emit("status", [status])
  }
}
