// Keeps one's own caret behind the letter it stands behind. By itself it would go along with what another writes in the
// same place, and of two who begin at the end of a paragraph each would type in the midst of the other's words.

import { Plugin } from "prosemirror-state"
import { ySyncPluginKey, type ProsemirrorBinding } from "y-prosemirror"
import * as Y from "yjs"

/** What the binding puts back once another's edit has been drawn; its declarations keep it to themselves. */
interface Remembered {
  beforeTransactionSelection: { anchor: Y.RelativePosition | null; head: Y.RelativePosition | null } | null
}

export function ownCaret(doc: Y.Doc): Plugin {
  return new Plugin({
    view: (view) => {
      const hold = (transaction: Y.Transaction): void => {
        if (transaction.local || !view.state.selection.empty) return
        const { binding } = ySyncPluginKey.getState(view.state) as { binding: ProsemirrorBinding & Remembered }
        const remembered = binding.beforeTransactionSelection
        if (!remembered?.head) return
        const head = behind(remembered.head, doc)
        binding.beforeTransactionSelection = { ...remembered, anchor: head, head }
      }
      doc.on("beforeTransaction", hold)
      return { destroy: () => doc.off("beforeTransaction", hold) }
    },
  })
}

/** The same place, bound to what stands before it: what comes to stand there comes after it. */
function behind(position: Y.RelativePosition, doc: Y.Doc): Y.RelativePosition {
  const found = Y.createAbsolutePositionFromRelativePosition(position, doc)
  if (!found) return position
  const { type, index } = found
  const isText = type instanceof Y.XmlText || (type instanceof Y.XmlElement && type.length === 0)
  return isText ? Y.createRelativePositionFromTypeIndex(type, index, -1) : position
}
