// Tidies what a loose schema allows, after one's own edits only. What others write is never "corrected": two editors
// that both tidy the same thing would make it twice.

import { Fragment, type Node, type Schema } from "prosemirror-model"
import { Plugin, type EditorState, type Transaction } from "prosemirror-state"
import { ySyncPluginKey } from "y-prosemirror"

interface Repair {
  from: number
  to: number
  insert: Fragment
}

/** What has to be done to `doc`, from its end to its beginning: empty lists and quotes go, empty items get a paragraph. */
export function repairs(doc: Node, schema: Schema): Repair[] {
  const found: Repair[] = []
  const paragraph = schema.nodes["paragraph"]!
  doc.descendants((node, position) => {
    if (node.isTextblock || node.childCount > 0) return !node.isTextblock
    const { name } = node.type
    if (name === "bullet_list" || name === "ordered_list" || name === "blockquote") {
      found.push({ from: position, to: position + node.nodeSize, insert: Fragment.empty })
    } else if (name === "list_item") {
      found.push({ from: position + 1, to: position + 1, insert: Fragment.from(paragraph.create()) })
    }
    return false
  })
  return found.reverse()
}

function tidy(state: EditorState): Transaction | null {
  const { tr, schema } = state
  for (const { from, to, insert } of repairs(state.doc, schema)) tr.replaceWith(from, to, insert)
  if (tr.doc.childCount === 0) tr.insert(0, schema.nodes["paragraph"]!.create())
  return tr.docChanged ? tr : null
}

function comesFromOthers(transaction: Transaction): boolean {
  const sync = transaction.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean } | undefined
  return sync?.isChangeOrigin === true
}

export function normaliser(): Plugin {
  return new Plugin({
    appendTransaction: (transactions, _before, state) => {
      if (!transactions.some((transaction) => transaction.docChanged)) return null
      if (transactions.some(comesFromOthers)) return null
      return tidy(state)
    },
    props: {
      attributes: (state): Record<string, string> => (isEmpty(state.doc) ? { "data-empty": "true" } : {}),
      handleDOMEvents: {
        // A document without a paragraph has no place for a caret: whoever goes there to write gets one.
        focus: (view) => {
          if (view.editable && view.state.doc.childCount === 0) {
            const transaction = tidy(view.state)
            if (transaction) view.dispatch(transaction.setMeta("addToHistory", false))
          }
          return false
        },
      },
    },
  })
}

function isEmpty(doc: Node): boolean {
  return doc.childCount === 0 || (doc.childCount === 1 && doc.firstChild!.isTextblock && doc.firstChild!.content.size === 0)
}
