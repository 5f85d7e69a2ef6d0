// A socket that is kept open: connects, tries again with growing waits, notices when the other end has gone silent.
// It knows nothing of what is said on it.

import { takeEarly } from "../page/early-line.ts"

/** What the line needs of the world, so that tests can be the world. */
export interface World {
  open(url: string): WebSocket
  now(): number
  random(): number
  after(ms: number, act: () => void): () => void
}

export const REAL_WORLD: World = {
  open: (url) => {
    // A browser that knows to be without a network need not be asked to try.
    if (navigator.onLine === false) throw new Error("offline")
    return takeEarly(url) ?? new WebSocket(url)
  },
  now: () => Date.now(),
  random: () => Math.random(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

/** In milliseconds. */
export const TIMES = {
  /** The first wait before connecting again, doubled each time up to `longestRetry`; of each, a random half is cut. */
  firstRetry: 400,
  longestRetry: 8_000,
  /** The wait after the server said that it is overcrowded. */
  crowdedRetry: 10_000,
  /** A socket that has been silent for so long is asked for a sign of life; sooner when something waits on it. */
  silence: 30_000,
  silenceWhileWaiting: 8_000,
  /** How long a sign of life may take. */
  answer: 8_000,
  /** How often silence is looked for. */
  look: 2_000,
  /** A socket that has not opened by then is given up. */
  opening: 12_000,
} as const

/** What to do after the line was lost. */
export type Next = "again" | "soon" | "later" | "never"

interface Ends {
  opened(): void
  /** May throw on what it cannot read; the line then begins anew. */
  heard(message: Uint8Array): void
  /** The line is gone: with the code of the other end, or null when it was given up here. Says what is next. */
  lost(code: number | null): Next
  /** Asks the other end something that it answers. */
  ask(): void
  /** Whether silence is worse than usual just now. */
  isUrgent(): boolean
}

/** The close code for sockets that are given up because nothing comes through. */
const DEAD = 4000

export class Line {
  readonly #url: string
  readonly #world: World
  readonly #ends: Ends
  #socket: WebSocket | null = null
  #cancelRetry: (() => void) | null = null
  #cancelLook: (() => void) | null = null
  #attempts = 0
  #openedAt = 0
  #heardAt = 0
  #askedAt: number | null = null
  #isStopped = false

  constructor(url: string, world: World, ends: Ends) {
    this.#url = url
    this.#world = world
    this.#ends = ends
    this.#look()
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === 1
  }

  connect(): void {
    if (this.#isStopped || this.#socket) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    let socket: WebSocket
    try {
      socket = this.#world.open(this.#url)
    } catch {
      this.#then(this.#ends.lost(null))
      return
    }
    this.#socket = socket
    this.#openedAt = this.#heardAt = this.#world.now()
    this.#askedAt = null
    socket.binaryType = "arraybuffer"
    socket.onopen = () => {
      this.#heardAt = this.#world.now()
      this.#ends.opened()
    }
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.#hear(event.data)
    socket.onclose = ({ code }) => {
      this.#socket = null
      this.#then(this.#ends.lost(code))
    }
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === 1) this.#socket.send(message)
  }

  /** What was said makes sense: the next time that the line is lost, waits begin small again. */
  isWell(): void {
    this.#attempts = 0
  }

  /** Something says that the network may be back: tries at once, or asks a silent socket for a sign of life. */
  nudge(): void {
    if (this.#isStopped) return
    if (!this.#socket) {
      this.#attempts = 0
      this.connect()
    } else if (this.isOpen && this.#askedAt === null) this.#ask()
  }

  /** Leaves a socket that does not answer, or cannot, without waiting for it to close, and connects anew. */
  abandon(): void {
    if (!this.#socket) return
    this.#close(DEAD)
    this.#then(this.#ends.lost(null))
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelRetry?.()
    this.#close(1000)
  }

  /** Goes on after a stop. */
  restart(): void {
    this.#isStopped = false
    this.#attempts = 0
    this.connect()
  }

  destroy(): void {
    this.stop()
    this.#cancelLook?.()
  }

  #hear(data: ArrayBuffer): void {
    this.#heardAt = this.#world.now()
    this.#askedAt = null
    try {
      this.#ends.heard(new Uint8Array(data))
    } catch (error) {
      // What cannot be read may have been anything: start over from what both sides have.
      console.error(error)
      this.abandon()
    }
  }

  #then(next: Next): void {
    if (this.#isStopped) return
    if (next === "never") this.#isStopped = true
    else if (next === "soon") this.#retry(TIMES.firstRetry * this.#world.random())
    else if (next === "later") this.#retry(TIMES.crowdedRetry * (1 + this.#world.random()))
    else {
      const wait = Math.min(TIMES.longestRetry, TIMES.firstRetry * 2 ** this.#attempts)
      this.#attempts += 1
      this.#retry(wait * (0.5 + this.#world.random() / 2))
    }
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
    if (!this.isOpen) {
      if (now - this.#openedAt > TIMES.opening) this.abandon()
    } else if (this.#askedAt !== null) {
      if (now - this.#askedAt > TIMES.answer) this.abandon()
    } else if (now - this.#heardAt > (this.#ends.isUrgent() ? TIMES.silenceWhileWaiting : TIMES.silence)) this.#ask()
  }

  #ask(): void {
    this.#askedAt = this.#world.now()
    this.#ends.ask()
  }

  #close(code: number): void {
    const socket = this.#socket
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    this.#socket = null
    socket.close(code)
  }
}
