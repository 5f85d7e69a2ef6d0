// The text that did not make it: paragraphs, demands and the title as they read here, where something was typed that
// the server never made durable.

import * as Y from "yjs"
import { standing } from "./demand-acts.ts"
import { demandFragment, type Roots } from "./roots.ts"

export interface LostText {
  root: "title" | "body" | "demand"
  /** The number of the demand, from 1. */
  number?: number
  text: string
}

/**
 * Every block that holds characters beyond what is confirmed: for each client id in `confirmed`, the clock from which
 * on nothing is known to be durable. Other clients' text came from the server, so it is.
 */
export function unconfirmedText(roots: Roots, confirmed: ReadonlyMap<number, number>): LostText[] {
  const isLost = (text: Y.Text): boolean => {
    for (let item = text._start; item; item = item.right) {
      const from = confirmed.get(item.id.client)
      if (!item.deleted && item.countable && from !== undefined && item.id.clock + item.length > from) return true
    }
    return false
  }
  const lost: LostText[] = []
  if (isLost(roots.title)) lost.push({ root: "title", text: roots.title.toString() })
  for (const block of blocks(roots.body)) {
    if (block.texts.some(isLost)) lost.push({ root: "body", text: block.texts.map(plain).join("") })
  }
  standing(roots).forEach((id, index) => {
    const texts = blocks(demandFragment(roots.demands.get(id))!).flatMap((block) => block.texts)
    if (texts.some(isLost)) lost.push({ root: "demand", number: index + 1, text: texts.map(plain).join(" ") })
  })
  return lost.filter(({ text }) => text.trim() !== "")
}

function plain(text: Y.Text): string {
  return text
    .toDelta()
    .map(({ insert }: { insert: unknown }) => (typeof insert === "string" ? insert : ""))
    .join("")
}

/** The elements that hold text directly, each with its texts, in document order. */
function blocks(parent: Y.XmlFragment | Y.XmlElement): { texts: Y.XmlText[] }[] {
  const children = parent.toArray()
  const texts = children.filter((child) => child instanceof Y.XmlText)
  const inner = children.flatMap((child) => (child instanceof Y.XmlElement ? blocks(child) : []))
  return texts.length ? [{ texts }, ...inner] : inner
}
