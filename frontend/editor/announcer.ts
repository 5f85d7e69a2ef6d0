// What a screen reader is told, in one polite live region: at most one thing at a time, the newest of each kind, and
// about each person's writing only when it says something new.

import { samePlace, type Place } from "./roots.ts"

/** Between two announcements of what others do, in ms. */
export const CALM = 8_000
/** The same person in the same place is not worth telling again until so much time has passed, in ms. */
export const STALE = 60_000

interface Clock {
  now(): number
  after(ms: number, act: () => void): () => void
}

export class Announcer {
  readonly #show: (text: string) => void
  readonly #clock: Clock
  readonly #told = new Map<number, { place: Place; at: number }>()
  readonly #waiting = new Map<number, { text: string; place: Place }>()
  #lastAt = -Infinity
  #cancel: (() => void) | null = null

  constructor(show: (text: string) => void, clock: Clock) {
    this.#show = show
    this.#clock = clock
  }

  /** Says what came of one's own act, at once. */
  say(text: string): void {
    this.#lastAt = this.#clock.now()
    this.#show(text)
  }

  /** Somebody writes at `place`; said when there has been calm, unless it is old news by then. */
  writes(client: number, place: Place, text: string): void {
    const told = this.#told.get(client)
    if (told && samePlace(told.place, place) && this.#clock.now() - told.at < STALE) {
      this.#waiting.delete(client)
      return
    }
    this.#waiting.set(client, { text, place })
    this.#schedule()
  }

  /** Somebody left: what they did is no longer worth telling. */
  forget(client: number): void {
    this.#told.delete(client)
    this.#waiting.delete(client)
  }

  destroy(): void {
    this.#cancel?.()
    this.#waiting.clear()
  }

  #schedule(): void {
    if (this.#cancel) return
    const wait = Math.max(0, this.#lastAt + CALM - this.#clock.now())
    this.#cancel = this.#clock.after(wait, () => {
      this.#cancel = null
      this.#sayWaiting()
    })
  }

  #sayWaiting(): void {
    const now = this.#clock.now()
    if (now - this.#lastAt < CALM) {
      this.#schedule()
      return
    }
    if (!this.#waiting.size) return
    for (const [client, { place }] of this.#waiting) this.#told.set(client, { place, at: now })
    const texts = [...this.#waiting.values()].map(({ text }) => text)
    this.#waiting.clear()
    this.#lastAt = now
    this.#show(texts.join(". "))
  }
}
