// Gives each block that is made here a text to be written in before anybody writes in it. Two who begin in a block
// without one would each bring their own; both editors would make one of the two, and have the words there twice.

import { Plugin } from "prosemirror-state"
import * as Y from "yjs"
import { madeIn } from "./rescue.ts"
import type { Roots } from "./roots.ts"

/** Not an edit of anybody's: it is never undone by itself. */
const PREPARED = "prepared"

export function firstWords(roots: Roots): Plugin {
  const { doc } = roots
  const prepare = (transaction: Y.Transaction): void => {
    if (!transaction.local || [...transaction.changed.keys()].every((type) => type instanceof Y.Text)) return
    const bare = madeIn(transaction, roots).filter((block) => block.length === 0)
    if (bare.length) doc.transact(() => bare.forEach((block) => block.insert(0, [new Y.XmlText()])), PREPARED)
  }
  return new Plugin({
    view: () => {
      doc.on("afterTransaction", prepare)
      return { destroy: () => doc.off("afterTransaction", prepare) }
    },
  })
}
