// The editor proper: title, body and demands bound to one shared text, with one history and one toolbar.

import type { EditorView } from "prosemirror-view"
import type * as Y from "yjs"
import { Announcer } from "./announcer.ts"
import { addQuote, mountBody } from "./body.ts"
import { Comments } from "./comments.ts"
import { Demands } from "./demands.ts"
import { Find } from "./find.ts"
import { Follower } from "./follow.ts"
import { changedPlace, openHistory, type History } from "./history.ts"
import { showLength } from "./length.ts"
import { editLink } from "./link-dialog.ts"
import type { Page } from "./page.ts"
import type { Presence } from "./presence.ts"
import { focusProse, type Desk } from "./prose.ts"
import { LOCAL, type Place, type Roots, type Shared } from "./roots.ts"
import { showProposals } from "./proposals.ts"
import { settle } from "./settle.ts"
import { markSharedWords } from "./shared-words.ts"
import { bindShortcuts, showShortcuts } from "./shortcuts.ts"
import { showTitleCarets } from "./title-carets.ts"
import { bindTitle, type TitleField } from "./title.ts"
import { bindToolbar, type Toolbar } from "./toolbar.ts"
import { REAL_WORLD } from "./line.ts"
import type { Toasts } from "../page/toasts.ts"

/** Where somebody whom one follows may write without the page moving, from its top and its bottom, in px. */
const CALM_TOP = 150
const CALM_BOTTOM = 220

export class Editor {
  readonly announcer: Announcer
  readonly follower: Follower
  readonly #page: Page
  readonly #roots: Roots
  readonly #presence: Presence
  readonly #history: History
  readonly #title: TitleField
  readonly #body: EditorView
  readonly #demands: Demands
  readonly #toolbar: Toolbar
  readonly #find: Find
  readonly #signal = new AbortController()
  readonly #cleanup: (() => void)[]
  readonly #comments: Comments
  #isEditable: boolean

  constructor(page: Page, roots: Roots, presence: Presence, toasts: Toasts, isEditable: boolean) {
    this.#page = page
    this.#roots = roots
    this.#presence = presence
    this.#isEditable = isEditable
    const { words } = page
    this.announcer = new Announcer((text) => {
      page.announcer.textContent = text
    }, REAL_WORLD)
    this.#history = openHistory(roots)
    this.#history.on("stack-item-popped", this.#onHistory)
    this.#comments = new Comments(page, roots)
    const desk: Desk = {
      presence,
      comments: this.#comments,
      isEditable: () => this.#isEditable,
      undo: this.#undo,
      redo: this.#redo,
      toToolbar: () => this.#toolbar.focus(),
    }
    const toBody = (): void => focusProse(this.#body)
    this.#title = bindTitle(page.title, roots.title, presence, {
      onLeave: () => focusProse(this.#body, 0),
      onUndo: this.#undo,
      onRedo: this.#redo,
    })
    this.#cleanup = [showTitleCarets(page.titleCarets, roots, presence), showLength(page.length, roots, words)]
    page.body.replaceChildren()
    this.#body = mountBody({
      desk,
      mount: page.body,
      roots,
      label: page.body.dataset["label"] ?? "",
      hints: page.hints,
      editLink: () => this.#editLink(),
      onDemands: (texts) => this.#demands.append(texts),
      onLeave: (to) => (to === "demands" ? this.#demands.enter() : this.#toTitle()),
    })
    this.#demands = new Demands({
      desk,
      roots,
      history: this.#history,
      list: page.demands,
      template: page.demandTemplate,
      struckList: page.struck,
      words,
      announcer: this.announcer,
      toasts,
      onLeaveUp: toBody,
    })
    const views = (): EditorView[] => [this.#body, ...this.#demands.views]
    this.#find = new Find({
      bar: page.find,
      title: page.title,
      titleMarks: page.titleMarks,
      roots,
      history: this.#history,
      words,
      views,
      isEditable: () => this.#isEditable,
    })
    this.#cleanup.push(markSharedWords(page, roots, views))
    this.follower = new Follower(page.following, presence, words, this.#goTo)
    const help = (): void => showShortcuts(page.shortcuts)
    const find = (): void => this.#find.open()
    bindShortcuts(page.find.parentElement!, { find, help }, this.#signal.signal)
    this.#toolbar = bindToolbar({
      toolbar: page.toolbar,
      page: page.main,
      body: this.#body,
      history: this.#history,
      commands: {
        undo: this.#undo,
        redo: this.#redo,
        link: () => this.#editLink(),
        add_demand: () => this.#demands.addEmpty(),
        find,
        shortcuts: help,
        comment: this.#comments.compose,
      },
    })
    showProposals(page.main, page.demands, this.#signal.signal)
    this.#comments.watch(() => [["body", this.#body], ...this.#demands.entries])
    const { signal } = this.#signal
    document.addEventListener("click", (event) => this.#onQuote(event) && toasts.show(words("quoteAdded")), { signal })
    roots.doc.on("afterTransaction", this.#onTransaction)
    this.setEditable(isEditable)
  }

  /** “Build on this”, beside the text: whether the passage has become a quotation, an edit to be undone by itself. */
  #onQuote({ target }: MouseEvent): boolean {
    const button = target instanceof Element && target.closest<HTMLElement>("[data-build-on]")
    if (!button || !this.#isEditable) return false
    this.#history.stopCapturing()
    addQuote(this.#body, button.dataset["buildOn"]!)
    this.#history.stopCapturing()
    return true
  }

  setEditable(isEditable: boolean): void {
    this.#isEditable = isEditable
    this.#title.setEditable(isEditable)
    for (const view of [this.#body, ...this.#demands.views]) view.setProps({})
    this.#page.main.dataset["editable"] = String(isEditable)
    this.#toolbar.update()
  }

  /** Takes in what the person has just done, before something else changes the page. */
  settle(): void {
    for (const view of [this.#body, ...this.#demands.views]) settle(view)
  }

  /** Whether an input method is composing in the body or in a demand; the title looks after itself. */
  isComposing(): boolean {
    return [this.#body, ...this.#demands.views].some((view) => view.composing)
  }

  /** Ends what is composed as it is; the browser does it when the focus leaves. */
  finish(): void {
    const { activeElement } = document
    if (!(activeElement instanceof HTMLElement)) return
    activeElement.blur()
    activeElement.focus()
  }

  /** Leaves the page as it reads, no longer live. */
  destroy(): void {
    this.#roots.doc.off("afterTransaction", this.#onTransaction)
    const { body, demands, main } = this.#page
    const still = [...body.childNodes].map((node) => node.cloneNode(true))
    const items = [...demands.children].map((item) => item.cloneNode(true))
    this.#comments.destroy()
    this.#toolbar.destroy()
    this.#signal.abort()
    this.#find.destroy()
    this.follower.destroy()
    for (const undo of this.#cleanup) undo()
    this.#title.setEditable(false)
    this.#title.destroy()
    this.#demands.destroy()
    this.#body.destroy()
    this.#history.destroy()
    this.announcer.destroy()
    main.dataset["editable"] = "false"
    body.removeAttribute("contenteditable")
    body.replaceChildren(...still)
    for (const element of demands.querySelectorAll("[contenteditable]")) element.removeAttribute("contenteditable")
    demands.replaceChildren(...items)
  }

  /** Shows where somebody writes; whoever follows them is moved only when it is worth it. */
  #goTo = (client: number, isFollowing: boolean): void => {
    const place = this.#presence.find(client)?.place
    if (!place) return
    const caret = this.#page.main.querySelector(`.caret[data-client="${client}"]`)
    const shown = caret ?? this.#element(place)
    const { top = 0, bottom = 0 } = shown?.getBoundingClientRect() ?? {}
    if (isFollowing && top > CALM_TOP && bottom < innerHeight - CALM_BOTTOM) return
    shown?.scrollIntoView({ block: "center" })
  }

  #element(place: Place): HTMLElement | undefined {
    if (place.root === "title") return this.#page.title
    return place.root === "body" ? this.#body.dom : this.#demands.view(place.id)?.dom
  }

  #toTitle(): boolean {
    const { title } = this.#page
    title.focus()
    title.setSelectionRange(title.value.length, title.value.length)
    return true
  }

  #editLink(): void {
    if (this.#isEditable) editLink(this.#page.linkDialog, this.#body, this.#page.words)
  }

  #undo = (): void => {
    if (this.#isEditable) this.#say(this.#history.undo() ? "undone" : "nothingToUndo")
  }

  #redo = (): void => {
    if (this.#isEditable && this.#history.redo()) this.#say("redone")
  }

  #say(key: "undone" | "redone" | "nothingToUndo"): void {
    this.announcer.say(this.#page.words(key))
  }

  /** What was undone is shown: the focus goes where it happened. */
  #onHistory = ({ changedParentTypes }: { changedParentTypes: Map<Shared, unknown> }): void => {
    const place = changedPlace(changedParentTypes.keys(), this.#roots)
    const element = place && this.#element(place)
    if (!element || element.contains(document.activeElement)) return
    element.focus()
    element.scrollIntoView({ block: "nearest" })
  }

  #onTransaction = (transaction: Y.Transaction): void => {
    if (transaction.local || transaction.origin === LOCAL) return
    this.follower.look()
    for (const [client, clock] of transaction.afterState) {
      if (clock <= (transaction.beforeState.get(client) ?? 0)) continue
      const person = this.#presence.find(client)
      if (!person || person.isSelf || !person.place) continue
      const place = this.#placeName(person.place)
      this.announcer.writes(client, person.place, this.#page.words("writesIn", { name: person.name, place }))
    }
  }

  #placeName(place: Place): string {
    const { words } = this.#page
    if (place.root === "demand") return words("placeDemand", { number: this.#demands.number(place.id) })
    return words(place.root === "title" ? "placeTitle" : "placeBody")
  }
}
