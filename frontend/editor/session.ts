// One conversation with the server about one motion: it begins when the page is opened, and anew with a fresh document
// whenever what was written here can no longer become a part of the text.

import * as Y from "yjs"
import { Editor } from "./editor.ts"
import type { LocalCopy } from "./local-copy.ts"
import type { Notice } from "./notice.ts"
import type { Page } from "./page.ts"
import { showPeople } from "./people.ts"
import { Presence } from "./presence.ts"
import { Provider, type Refusal } from "./provider.ts"
import { rescueTornWords } from "./rescue.ts"
import { isNewerThanUs, rootsOf, type Roots } from "./roots.ts"
import { showSaveState } from "./status.ts"
import { unconfirmedText, type LostText } from "./unconfirmed.ts"
import { lineTo } from "../page/early-line.ts"
import type { Toasts } from "../page/toasts.ts"

/** How long after a change the copy on this device is told how far all is safe, in ms. */
const REMEMBER_AFTER = 1_000

/** For so long ProseMirror still takes in what was composed, in ms. */
const COMPOSED = 50

/** What a session needs of the page, and what it asks of whoever opened it. */
export interface Context {
  page: Page
  notice: Notice
  toasts: Toasts
  copy: LocalCopy
  /** Begin anew, writing or only reading; this session is over. */
  reopen: (mayWrite: boolean) => void
}

export class Session {
  readonly provider: Provider
  readonly #context: Context
  readonly #roots: Roots
  readonly #presence: Presence
  readonly #cleanup: (() => void)[] = []
  #editor: Editor | null = null
  #isOver = false
  #givesWay = false
  #isUnsent = false
  #remembering: number | null = null

  constructor(context: Context, doc: Y.Doc, mayWrite: boolean, carried: ReadonlyMap<number, number>) {
    this.#context = context
    const { page } = context
    this.#roots = rootsOf(doc)
    this.provider = new Provider(lineTo(page.documentId), doc, { mayWrite, carried })
    this.provider.awareness.setLocalState(this.#ownState())
    this.#presence = new Presence(this.provider.awareness, this.#roots)
    this.provider.on("synced", this.#onSynced)
    this.provider.on("arriving", () => this.#editor?.settle())
    const onComposed = (): void => void setTimeout(() => this.#editor?.isComposing() || this.provider.goOn(), COMPOSED)
    page.main.addEventListener("compositionend", onComposed)
    this.#cleanup.push(() => page.main.removeEventListener("compositionend", onComposed))
    this.provider.on("refused", this.#onRefused)
    this.provider.on("invited", this.#onInvited)
    this.provider.on("waiting", this.#onWaiting)
    this.#cleanup.push(
      showPeople(page.people, this.#presence, page.words, (client) => this.#editor?.follower.toggle(client)),
      showSaveState(page.saveState, this.provider, page.words, (now, before) => {
        if (now.state === "offline" && before?.state !== "offline") this.#say(page.words("wentOffline"))
        if (before?.state === "offline" && now.state !== "offline") this.#say(page.words("cameOnline"))
      }),
    )
    if (mayWrite) this.#cleanup.push(rescueTornWords(this.#roots, this.provider))
    this.#roots.meta.observe(this.#onMeta)
    doc.on("update", this.#rememberSoon)
    this.beginFromCopy()
    this.provider.connect()
  }

  /** A copy on this device is enough to go on writing without a connection. */
  beginFromCopy(): void {
    if (this.provider.mayWrite && this.#roots.meta.size) this.#begin()
  }

  /** What the server has not confirmed, as text. */
  get lost(): LostText[] {
    return unconfirmedText(this.#roots, this.provider.confirmed)
  }

  /** All that was written on this page, as it stands. */
  get #own(): LostText[] {
    return unconfirmedText(this.#roots, new Map([...this.provider.confirmed.keys()].map((client) => [client, 0])))
  }

  get doc(): Y.Doc {
    return this.#roots.doc
  }

  /** Back on a page that the browser kept in the background. */
  resume(): void {
    this.provider.sayHello(this.#ownState())
    this.provider.nudge()
  }

  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#roots.meta.unobserve(this.#onMeta)
    this.provider.sayGoodbye()
    for (const undo of this.#cleanup) undo()
    this.#editor?.destroy()
    this.#presence.destroy()
    this.provider.destroy()
    this.#roots.doc.destroy()
  }

  #ownState(): Record<string, unknown> {
    const { name, color, id } = this.#context.page
    return { user: { name, color, id } }
  }

  #say(text: string): void {
    this.#editor?.announcer.say(text)
  }

  #begin(): void {
    if (this.#editor || this.#isOver) return
    if (isNewerThanUs(this.#roots)) {
      this.#refuseNewer()
      return
    }
    const { page, toasts } = this.#context
    this.#editor = new Editor(page, this.#roots, this.#presence, toasts, this.provider.mayWrite)
    this.provider.waitFor(this.#editor)
    document.documentElement.dataset["ready"] = "1"
  }

  #onSynced = (): void => {
    const { notice } = this.#context
    this.#begin()
    if (notice.reason === "crowded" || notice.reason === "fault" || notice.reason === "signed-out") {
      notice.hide()
      this.#editor?.setEditable(this.provider.mayWrite)
    }
    this.#rememberSoon()
  }

  /** The copy on this device is told at once that something waits, and a little later that all is safe. */
  #onWaiting = (count: number): void => {
    if (count === 0) this.#rememberSoon()
    else if (!this.#isUnsent) {
      this.#isUnsent = true
      void this.#context.copy.mark(this.#roots.doc, true)
    }
  }

  #rememberSoon = (): void => {
    this.#remembering ??= window.setTimeout(() => {
      this.#remembering = null
      if (this.#isOver || this.provider.waiting || !this.provider.isSynced) return
      this.#isUnsent = false
      void this.#context.copy.mark(this.#roots.doc, false)
    }, REMEMBER_AFTER)
  }

  /** Somebody with a newer release opened the motion meanwhile: writing on could harm what they write. */
  #onMeta = (): void => {
    if (isNewerThanUs(this.#roots)) this.#refuseNewer()
  }

  #refuseNewer(): void {
    const { notice, copy } = this.#context
    this.provider.stop()
    this.#editor?.setEditable(false)
    // What is kept on this device comes along when the page is loaded again.
    notice.show("newer", copy.isKept ? [] : this.lost)
  }

  #onInvited = (): void => {
    const { notice, reopen } = this.#context
    if (this.#givesWay) return
    this.#givesWay = true
    if (!notice.holdsText) notice.hide()
    reopen(true)
  }

  #onRefused = (refusal: Refusal): void => {
    const { notice, copy, reopen } = this.#context
    if (this.#givesWay) return
    const { lost } = this
    switch (refusal) {
      case "crowded":
      case "fault":
        notice.show(refusal, [])
        return
      case "signed-out":
        // What waits stays in the text, and goes out once the person is back.
        this.#editor?.setEditable(false)
        notice.show(refusal, lost, { retry: () => this.provider.restart() })
        return
      case "newer":
        this.#refuseNewer()
        return
      case "forbidden":
      case "gone":
        this.#editor?.setEditable(false)
        notice.show(refusal, this.#own)
        return
      case "frozen":
      case "demoted":
      case "too-large":
        // The document here holds what can never be sent: it gives way to what the server has.
        this.#givesWay = true
        this.#editor?.setEditable(false)
        notice.show(refusal, lost, { dismiss: () => notice.hide() })
        void copy.remove().then(() => reopen(refusal === "too-large"))
        return
    }
  }
}
