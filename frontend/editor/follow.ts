// Following somebody: the page goes where they write, until one goes somewhere oneself.

import type { Presence } from "./presence.ts"
import type { Words } from "./strings.ts"

/** Keys that only hold others, or that go from one control to the next. */
const QUIET = new Set(["Shift", "Control", "Alt", "Meta", "Tab", "Enter", " "])

export class Follower {
  readonly #line: HTMLElement
  readonly #presence: Presence
  readonly #words: Words
  readonly #goTo: (client: number, isFollowing: boolean) => void
  readonly #signal = new AbortController()
  #client: number | null = null
  #frame = 0

  /** `line` says whom one follows, and has a button to stop. */
  constructor(line: HTMLElement, presence: Presence, words: Words, goTo: (client: number, isFollowing: boolean) => void) {
    this.#line = line
    this.#presence = presence
    this.#words = words
    this.#goTo = goTo
    const { signal } = this.#signal
    presence.on("people", this.#onPeople)
    line.querySelector("button")!.addEventListener("click", this.stop, { signal })
    for (const name of ["wheel", "touchmove"] as const) addEventListener(name, this.stop, { signal, passive: true })
    addEventListener("keydown", (event) => QUIET.has(event.key) || this.stop(), { signal })
    // A press in the text, or on the bar beside the page.
    const own = (event: PointerEvent): void => {
      const target = event.target as Element
      if (target.closest("article") || target === document.documentElement) this.stop()
    }
    addEventListener("pointerdown", own, { signal })
  }

  destroy(): void {
    this.#presence.off("people", this.#onPeople)
    this.#signal.abort()
    this.stop()
  }

  /** Goes to where `client` writes and stays with them; the second time, no longer. */
  toggle(client: number): void {
    const isNew = client !== this.#client
    this.stop()
    const person = this.#presence.find(client)
    if (!isNew || !person) return
    this.#client = client
    this.#line.hidden = false
    this.#line.dataset["color"] = String(person.color)
    this.#line.querySelector("[data-text]")!.textContent = this.#words("following", { name: person.name })
    this.#goTo(client, false)
  }

  /** Something was written, or somebody moved: once it is drawn, the page follows. */
  look(): void {
    const client = this.#client
    if (client === null) return
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => this.#goTo(client, true))
  }

  stop = (): void => {
    this.#client = null
    this.#line.hidden = true
    cancelAnimationFrame(this.#frame)
  }

  #onPeople = (): void => {
    if (this.#client !== null && !this.#presence.find(this.#client)) this.stop()
    else this.look()
  }
}
