// Keeps a Y.Doc and its awareness the same as the server's over a line that may break at any time.
//
// An edit is *waiting* until the server has said that it is durable; `waiting` counts them, whether they are unsent,
// under way, or were made while there was no connection. What waits survives every reconnection: the server says what
// it has, and the answer (sync step 2) holds all that it lacks.

import { ObservableV2 } from "lib0/observable"
import * as awareness from "y-protocols/awareness"
import * as Y from "yjs"
import { Intake, type Composer } from "./intake.ts"
import { Line, REAL_WORLD, type Next, type World } from "./line.ts"
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
  | "newer"
  | "fault"

const REFUSALS: Readonly<Record<number, Refusal>> = {
  4401: "signed-out",
  4403: "forbidden",
  4404: "gone",
  4409: "frozen",
  4413: "too-large",
  4426: "newer",
  4429: "crowded",
  1007: "fault",
  1009: "too-large",
  1011: "fault",
}
const RESTARTING = 1012
/** Faults in a row before the person is told; a server that restarts may fail once or twice. */
const FAULTS_BEFORE_NOTICE = 3
/** Carets are told about at most this often, in ms. */
export const CARET_PACE = 50

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
  /** Text is about to be applied: the last moment for what happened before it. */
  arriving: () => void
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

  readonly #line: Line
  readonly #intake: Intake
  readonly #world: World
  #cancelCarets: (() => void) | null = null
  #faults = 0
  /** The server has told what it has, so plain updates fit on what it knows. */
  #isAnswered = false
  #outbox: Uint8Array[] = []
  #isFlushing = false
  #isTalking = false
  #made = 0
  #durable = 0
  /** For each message with an update on this connection that is not acknowledged: what is durable once it is. */
  #underWay: { made: number; clocks: Map<number, number> }[] = []
  #acknowledged = 0
  #confirmed = new Map<number, number>()

  constructor(url: string, doc: Y.Doc, { mayWrite, carried = new Map(), world = REAL_WORLD }: Options) {
    super()
    this.doc = doc
    this.mayWrite = mayWrite
    this.#world = world
    if (carried.size) {
      this.#made = 1
      this.#confirmed = new Map(carried)
    }
    this.#intake = new Intake(world, (message) => this.#take(message))
    this.#line = new Line(url, world, {
      opened: () => this.#onOpen(),
      heard: (message) => this.#intake.hear(decode(message)),
      lost: (code) => this.#onLost(code),
      ask: () => this.#ask(),
      isUrgent: () => this.waiting > 0,
    })
    this.awareness = new awareness.Awareness(doc)
    doc.on("update", this.#onEdit)
    this.awareness.on("update", this.#onPresence)
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
    this.#line.connect()
  }

  /** Something says that the network may be back. */
  nudge(): void {
    this.#line.nudge()
  }

  /** The network is known to be gone: does not wait for the socket to notice. */
  drop(): void {
    this.#line.abandon()
  }

  /** While this one composes, what the server says waits. */
  waitFor(composer: Composer): void {
    this.#intake.composer = composer
  }

  /** Nothing is composed any more. */
  goOn(): void {
    try {
      this.#intake.release()
    } catch {
      this.drop()
    }
  }

  /** Ends the conversation. What waits stays in the document, and stays counted. */
  stop(): void {
    this.#intake.forget()
    this.#line.stop()
    this.#forget()
    this.#set("stopped")
  }

  /** Tries again after a refusal that a person has done something about. */
  restart(): void {
    this.#set("connecting")
    this.#line.restart()
  }

  override destroy(): void {
    this.stop()
    this.#line.destroy()
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
    if (origin === this || ![...added, ...updated, ...removed].includes(this.doc.clientID)) return
    this.#isTalking = true
    this.#cancelCarets ??= this.#world.after(CARET_PACE, () => this.#sendPresence())
  }

  #sendPresence(): void {
    this.#cancelCarets?.()
    this.#cancelCarets = null
    if (!this.#isTalking) return
    this.#isTalking = false
    this.#send({ kind: "awareness", states: awareness.encodeAwarenessUpdate(this.awareness, [this.doc.clientID]) })
  }

  #send(message: Exclude<Message, { kind: "unknown" }>): void {
    if (this.#line.isOpen) this.#line.send(encode(message))
  }

  // What the server says.

  #onOpen(): void {
    this.#send({ kind: "step1", stateVector: Y.encodeStateVector(this.doc) })
    // A new clock, so that those who saw one go take one's return for news.
    const state = this.awareness.getLocalState()
    if (state !== null) this.awareness.setLocalState(state)
    this.#sendPresence()
  }

  #take(message: Message): void {
    switch (message.kind) {
      case "step1":
        this.#onAsked(message.stateVector)
        break
      case "step2":
        this.#apply(message.update, true)
        this.#line.isWell()
        this.#faults = 0
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
        this.#isTalking = true
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

  /** The server says what it has, and asks for the rest. */
  #onAsked(stateVector: Uint8Array): void {
    if (!this.mayWrite) {
      this.emit("invited", [])
      return
    }
    // What the server has is durable, whoever brought it there.
    const known = Y.decodeStateVector(stateVector)
    for (const [client, clock] of this.#confirmed) this.#confirmed.set(client, Math.max(clock, known.get(client) ?? 0))
    // All that it lacks goes with this answer, what waits in the outbox too.
    this.#outbox = []
    this.#isAnswered = true
    this.#sendUpdate({ kind: "step2", update: Y.encodeStateAsUpdate(this.doc, stateVector) })
    this.emit("answered", [])
  }

  #apply(update: Uint8Array, isResync: boolean): void {
    const { from, to } = Y.parseUpdateMeta(update)
    const own = this.doc.clientID
    this.emit("arriving", [])
    this.incoming = { isResync, ownFrom: from.get(own) ?? 0, ownTo: to.get(own) ?? 0 }
    try {
      Y.applyUpdate(this.doc, update, this)
    } finally {
      this.incoming = null
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

  #onLost(code: number | null): Next {
    const refusal = code === null ? undefined : REFUSALS[code]
    this.goOn()
    this.#forget()
    if (refusal === undefined || refusal === "crowded" || refusal === "fault") this.#set("offline")
    switch (refusal) {
      case undefined:
        return code === RESTARTING ? "soon" : "again"
      case "crowded":
        this.emit("refused", [refusal])
        return "later"
      case "fault":
        this.#faults += 1
        if (this.#faults === FAULTS_BEFORE_NOTICE) this.emit("refused", [refusal])
        return "again"
      default:
        this.#line.stop()
        this.#set("stopped")
        this.emit("refused", [refusal])
        return "never"
    }
  }

  /** Asks for who is here, oneself first, so that there is somebody to answer with. */
  #ask(): void {
    this.#isTalking = true
    this.#sendPresence()
    this.#send({ kind: "query-awareness" })
  }

  /** Forgets what belonged to the connection that has ended, the others' presence with it. */
  #forget(): void {
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
