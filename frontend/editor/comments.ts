// Comments and the words that they are about: the words are marked in the text, and words that one marks can be commented
// on. What is said stands in the panel beside the text, which the server renders; its elements tell the places.

import { Plugin, PluginKey, type EditorState } from "prosemirror-state"
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view"
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
  type ProsemirrorBinding,
} from "y-prosemirror"
import * as Y from "yjs"
import { spread } from "./comment-places.ts"
import { standing } from "./demand-acts.ts"
import { mappingBetween } from "./foreign-edits.ts"
import type { Page } from "./page.ts"
import { proposedIn } from "./proposals.ts"
import type { Roots, Shared } from "./roots.ts"
import type { Words } from "./strings.ts"

interface Anchor {
  id: string
  target: string
  from: Y.RelativePosition
  to: Y.RelativePosition
  quote: string
}

/** A part of the text: "title", "body" or a demand's id; with the words of it that are meant, if not all. */
interface Chosen {
  target: string
  from?: Y.RelativePosition
  to?: Y.RelativePosition
  quote?: string
}

/** Where the words of the comments on one part of the text stand in it. */
type Spans = Map<Anchor, [number, number]>

type Views = () => Iterable<[target: string, view: EditorView]>

/** How long after a change the words are looked for anew whose place has vanished, in ms. */
const PAUSE = 500
/** When a form that was opened is surely on the page, in ms. */
const SETTLED = 100
/** So many letters another strikes at once who writes; when it is more, all marks are drawn anew. */
const STROKE = 50
/** Choices in the form that come before the demands: title and body. */
const PARTS = 2

const key = new PluginKey<DecorationSet>("comments")

const bindingOf = (state: EditorState): ProsemirrorBinding =>
  (ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding }).binding

export class Comments {
  readonly #main: HTMLElement
  readonly #title: HTMLTextAreaElement
  readonly #marks: HTMLElement
  readonly #button: HTMLButtonElement | null
  readonly #roots: Roots
  readonly #words: Words
  readonly #signal = new AbortController()
  #views: Views = () => []
  #anchors: Anchor[] = []
  #current = ""
  #timer = 0

  constructor({ main, title, titleCarets, words }: Page, roots: Roots) {
    this.#main = main
    this.#title = title
    this.#roots = roots
    this.#words = words
    this.#marks = titleCarets.cloneNode() as HTMLElement
    this.#marks.id = ""
    titleCarets.before(this.#marks)
    this.#button = main.querySelector("#comment-here")
    const { signal } = this.#signal
    main.addEventListener("click", this.#onClick, { signal })
    main.addEventListener("change", this.#onChange, { signal })
    main.addEventListener("reset", () => this.#fill({ target: "body" }), { signal })
    main.addEventListener("htmx:after:settle", this.#onSettled, { signal })
    document.addEventListener("keydown", this.#onKey, { signal })
    document.addEventListener("selectionchange", this.#onSelection, { signal })
    // A phone that is turned, or a window made narrower, moves the words.
    addEventListener("resize", this.#onSelection, { signal })
    this.#button?.addEventListener("mousedown", (event) => event.preventDefault(), { signal })
    this.#button?.addEventListener("click", this.compose, { signal })
    roots.doc.on("afterTransaction", this.#onTransaction)
    roots.demands.observeDeep(this.#onDemands)
  }

  /** Begins to draw into these views. */
  watch(views: Views): void {
    this.#views = views
    this.#read()
  }

  destroy(): void {
    clearTimeout(this.#timer)
    this.#signal.abort()
    this.#marks.remove()
    this.#roots.doc.off("afterTransaction", this.#onTransaction)
    this.#roots.demands.unobserveDeep(this.#onDemands)
  }

  /** The marks of one part of the text. */
  plugin(target: string): Plugin<DecorationSet> {
    return new Plugin<DecorationSet>({
      key,
      state: {
        init: (_config, state) => this.#draw(target, state),
        apply: (transaction, marks, before, state) => {
          const spans = transaction.getMeta(key) as Spans | undefined
          if (spans) return this.#draw(target, state, spans)
          const { isChangeOrigin } = ySyncPluginKey.getState(state) as { isChangeOrigin: boolean }
          if (!isChangeOrigin) return marks.map(transaction.mapping, state.doc)
          const mapping = mappingBetween(before.doc, state.doc, STROKE)
          let isLost = !mapping
          const moved = mapping && marks.map(mapping, state.doc, { onRemove: () => (isLost = true) })
          return isLost ? this.#draw(target, state) : moved!
        },
      },
      props: { decorations: (state) => key.getState(state) },
    })
  }

  /** Opens the form for a comment on what is selected; where nothing is, on the part that the caret is in. */
  compose = (): void => {
    const composer = this.#main.querySelector<HTMLDetailsElement>("#comment-composer")
    if (!composer) return
    const chosen = this.#chosen()
    if (chosen) this.#fill(chosen)
    composer.open = true
    const field = composer.querySelector("textarea")!
    field.focus()
    if (this.#button) this.#button.hidden = true
    if (document.activeElement === field) return
    // What has just been opened can't always be focused before it has been laid out. Until then no key may reach the text.
    ;(document.activeElement as HTMLElement).blur()
    getSelection()?.removeAllRanges()
    setTimeout(() => field.focus(), SETTLED)
  }

  #fill({ target, from, to, quote = "" }: Chosen): void {
    const form = this.#main.querySelector<HTMLFormElement>("#comment-composer form")
    if (!form) return
    const set = (name: string, value: string): void => {
      const field = form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement
      field.value = value
    }
    // The demands as they are numbered now.
    const select = form.elements.namedItem("target") as HTMLSelectElement
    select.length = PARTS
    standing(this.#roots).forEach((id, index) => {
      const label = this.#words("placeDemand", { number: index + 1 })
      select.add(new Option(label.charAt(0).toUpperCase() + label.slice(1), id))
    })
    set("target", target)
    set("from", from ? encode(from) : "")
    set("to", to ? encode(to) : "")
    set("quote", quote)
    const shown = form.querySelector<HTMLElement>("[data-comment-quote]")!
    shown.textContent = quote
    shown.hidden = !quote
  }

  /** What is selected on the page, if it is a part of the text. */
  #chosen(): Chosen | null {
    const title = this.#title
    if (document.activeElement === title) {
      const { selectionStart: start, selectionEnd: end } = title
      if (start === end) return { target: "title" }
      const at = (index: number): Y.RelativePosition => Y.createRelativePositionFromTypeIndex(this.#roots.title, index)
      return { target: "title", from: at(start), to: at(end), quote: title.value.slice(start, end) }
    }
    const selection = getSelection()
    const { anchorNode, focusNode } = selection ?? {}
    if (!selection || !anchorNode || !focusNode) return null
    for (const [target, view] of this.#views()) {
      if (!view.dom.contains(anchorNode)) continue
      if (selection.isCollapsed || !view.dom.contains(focusNode)) return { target }
      const ends = [view.posAtDOM(anchorNode, selection.anchorOffset), view.posAtDOM(focusNode, selection.focusOffset)]
      const [start, end] = ends.sort((a, b) => a - b) as [number, number]
      const quote = view.state.doc.textBetween(start, end, " ", " ")
      if (!quote.trim()) return { target }
      return { target, ...places(view.state, start, end), quote }
    }
    return null
  }

  /** Other parts of the page come and go without a word about the text. */
  #onSettled = ({ target }: Event): void => {
    if (["comments", "proposals"].includes((target as Element).id)) this.#read()
  }

  /** Takes in what the panel says. */
  #read = (): void => {
    const known = new Map(this.#anchors.map((anchor) => [anchor.id, anchor]))
    this.#anchors = []
    for (const item of this.#main.querySelectorAll<HTMLElement>("[data-comment][data-from]:not([data-resolved])")) {
      const { comment: id = "", target = "", from = "", to = "", quote = "" } = item.dataset
      try {
        this.#anchors.push(known.get(id) ?? { id, target, from: decode(from), to: decode(to), quote })
      } catch {
        item.toggleAttribute("data-gone", true)
      }
    }
    this.#refresh()
  }

  /** Draws all marks anew, and looks for words that have been put elsewhere, as when their paragraph was divided. */
  #refresh(): void {
    const found = new Set<Anchor>()
    for (const [target, view] of this.#views()) {
      if (view.isDestroyed || !this.#isMarked(target, view.state)) continue
      const spans = this.#spans(target, view.state)
      for (const anchor of this.#anchors) {
        if (anchor.target !== target || spans.has(anchor)) continue
        const near = absolute(anchor.from, view.state) ?? 0
        const span = spread(view.state.doc, anchor.quote, near)
        if (span) spans.set(Object.assign(anchor, places(view.state, ...span)), span)
      }
      for (const anchor of spans.keys()) found.add(anchor)
      if (!view.composing) view.dispatch(view.state.tr.setMeta(key, spans).setMeta("addToHistory", false))
    }
    this.#drawTitle()
    const items = [...this.#main.querySelectorAll<HTMLElement>("[data-comment]")]
    const byId = new Map(items.map((item) => [item.dataset["comment"], item]))
    for (const anchor of this.#anchors) {
      const stands = anchor.target === "title" ? this.#inTitle(anchor) !== null : found.has(anchor)
      byId.get(anchor.id)?.toggleAttribute("data-gone", !stands)
    }
  }

  #spans(target: string, state: EditorState): Spans {
    const spans: Spans = new Map()
    for (const anchor of this.#anchors) {
      const span = anchor.target === target ? resolve(anchor, state) : null
      if (span) spans.set(anchor, span)
    }
    return spans
  }

  /** Whether something is marked there, or shall be. */
  #isMarked(target: string, state: EditorState): boolean {
    const isMeant = target === "body" || this.#anchors.some((anchor) => anchor.target === target)
    return isMeant || key.getState(state) !== DecorationSet.empty
  }

  #draw(target: string, state: EditorState, spans = this.#spans(target, state)): DecorationSet {
    const marks = Array.from(spans, ([{ id }, span]) => {
      const name = id === this.#current ? "commented commented--current" : "commented"
      return Decoration.inline(...span, { class: name, "data-mark": id })
    })
    return DecorationSet.create(state.doc, target === "body" ? [...marks, ...proposedIn(this.#main, state.doc)] : marks)
  }

  #inTitle({ from, to }: Anchor): [number, number] | null {
    const [start, end] = [from, to].map((place) => {
      const found = Y.createAbsolutePositionFromRelativePosition(place, this.#roots.doc)
      return found?.type === this.#roots.title ? found.index : 0
    }) as [number, number]
    return end > start ? [start, end] : null
  }

  /** A copy of the title lies over its field, with nothing to be seen but the marks. */
  #drawTitle(): void {
    const value = this.#roots.title.toString()
    const spans = this.#anchors.filter(({ target }) => target === "title").flatMap((anchor) => [this.#inTitle(anchor) ?? []])
    let at = 0
    const parts: (Node | string)[] = []
    for (const [start = 0, end = 0] of spans.sort(([a = 0], [b = 0]) => a - b)) {
      if (start < at || end <= start) continue
      const mark = document.createElement("span")
      mark.className = "commented"
      mark.textContent = value.slice(start, end)
      parts.push(value.slice(at, start), mark)
      at = end
    }
    this.#marks.replaceChildren(...parts)
  }

  #item(id: string): HTMLElement | null {
    return this.#main.querySelector(`[data-comment="${CSS.escape(id)}"]`)
  }

  #choose(id: string): HTMLElement | null {
    this.#item(this.#current)?.removeAttribute("aria-current")
    this.#current = id
    const item = this.#item(id)
    item?.setAttribute("aria-current", "true")
    this.#refresh()
    return item
  }

  #onClick = (event: MouseEvent): void => {
    const target = event.target as Element
    const id = target.closest<HTMLElement>("[data-mark]")?.dataset["mark"]
    // Beside the text the panel scrolls by itself; below it, it would take the page away from the caret.
    if (id) this.#choose(id)?.scrollIntoView({ block: matchMedia("(width >= 64rem)").matches ? "center" : "nearest" })
    if (!target.closest("[data-show-comment]")) return
    const shown = target.closest<HTMLElement>("[data-comment]")!.dataset["comment"]!
    this.#choose(shown)
    const mark = this.#main.querySelector(`[data-mark="${CSS.escape(shown)}"]`)
    if (!mark) return
    event.preventDefault()
    mark.scrollIntoView({ block: "center" })
  }

  /** Another part is chosen in the form than the one that words were marked in. */
  #onChange = ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement && target.name === "target") this.#fill({ target: target.value })
  }

  #onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || !(event.ctrlKey || event.metaKey) || event.code !== "KeyM") return
    event.preventDefault()
    const at = getSelection()
    const node = at?.isCollapsed ? at.anchorNode?.parentElement : null
    const id = node?.closest<HTMLElement>("[data-mark]")?.dataset["mark"]
    const item = id && this.#choose(id)
    if (item) item.focus()
    else this.compose()
  }

  /** A button stands by words that are marked, for whoever may comment on them. */
  #onSelection = (): void => {
    const button = this.#button
    if (!button) return
    const selection = getSelection()
    const chosen = selection?.rangeCount && !selection.isCollapsed ? this.#chosen() : null
    button.hidden = !chosen?.from
    if (!chosen?.from || chosen.target === "title") {
      button.hidden = true
      return
    }
    const box = selection!.getRangeAt(0).getBoundingClientRect()
    const around = (button.offsetParent ?? document.body).getBoundingClientRect()
    button.style.top = `${box.bottom - around.top + 8}px`
    button.style.left = `${Math.max(0, Math.min(box.right - around.left, around.width) - button.offsetWidth)}px`
  }

  #onTransaction = ({ changed }: Y.Transaction): void => {
    // y-prosemirror opens a transaction for every update of a view, drawing among them: most of them change nothing.
    if (!changed.size) return
    clearTimeout(this.#timer)
    if (this.#anchors.length) this.#timer = window.setTimeout(() => this.#refresh(), PAUSE)
  }

  /** Demands that were struck or have come back, and other numbers, are for the server to tell. */
  #onDemands = (events: Y.YEvent<Shared>[]): void => {
    if (events.some(({ target }) => target instanceof Y.Map)) {
      this.#main.querySelector("#comments")?.dispatchEvent(new CustomEvent("refresh"))
    }
  }
}

function encode(position: Y.RelativePosition): string {
  return btoa(String.fromCharCode(...Y.encodeRelativePosition(position)))
}

function decode(text: string): Y.RelativePosition {
  return Y.decodeRelativePosition(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)))
}

function places(state: EditorState, start: number, end: number): { from: Y.RelativePosition; to: Y.RelativePosition } {
  const { type, mapping } = bindingOf(state)
  const relative = (position: number): Y.RelativePosition =>
    absolutePositionToRelativePosition(position, type, mapping as never) as Y.RelativePosition
  return { from: relative(start), to: relative(end) }
}

function absolute(position: Y.RelativePosition, state: EditorState): number | null {
  const { doc, type, mapping } = bindingOf(state)
  try {
    const found = relativePositionToAbsolutePosition(doc, type, position, mapping as never)
    return found === null ? null : Math.min(found, state.doc.content.size)
  } catch {
    // What a stranger sent as a place.
    return null
  }
}

/** Where the words stand now; null when nothing is left of them there. */
function resolve({ from, to }: Anchor, state: EditorState): [number, number] | null {
  const start = absolute(from, state)
  const end = absolute(to, state)
  if (start === null || end === null || end <= start) return null
  return state.doc.textBetween(start, end, " ", " ").trim() ? [start, end] : null
}
