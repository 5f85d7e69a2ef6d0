// What the server says, held back while an input method composes: text that another writes in the same line would take
// what is composed from under it, and it would be written twice. What comes after waits with it, so that all is heard
// in the order in which it was said.

import type { World } from "./line.ts"
import type { Message } from "./wire.ts"

/** For so long at most, in ms; then what is composed is taken as it is. */
export const LONGEST_HELD = 2_000

/** Whoever writes with an input method. */
export interface Composer {
  isComposing(): boolean
  /** Takes what is being composed as it is. */
  finish(): void
}

export class Intake {
  composer: Composer | null = null
  readonly #world: World
  readonly #take: (message: Message) => void
  #held: Message[] = []
  #cancel: (() => void) | null = null

  constructor(world: World, take: (message: Message) => void) {
    this.#world = world
    this.#take = take
  }

  hear(message: Message): void {
    const isText = message.kind === "update" || message.kind === "step2"
    if (!this.#held.length && !(isText && this.composer?.isComposing())) {
      this.#take(message)
      return
    }
    this.#held.push(message)
    this.#cancel ??= this.#world.after(LONGEST_HELD, () => {
      this.composer?.finish()
      this.release()
    })
  }

  /** Nothing is composed any more, or there is no time left. */
  release(): void {
    this.#cancel?.()
    this.#cancel = null
    for (const message of this.#held.splice(0)) this.#take(message)
  }

  forget(): void {
    this.#held = []
    this.release()
  }
}
