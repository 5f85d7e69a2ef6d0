// Keeps one's caret in the words it stood in when another replaces their block, as when a paragraph becomes a heading:
// to the shared text the new block is something else altogether, and the caret would fall to where the old one was.

import { Plugin, TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { ySyncPluginKey, type ProsemirrorBinding } from "y-prosemirror"
import * as Y from "yjs"
import { likeness } from "./rescue.ts"

interface Spot {
  block: Y.AbstractType<unknown>
  text: string
  offset: number
  position: number
}

export function caretKeeper(doc: Y.Doc): Plugin {
  return new Plugin({
    view: (view) => {
      let spot: Spot | null = null
      const remember = (transaction: Y.Transaction): void => {
        if (!transaction.local && view.hasFocus()) spot ??= findSpot(view)
      }
      const restore = (): void => {
        const was = spot
        spot = null
        if (was?.block._item?.deleted) goBack(view, was)
      }
      doc.on("beforeTransaction", remember)
      doc.on("afterAllTransactions", restore)
      return {
        destroy: () => {
          doc.off("beforeTransaction", remember)
          doc.off("afterAllTransactions", restore)
        },
      }
    },
  })
}

function findSpot({ state }: EditorView): Spot | null {
  const { $head } = state.selection
  const { binding } = ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding }
  for (const [block, node] of binding.mapping) {
    if (node !== $head.parent) continue
    return {
      block: block as Y.AbstractType<unknown>,
      text: $head.parent.textContent,
      offset: $head.parentOffset,
      position: $head.pos,
    }
  }
  return null
}

function goBack(view: EditorView, { text, offset, position }: Spot): void {
  if (view.isDestroyed) return
  let best: { start: number; size: number; score: number; distance: number } | null = null
  view.state.doc.descendants((node, at) => {
    if (!node.isTextblock) return true
    const score = likeness(text, node.textContent)
    const distance = Math.abs(at + 1 + offset - position)
    const isBetter = !best || score > best.score || (score === best.score && distance < best.distance)
    if (score > 0.5 && isBetter) best = { start: at + 1, size: node.content.size, score, distance }
    return false
  })
  if (!best) return
  const { start, size } = best as { start: number; size: number }
  const selection = TextSelection.create(view.state.doc, start + Math.min(offset, size))
  view.dispatch(view.state.tr.setSelection(selection).setMeta("addToHistory", false))
}
