// Find and replace over the whole motion: title, body and demands. What is found is marked where it stands.

import { TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { History } from "./history.ts"
import { highlight, hitsOf, rangeOf, replaceHits, type Hit } from "./hits.ts"
import { patternOf } from "./search.ts"
import { LOCAL, type Roots } from "./roots.ts"
import type { Words } from "./strings.ts"

interface Options {
  bar: HTMLFormElement
  title: HTMLTextAreaElement
  titleMarks: HTMLElement
  roots: Roots
  history: History
  words: Words
  /** The body and the demands, in their order. */
  views: () => EditorView[]
  isEditable: () => boolean
}

/** Room that the bars take above and below what is to be seen, in px. */
const ABOVE = 190
const BELOW = 200

export class Find {
  readonly #options: Options
  readonly #query: HTMLInputElement
  readonly #replacement: HTMLInputElement
  readonly #signal = new AbortController()
  #hits: Hit[] = []
  #at = 0
  /** From where on the first find is the one that one is at. */
  #from: Hit = { view: null, from: 0, to: 0 }
  #frame = 0

  constructor(options: Options) {
    this.#options = options
    const { bar, roots } = options
    const { signal } = this.#signal
    this.#query = bar.querySelector("[name=query]")!
    this.#replacement = bar.querySelector("[name=replacement]")!
    bar.addEventListener("submit", (event) => event.preventDefault(), { signal })
    bar.addEventListener("click", this.#onClick, { signal })
    bar.addEventListener("keydown", this.#onKey, { signal })
    this.#query.addEventListener("input", () => this.#search(true), { signal })
    roots.doc.on("afterTransaction", this.#searchSoon)
  }

  destroy(): void {
    this.#options.roots.doc.off("afterTransaction", this.#searchSoon)
    this.#signal.abort()
    this.#hide()
  }

  /** Opens the bar; what is selected is what is looked for. */
  open(): void {
    const { bar, title, views, isEditable } = this.#options
    const view = views().find((each) => each.hasFocus())
    const { activeElement } = document
    const selected = view
      ? view.state.doc.textBetween(view.state.selection.from, view.state.selection.to, "\n")
      : activeElement === title
        ? title.value.slice(title.selectionStart, title.selectionEnd)
        : ""
    if (selected && selected.length <= 100 && !selected.includes("\n")) this.#query.value = selected
    bar.hidden = false
    bar.querySelector<HTMLElement>("[data-find-replace]")!.hidden = !isEditable()
    const at = view?.state.selection.from ?? 0
    this.#from = { view: view ?? null, from: view ? at : selected ? title.selectionStart : 0, to: 0 }
    this.#search(true)
    this.#query.focus()
    this.#query.select()
  }

  #hide(): void {
    cancelAnimationFrame(this.#frame)
    this.#options.bar.hidden = true
    this.#hits = []
    this.#paint()
  }

  /** Closes the bar, and goes to what was found last. */
  #close(): void {
    const hit = this.#hits[this.#at]
    const { title, views } = this.#options
    this.#hide()
    if (hit?.view) {
      const { view, from, to } = hit
      view.focus()
      view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, from, to)))
    } else if (hit) {
      title.focus()
      title.setSelectionRange(hit.from, hit.to)
    } else views()[0]?.focus()
  }

  #searchSoon = (): void => {
    if (this.#options.bar.hidden) return
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => this.#search(false))
  }

  /** Looks again, and goes there when it is looked for anew. */
  #search(isNew: boolean): void {
    const { roots, views } = this.#options
    const pattern = patternOf(this.#query.value)
    const places: (EditorView | null)[] = [null, ...views()]
    this.#hits = pattern ? hitsOf(pattern, roots.title.toString(), views()) : []
    const { view: here, from } = this.#from
    const order = places.indexOf(here)
    const next = this.#hits.findIndex((hit) => {
      const at = places.indexOf(hit.view)
      return at > order || (at === order && hit.from >= from)
    })
    this.#at = Math.max(0, next)
    this.#paint()
    if (isNew) this.#reveal()
    this.#count()
  }

  #count(): void {
    const { bar, words } = this.#options
    const count = this.#hits.length
    const text = count ? words("findCount", { number: this.#at + 1, count }) : words("findNone")
    bar.querySelector("[data-find-count]")!.textContent = this.#query.value.trim() ? text : ""
  }

  #step(step: number): void {
    const count = this.#hits.length
    if (!count) return
    this.#at = (this.#at + step + count) % count
    this.#from = this.#hits[this.#at]!
    this.#paint()
    this.#reveal()
    this.#count()
  }

  #paint(): void {
    const { titleMarks, roots } = this.#options
    titleMarks.textContent = this.#hits[0]?.view === null ? roots.title.toString() : ""
    const now = this.#hits[this.#at]
    highlight("found", this.#hits.filter((hit) => hit !== now), titleMarks)
    highlight("found-now", now ? [now] : [], titleMarks)
  }

  #reveal(): void {
    const hit = this.#hits[this.#at]
    const box = hit && rangeOf(hit, this.#options.titleMarks)?.getBoundingClientRect()
    if (!box) return
    if (box.top < ABOVE || box.bottom > innerHeight - BELOW) scrollBy({ top: box.top - Math.max(ABOVE, innerHeight / 3) })
  }

  /** Replaces these, as one step of undo. */
  #replace(hits: readonly Hit[]): void {
    const { history, roots, isEditable } = this.#options
    if (!hits.length || !isEditable()) return
    const text = this.#replacement.value
    const { captureTimeout } = history
    history.stopCapturing()
    history.captureTimeout = Infinity
    try {
      for (const view of new Set(hits.map((hit) => hit.view))) {
        const here = hits.filter((hit) => hit.view === view)
        if (view) replaceHits(view, here, text)
        else {
          roots.doc.transact(() => {
            for (const { from, to } of here.reverse()) {
              roots.title.delete(from, to - from)
              if (text) roots.title.insert(from, text)
            }
          }, LOCAL)
        }
      }
    } finally {
      history.captureTimeout = captureTimeout
      history.stopCapturing()
    }
  }

  #replaceOne(): void {
    // Somebody else may have written since the page was drawn.
    this.#search(false)
    const hit = this.#hits[this.#at]
    if (!hit) return
    this.#replace([hit])
    this.#from = { ...hit, from: hit.from + this.#replacement.value.length }
    this.#search(true)
  }

  #replaceAll(): void {
    const { bar, words } = this.#options
    this.#search(false)
    const count = this.#hits.length
    if (!count) return
    this.#replace(this.#hits)
    this.#search(false)
    bar.querySelector("[data-find-count]")!.textContent = words("replaced", { count })
    // What the page draws next would say that nothing is found any more.
    cancelAnimationFrame(this.#frame)
  }

  #onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-find]") : null
    const acts: Record<string, () => void> = {
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      replace: () => this.#replaceOne(),
      all: () => this.#replaceAll(),
      close: () => this.#close(),
    }
    acts[button?.dataset["find"] ?? ""]?.()
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    if (event.key === "Escape") this.#close()
    else if (event.key === "Enter" && event.target === this.#query) this.#step(event.shiftKey ? -1 : 1)
    else if (event.key === "Enter" && event.target === this.#replacement) this.#replaceOne()
    else return
    event.preventDefault()
  }
}
