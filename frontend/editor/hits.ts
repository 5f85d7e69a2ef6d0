// Places in a motion's text, and the ranges of the page that the browser is to mark there (CSS custom highlights), so
// that nothing is put between the text and whoever writes in it.

import type { EditorView } from "prosemirror-view"
import { findIn, findInDoc } from "./search.ts"

/** From where to where; in the title when `view` is null. */
export interface Hit {
  view: EditorView | null
  from: number
  to: number
}

/** More than these are not marked. */
const MARKED = 1_000

/** Wherever the title and the views have what the pattern finds, in this order. */
export function hitsOf(pattern: RegExp, title: string, views: readonly EditorView[]): Hit[] {
  return [null, ...views].flatMap((view) => {
    const found = view ? findInDoc(view.state.doc, pattern) : findIn(title, pattern)
    return found.map(([from, to]) => ({ view, from, to }))
  })
}

/** `titleMarks` lies over the title, with the same text seen through: a field itself can't be marked in. */
export function rangeOf({ view, from, to }: Hit, titleMarks: HTMLElement): Range | null {
  const range = document.createRange()
  try {
    if (view) {
      const start = view.domAtPos(from, 1)
      const end = view.domAtPos(to, -1)
      range.setStart(start.node, start.offset)
      range.setEnd(end.node, end.offset)
    } else {
      const text = titleMarks.firstChild!
      range.setStart(text, from)
      range.setEnd(text, to)
    }
    return range
  } catch {
    // The page is a moment behind the text; the next look finds it.
    return null
  }
}

/**
 * Puts `text` in the place of these, of one view and in their order. In each block one at a time, for the binding tells
 * the shared text of no more than one stretch of a block: of two it would take all that stands between them away, from
 * under whoever writes there.
 */
export function replaceHits(view: EditorView, hits: readonly Pick<Hit, "from" | "to">[], text: string): void {
  let rest = [...hits]
  while (rest.length) {
    const { tr, doc } = view.state
    const blocks = new Set<number>()
    const later: typeof rest = []
    // From the end, so that what is left to do stays where it was found.
    for (const { from, to } of [...rest].reverse()) {
      const block = doc.resolve(from).start()
      if (blocks.has(block)) later.unshift({ from, to })
      else tr.insertText(text, from, to)
      blocks.add(block)
    }
    view.dispatch(tr)
    rest = later.map(({ from, to }) => ({ from: tr.mapping.map(from), to: tr.mapping.map(to) }))
  }
}

/** Has the browser mark these as `::highlight(name)`; nothing where it can't. */
export function highlight(name: string, hits: readonly Hit[], titleMarks: HTMLElement): void {
  if (!("highlights" in CSS)) return
  CSS.highlights.set(name, new Highlight(...hits.slice(0, MARKED).flatMap((hit) => rangeOf(hit, titleMarks) ?? [])))
}
