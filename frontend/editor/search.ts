// Where words stand in a motion: what finding and replacing needs to know, without a page.

import type { Node } from "prosemirror-model"

/**
 * What finds `query` in a text, whatever its case and however its å, ä and ö are composed: “a” is never a part of
 * “å”. Any white space finds any other. Null when there is nothing to find.
 */
export function patternOf(query: string): RegExp | null {
  const trimmed = query.normalize("NFC")
  if (!trimmed.trim()) return null
  const parts = trimmed.match(/\s+|[^\s]/gu)!.map((part) => {
    if (!part.trim()) return "\\s+"
    const apart = part.normalize("NFD")
    return apart === part ? escape(part) : `(?:${escape(part)}|${escape(apart)})`
  })
  return new RegExp(`${parts.join("")}(?!\\p{M})`, "giu")
}

/** What finds any of these words as a whole: “buss” is no part of “bussen”. */
export function wordsPattern(words: readonly string[]): RegExp {
  const any = words.flatMap((word) => patternOf(word)?.source ?? []).join("|")
  return new RegExp(`(?<![\\p{L}\\p{M}])(?:${any})(?!\\p{L})`, "giu")
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
}

/** From where to where each find is in `text`. */
export function findIn(text: string, pattern: RegExp): [number, number][] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => [index, index + found.length])
}

/** The same in a document, as its positions; a find never goes from one block into the next. */
export function findInDoc(doc: Node, pattern: RegExp): [number, number][] {
  const found: [number, number][] = []
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true
    const text = node.textBetween(0, node.content.size, null, "\n")
    for (const [from, to] of findIn(text, pattern)) found.push([position + 1 + from, position + 1 + to])
    return false
  })
  return found
}
