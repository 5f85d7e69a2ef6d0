// The words that a motion beside the text has in common with it, marked in the text while one looks at that motion: points
// at it, or has the focus in it.

import type { EditorView } from "prosemirror-view"
import { highlight, hitsOf } from "./hits.ts"
import type { Page } from "./page.ts"
import type { Roots } from "./roots.ts"
import { wordsPattern } from "./search.ts"

/** While somebody writes, the marks wait for a pause, in ms. */
const PAUSE = 300

/** Returns what ends it. */
export function markSharedWords(page: Page, roots: Roots, views: () => EditorView[]): () => void {
  const { beside, find, titleMarks } = page
  const controller = new AbortController()
  const { signal } = controller
  let timer: ReturnType<typeof setTimeout> | undefined
  let isMarked = false

  const mark = (): void => {
    const looked = (way: string): HTMLElement | null => beside.querySelector(`[data-shared]${way}`)
    const words = (looked(":hover") ?? looked(":focus-within"))?.dataset["shared"]
    if (!words && !isMarked) return
    isMarked = Boolean(words)
    const title = roots.title.toString()
    const hits = words ? hitsOf(wordsPattern(words.split(" ")), title, views()) : []
    if (find.hidden) titleMarks.textContent = hits[0]?.view === null ? title : ""
    highlight("shared", hits, titleMarks)
  }
  const soon = (pause: number): void => {
    clearTimeout(timer)
    timer = setTimeout(mark, pause)
  }
  const look = (): void => soon(0)
  const wait = (): void => {
    if (isMarked) soon(PAUSE)
  }
  const looks = ["pointerover", "pointerleave", "focusin", "focusout", "htmx:after:settle"]
  for (const name of looks) beside.addEventListener(name, look, { signal })
  roots.doc.on("afterTransaction", wait)
  return () => {
    roots.doc.off("afterTransaction", wait)
    controller.abort()
    clearTimeout(timer)
    highlight("shared", [], titleMarks)
  }
}
