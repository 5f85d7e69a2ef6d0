// What went wrong, why, and what to do now; with the text that did not make it, so that nothing typed is ever lost
// without a word.

import type { Page } from "./page.ts"
import type { Refusal } from "./provider.ts"
import type { StringKey } from "./strings.ts"
import type { LostText } from "./unconfirmed.ts"

type Reason = Refusal | "leftover"
type Action = "reload" | "sign-in" | "retry" | "discard" | "dismiss"

const NOTICES: Readonly<Record<Reason, { title: StringKey; body: StringKey; actions: readonly Action[]; tone: string }>> = {
  frozen: { title: "frozenTitle", body: "frozenBody", actions: ["reload"], tone: "warning" },
  demoted: { title: "demotedTitle", body: "demotedBody", actions: ["dismiss"], tone: "warning" },
  forbidden: { title: "forbiddenTitle", body: "forbiddenBody", actions: ["reload"], tone: "error" },
  gone: { title: "forbiddenTitle", body: "goneBody", actions: [], tone: "error" },
  "signed-out": { title: "signedOutTitle", body: "signedOutBody", actions: ["sign-in", "retry"], tone: "warning" },
  "too-large": { title: "tooLargeTitle", body: "tooLargeBody", actions: ["dismiss"], tone: "error" },
  crowded: { title: "crowdedTitle", body: "crowdedBody", actions: [], tone: "warning" },
  fault: { title: "faultTitle", body: "faultBody", actions: ["reload"], tone: "error" },
  newer: { title: "newerTitle", body: "newerBody", actions: ["reload"], tone: "warning" },
  leftover: { title: "leftoverTitle", body: "leftoverBody", actions: ["discard"], tone: "warning" },
}

const LABELS: Readonly<Record<Action, StringKey>> = {
  reload: "reload",
  "sign-in": "signIn",
  retry: "reload",
  discard: "discard",
  dismiss: "dismiss",
}

export class Notice {
  readonly #page: Page
  #reason: Reason | null = null
  #isUncopied = false

  constructor(page: Page) {
    this.#page = page
  }

  get reason(): Reason | null {
    return this.#reason
  }

  /** Whether text is shown here that is nowhere else, and that nobody has copied yet. */
  get holdsText(): boolean {
    return this.#isUncopied
  }

  hide(): void {
    this.#reason = null
    this.#isUncopied = false
    this.#page.notice.hidden = true
  }

  show(reason: Reason, lost: readonly LostText[], acts: Partial<Record<Action, () => void>> = {}): void {
    const { notice, words } = this.#page
    const { title, body, actions, tone } = NOTICES[reason]
    const isWorse = this.#isUncopied && !lost.length
    // What one has not copied stays until it is, whatever else happens.
    if (isWorse) return
    this.#reason = reason
    this.#isUncopied = lost.length > 0
    notice.dataset["tone"] = tone
    notice.dataset["reason"] = reason
    part(notice, "title").textContent = words(title)
    part(notice, "body").textContent = words(body)
    this.#showLost(lost, body === "goneBody" || body === "forbiddenBody" ? "ownTitle" : "lostTitle")
    part(notice, "actions").replaceChildren(
      ...actions.filter((name) => name !== "dismiss" || acts.dismiss).map((name) => this.#actionElement(name, acts[name])),
    )
    notice.hidden = false
    notice.scrollIntoView({ block: "nearest" })
    if (lost.length) notice.focus()
  }

  #actionElement(name: Action, act: (() => void) | undefined): HTMLElement {
    const { words } = this.#page
    if (name === "sign-in") {
      const link = document.createElement("a")
      link.className = "button"
      link.href = "/sign-in"
      link.target = "_blank"
      link.textContent = words("signIn")
      return link
    }
    const button = document.createElement("button")
    button.type = "button"
    button.className = "button"
    button.textContent = words(LABELS[name])
    button.addEventListener("click", () => (act ? act() : location.reload()))
    return button
  }

  #showLost(lost: readonly LostText[], title: StringKey): void {
    const { notice, words } = this.#page
    const box = part(notice, "lost")
    box.hidden = lost.length === 0
    const text = lost.map((piece) => `${this.#placeName(piece)}:\n${piece.text.trim()}`).join("\n\n")
    const field = box.querySelector("textarea")!
    field.value = text
    field.rows = Math.min(12, text.split("\n").length + 1)
    part(notice, "lost-title").textContent = words(title)
    const copy = box.querySelector("button")!
    const said = part(notice, "copied")
    said.textContent = ""
    copy.onclick = async () => {
      try {
        await navigator.clipboard.writeText(text)
        this.#isUncopied = false
        said.textContent = words("copied")
      } catch {
        // Without the right to the clipboard the text is selected, to be copied by hand.
        field.focus()
        field.select()
        said.textContent = words("copyFailed")
      }
    }
    field.oncopy = () => {
      this.#isUncopied = false
    }
  }

  #placeName({ root, number }: LostText): string {
    const { words } = this.#page
    if (root === "demand") return words("placeDemand", { number: number ?? "" })
    return words(root === "title" ? "placeTitle" : "placeBody")
  }
}

function part(notice: HTMLElement, name: string): HTMLElement {
  return notice.querySelector<HTMLElement>(`[data-notice="${name}"]`)!
}
