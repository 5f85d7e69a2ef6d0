// Finds words again whose block was replaced by another: to the shared text those are other words.

import type { Node } from "prosemirror-model"

/** Words shorter than this are only taken for the same where they stood before. */
const TELLING = 12
/** How far from their place words may be that were moved by dividing or joining blocks. */
const NEAR = 4

interface Letters {
  text: string
  /** Where each of them stands in the document. */
  at: number[]
}

/** Many comments may have lost their words, and all look in the same document. */
const read = new WeakMap<Node, Letters>()

function lettersOf(doc: Node): Letters {
  const known = read.get(doc)
  if (known) return known
  let text = ""
  const at: number[] = []
  const add = (letters: string, position: number): void => {
    for (let i = 0; i < letters.length; i += 1) at.push(position + i)
    text += letters
  }
  doc.descendants((node, position) => {
    if (node.isText) add(node.text!.replace(/\s/g, " "), position)
    else if (node.isLeaf || (node.isTextblock && text)) add(" ", position)
  })
  const letters = { text, at }
  read.set(doc, letters)
  return letters
}

/** Where `quote` stands in `doc`, best near `near`; null when it does not, or could be other words that read the same. */
export function spread(doc: Node, quote: string, near: number): [number, number] | null {
  const { text, at } = lettersOf(doc)
  const found: number[] = []
  for (let i = text.indexOf(quote); quote && i >= 0; i = text.indexOf(quote, i + 1)) found.push(i)
  const distance = (index: number): number => Math.abs(at[index]! - near)
  const [best] = [...found].sort((a, b) => distance(a) - distance(b))
  if (best === undefined) return null
  const isSure = distance(best) <= NEAR || (found.length === 1 && quote.length >= TELLING)
  return isSure ? [at[best]!, at[best + quote.length - 1]! + 1] : null
}
