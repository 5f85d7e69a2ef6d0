// How long the motion is, in words, and whether that is about a page.

import { demandText, plainText, type Roots } from "./roots.ts"
import { standing } from "./demand-acts.ts"
import type { Words } from "./strings.ts"

/** What fits on a page that is printed as motions usually are, in words. */
const PAGE = 400
/** For so long nothing is written before it is counted, in ms. */
const PAUSE = 700

export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’:.,-]*/gu)?.length ?? 0
}

/** What to say of so many words, when a motion had better keep within `most` pages. */
export function lengthLine(count: number, words: Words, most = 1): string {
  const pages = Math.round((count / PAGE) * 2) / 2
  if (!count) return ""
  if (pages < 1) return words("lengthShort", { count })
  return words(pages > most ? "lengthLong" : "lengthPage", { count, pages: String(pages).replace(".", ","), most })
}

/** Keeps `line` true until the returned function is called. */
export function showLength(line: HTMLElement, roots: Roots, words: Words): () => void {
  let timer = 0
  const paint = (): void => {
    const demands = standing(roots).map((id) => demandText(roots.demands.get(id)))
    const count = countWords([roots.title.toString(), plainText(roots.body), ...demands].join("\n"))
    line.textContent = lengthLine(count, words, Number(line.dataset["pages"]) || 1)
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = window.setTimeout(paint, PAUSE)
  }
  roots.doc.on("update", soon)
  soon()
  return () => {
    clearTimeout(timer)
    roots.doc.off("update", soon)
  }
}
