// The list of demands on the page, kept the same as the shared one.

import type { EditorView } from "prosemirror-view"
import * as Y from "yjs"
import type { Announcer } from "./announcer.ts"
import {
  PREFIX,
  addDemands,
  isBlank,
  mergeWithPrevious,
  moveDemand,
  restoreDemand,
  splitDemand,
  standing,
  strikeDemand,
  struck,
  withPrefix,
} from "./demand-acts.ts"
import { mountCard, type Card, type DemandActs } from "./demand-card.ts"
import { dragDemands } from "./demand-drag.ts"
import type { History } from "./history.ts"
import { focusProse, type Desk } from "./prose.ts"
import { LOCAL, demandFragment, demandText, type Roots, type Shared } from "./roots.ts"
import type { Words } from "./strings.ts"
import type { Toasts } from "../page/toasts.ts"

interface Options {
  desk: Desk
  roots: Roots
  history: History
  list: HTMLOListElement
  template: HTMLTemplateElement
  struckList: HTMLElement | null
  words: Words
  announcer: Announcer
  toasts: Toasts
  /** The caret leaves upwards from the first demand. */
  onLeaveUp: () => void
}

export class Demands {
  readonly #options: Options
  readonly #cards = new Map<string, Card>()
  readonly #acts: DemandActs
  readonly #signal = new AbortController()

  constructor(options: Options) {
    this.#options = options
    this.#acts = this.#makeActs()
    const { list, roots, struckList, desk } = options
    const { signal } = this.#signal
    list.replaceChildren()
    list.addEventListener("click", this.#onClick, { signal })
    struckList?.addEventListener("click", this.#onRestore, { signal })
    dragDemands(list, desk.isEditable, this.#acts.move, signal)
    roots.demands.observeDeep(this.#onChange)
    this.#render()
  }

  destroy(): void {
    this.#options.roots.demands.unobserveDeep(this.#onChange)
    this.#signal.abort()
    for (const card of this.#cards.values()) card.view.destroy()
    this.#cards.clear()
  }

  /** The views of all demands, in their order. */
  get views(): EditorView[] {
    return standing(this.#options.roots).flatMap((id) => this.view(id) ?? [])
  }

  /** The views of all demands by their ids, in no order. */
  get entries(): [id: string, view: EditorView][] {
    return [...this.#cards.values()].map(({ id, view }) => [id, view])
  }

  view(id: string): EditorView | undefined {
    return this.#cards.get(id)?.view
  }

  /** The number of a demand, from 1; 0 when it does not stand. */
  number(id: string): number {
    return standing(this.#options.roots).indexOf(id) + 1
  }

  /** Goes to the first demand. False when there is none. */
  enter(): boolean {
    const [first] = standing(this.#options.roots)
    if (first !== undefined) this.#focus(first, 0)
    return first !== undefined
  }

  /** Adds an empty demand after the one that has the caret, or last, and goes there. */
  addEmpty(): void {
    const { roots, history } = this.#options
    const here = [...this.#cards.values()].find(({ view }) => view.hasFocus())?.id ?? null
    // One that still waits for its words is used before another is made.
    const last = standing(roots).at(-1)
    if (last !== undefined && isBlank(demandText(roots.demands.get(last))) && (here === null || here === last)) {
      this.#focus(last)
      return
    }
    this.#announceAdded(addDemands(roots, history, here, [withPrefix("")]))
  }

  /** Adds demands with these texts at the end, with a way back. */
  append(texts: readonly string[]): void {
    const { roots, history, words, toasts } = this.#options
    const ids = addDemands(roots, history, null, texts.map(withPrefix))
    toasts.show(words("demandsAdded", { count: ids.length }), {
      label: words("undo"),
      act: () => ids.forEach((id) => strikeDemand(roots, history, id)),
    })
  }

  #makeActs(): DemandActs {
    const { roots, history, words, announcer, toasts } = this.#options
    const neighbour = (id: string, step: number): string | undefined => {
      const order = standing(roots)
      return order[order.indexOf(id) + step]
    }
    const offerUndo = (message: string, act: () => void): void => toasts.show(message, { label: words("undo"), act })
    return {
      addAfter: (id, texts) => this.#announceAdded(addDemands(roots, history, id, texts)),
      move: (id, step) => {
        const number = moveDemand(roots, history, id, step)
        if (number === null) return false
        announcer.say(words("demandMoved", { number, total: standing(roots).length }))
        return true
      },
      strike: (id) => {
        const next = neighbour(id, 1) ?? neighbour(id, -1)
        const number = this.number(id)
        const wasPressed = this.#cards.get(id)?.element.contains(document.activeElement) ?? false
        strikeDemand(roots, history, id)
        // On to the next one's button; a phone's keyboard has no business here.
        if (wasPressed && next !== undefined) this.#button(next, "strike")?.focus()
        offerUndo(words("demandStruck", { number }), () => {
          restoreDemand(roots, history, id)
          this.#focus(id)
        })
      },
      drop: (id) => {
        const before = neighbour(id, -1)
        strikeDemand(roots, history, id)
        if (before !== undefined) this.#focus(before)
        else this.#options.onLeaveUp()
      },
      split: (id, offset) => {
        const created = splitDemand(roots, history, id, offset)
        if (created === null) return
        this.#focus(created, PREFIX.length)
        announcer.say(words("demandAdded", { number: this.number(created) }))
      },
      merge: (id) => {
        const met = mergeWithPrevious(roots, history, id)
        if (!met) return false
        this.#focus(met.id, met.offset)
        const step = history.undoStack.at(-1)
        offerUndo(words("demandsMerged", { number: this.number(met.id) }), () => {
          // What was done since stays done: then the demand comes back beside the text that it was put into.
          if (history.undoStack.at(-1) === step) history.undo()
          else restoreDemand(roots, history, id)
        })
        return true
      },
      leave: (id, step) => {
        const to = neighbour(id, step)
        if (to !== undefined) this.#focus(to, step > 0 ? 0 : "end")
        else if (step < 0) this.#options.onLeaveUp()
        return to !== undefined || step < 0
      },
    }
  }

  #announceAdded(ids: string[]): void {
    const { words, announcer } = this.#options
    const last = ids.at(-1)
    if (last === undefined) return
    this.#focus(last)
    announcer.say(words("demandAdded", { number: this.number(last) }))
  }

  #button(id: string, command: string): HTMLElement | null {
    return this.#cards.get(id)?.element.querySelector<HTMLElement>(`[data-demand-command="${command}"]`) ?? null
  }

  /** Puts the caret there; in a demand that says nothing yet, behind what it begins with. */
  #focus(id: string, offset: number | "end" = "end"): void {
    const view = this.view(id)
    if (view) focusProse(view, isBlank(view.state.doc.textContent) ? "end" : offset)
  }

  #onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-demand-command]") : null
    const id = button?.closest<HTMLElement>("[data-demand]")?.dataset["demand"]
    if (!button || id === undefined || !this.#options.desk.isEditable()) return
    const command = button.dataset["demandCommand"]
    if (command === "strike") this.#acts.strike(id)
    else if (this.#acts.move(id, command === "up" ? -1 : 1)) {
      // At the end of its way the button is off, and the other takes over.
      const other = this.#button(id, command === "up" ? "down" : "up")
      ;(button.matches(":disabled") ? other : button)?.focus()
    }
  }

  #onRestore = (event: MouseEvent): void => {
    const { roots, history, announcer, words, desk } = this.#options
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-restore]") : null
    const id = button?.dataset["restore"]
    if (id === undefined || !desk.isEditable()) return
    restoreDemand(roots, history, id)
    this.#focus(id)
    announcer.say(words("demandRestored", { number: this.number(id) }))
  }

  #onChange = (events: Y.YEvent<Shared>[], transaction: Y.Transaction): void => {
    const { roots } = this.#options
    // The words of a demand are its own view's business.
    if (events.some(({ target }) => target === roots.demands || target instanceof Y.Map)) this.#render(transaction)
  }

  #render(transaction?: Y.Transaction): void {
    const { list, roots } = this.#options
    const order = standing(roots)
    this.#removeGone(order, transaction)
    for (const id of order) {
      const fragment = demandFragment(roots.demands.get(id))!
      const card = this.#cards.get(id)
      if (card?.fragment === fragment) continue
      if (card) this.#remove(card)
      this.#cards.set(id, this.#mount(id, fragment))
    }
    arrange(list, order.map((id) => this.#cards.get(id)!.element))
    order.forEach((id, index) => this.#label(this.#cards.get(id)!, index, order.length))
    this.#renderStruck()
  }

  #mount(id: string, fragment: Y.XmlFragment): Card {
    const { template, list, desk } = this.#options
    const element = template.content.firstElementChild!.cloneNode(true) as HTMLLIElement
    element.id = `demand-${id}`
    element.dataset["demand"] = id
    list.append(element)
    return mountCard(id, fragment, element, desk, this.#acts)
  }

  #removeGone(order: readonly string[], transaction?: Y.Transaction): void {
    const { roots, history, words, toasts } = this.#options
    const stands = new Set(order)
    for (const card of this.#cards.values()) {
      if (stands.has(card.id)) continue
      const wasWriting = card.view.hasFocus()
      this.#remove(card)
      const byOther = transaction !== undefined && transaction.origin !== LOCAL && !(transaction.origin instanceof Y.UndoManager)
      if (!wasWriting || !byOther || isBlank(demandText(roots.demands.get(card.id)))) continue
      toasts.show(words("demandStruckByOther"), {
        label: words("restore"),
        act: () => restoreDemand(roots, history, card.id),
      })
    }
  }

  #remove(card: Card): void {
    this.#cards.delete(card.id)
    card.element.remove()
    // Its own plugins may still be in the midst of the change that took it away.
    queueMicrotask(() => card.view.destroy())
  }

  #label({ element, view }: Card, index: number, total: number): void {
    const { words } = this.#options
    view.dom.setAttribute("aria-label", words("demandLabel", { number: index + 1, total }))
    for (const button of element.querySelectorAll<HTMLButtonElement>("[data-demand-command]")) {
      const command = button.dataset["demandCommand"]
      button.disabled = (command === "up" && index === 0) || (command === "down" && index === total - 1)
      const label = button.dataset["label"]
      if (label) button.setAttribute("aria-label", label.replace("{number}", String(index + 1)))
    }
  }

  /** Struck demands that said something, each with a way back. */
  #renderStruck(): void {
    const { struckList, roots, words } = this.#options
    if (!struckList) return
    const ids = struck(roots)
    struckList.hidden = ids.length === 0
    struckList.querySelector("[data-struck-count]")!.textContent = String(ids.length)
    struckList.querySelector("ul")!.replaceChildren(
      ...ids.map((id) => {
        const item = document.createElement("li")
        const text = document.createElement("span")
        text.textContent = demandText(roots.demands.get(id))
        const button = document.createElement("button")
        button.type = "button"
        button.className = "button button--small"
        button.dataset["restore"] = id
        button.textContent = words("restore")
        item.append(text, button)
        return item
      }),
    )
  }
}

/**
 * Puts the items in order without touching the one that holds the focus: moving it would take the focus, close a phone's
 * keyboard and end what an input method composes.
 */
function arrange(list: HTMLElement, items: readonly HTMLElement[]): void {
  if (items.every((item, index) => list.children[index] === item)) return
  const focused = items.findIndex((item) => item.contains(document.activeElement))
  const pivot = items[focused]
  items.forEach((item, index) => {
    if (pivot && index < focused) list.insertBefore(item, pivot)
    else if (item !== pivot) list.append(item)
  })
}
