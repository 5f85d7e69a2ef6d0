// What can be done to the demands, on the shared text alone: no page, no editor.
//
// Demands are never taken out of the map: one that is struck is marked, so that what others write in it meanwhile is
// kept and an undo brings it back. Each act is one transaction, and one step of undo.

import * as Y from "yjs"
import type { History } from "./history.ts"
import { byPosition, isKey, spread } from "./ordering.ts"
import { LOCAL, demandFragment, demandText, type DemandEntry, type Roots } from "./roots.ts"

export const PREFIX = "att "

/** What a new demand's text begins as, for text that was written without its "att". */
export function withPrefix(text: string): string {
  const trimmed = text.trimStart()
  return /^att(\s|$)/i.test(trimmed) ? trimmed : PREFIX + trimmed
}

/** Whether there is nothing in `text` but the "att" that it was given. */
export function isBlank(text: string): boolean {
  return /^\s*(att)?\s*$/i.test(text)
}

function position(entry: DemandEntry): string {
  const pos = entry.get("pos")
  return typeof pos === "string" ? pos : ""
}

/** The ids of the demands that stand, in their order. */
export function standing({ demands }: Roots): string[] {
  return [...demands.entries()]
    .filter(([, entry]) => entry instanceof Y.Map && demandFragment(entry) && entry.get("deleted") !== true)
    .map(([id, entry]): [string, string] => [id, position(entry)])
    .sort(byPosition)
    .map(([id]) => id)
}

/** The ids of the demands that were struck and held text. */
export function struck({ demands }: Roots): string[] {
  return [...demands.entries()]
    .filter(([, entry]) => entry instanceof Y.Map && entry.get("deleted") === true && !isBlank(demandText(entry)))
    .map(([id, entry]): [string, string] => [id, position(entry)])
    .sort(byPosition)
    .map(([id]) => id)
}

function act<Result>(roots: Roots, history: History, change: () => Result): Result {
  history.stopCapturing()
  const result = roots.doc.transact(change, LOCAL)
  history.stopCapturing()
  return result
}

/**
 * Keys for `count` demands that come after the first `index` of `order`. Those that share the key of the one before
 * are moved up to make room; where that is not enough, or a key is none, all of `order` get new keys.
 */
function makeRoom(roots: Roots, order: readonly string[], index: number, count: number): string[] {
  const keyAt = (i: number): string | null => {
    const entry = order[i] === undefined ? undefined : roots.demands.get(order[i])
    return entry ? position(entry) : null
  }
  const before = keyAt(index - 1)
  let end = index
  while (before !== null && keyAt(end) === before) end += 1
  const after = keyAt(end)
  const fits = (key: string | null): boolean => key === null || isKey(key)
  if (fits(before) && fits(after)) {
    const keys = spread(before, after, count + end - index)
    if (keys.every(isKey)) {
      for (let i = index; i < end; i += 1) roots.demands.get(order[i]!)?.set("pos", keys[count + i - index])
      return keys.slice(0, count)
    }
  }
  const keys = spread(null, null, order.length + count)
  order.forEach((id, i) => roots.demands.get(id)?.set("pos", keys[i < index ? i : i + count]))
  return keys.slice(index, index + count)
}

function makeEntry(pos: string, text: string): DemandEntry {
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [new Y.XmlText(text)])
  const fragment = new Y.XmlFragment()
  fragment.insert(0, [paragraph])
  const entry: DemandEntry = new Y.Map()
  entry.set("pos", pos)
  entry.set("text", fragment)
  return entry
}

/** Adds demands after the demand `after`, or last when that is null or gone. The new ids, in order. */
export function addDemands(roots: Roots, history: History, after: string | null, texts: readonly string[]): string[] {
  return act(roots, history, () => insertAfter(roots, after, texts))
}

function insertAfter(roots: Roots, after: string | null, texts: readonly string[]): string[] {
  const order = standing(roots)
  const found = after === null ? -1 : order.indexOf(after)
  const index = found < 0 ? order.length : found + 1
  const keys = makeRoom(roots, order, index, texts.length)
  return texts.map((text, i) => {
    const id = crypto.randomUUID()
    roots.demands.set(id, makeEntry(keys[i]!, text))
    return id
  })
}

/** Moves a demand by `step` places. Its new number from 1, or null when it cannot go there. */
export function moveDemand(roots: Roots, history: History, id: string, step: number): number | null {
  const order = standing(roots)
  const from = order.indexOf(id)
  const to = from + step
  if (from < 0 || to < 0 || to >= order.length || step === 0) return null
  act(roots, history, () => {
    const others = order.filter((other) => other !== id)
    const [key] = makeRoom(roots, others, to, 1)
    roots.demands.get(id)?.set("pos", key)
  })
  return to + 1
}

/** Strikes a demand; what it says is kept, and what others still write in it too. */
export function strikeDemand(roots: Roots, history: History, id: string): void {
  act(roots, history, () => roots.demands.get(id)?.set("deleted", true))
}

export function restoreDemand(roots: Roots, history: History, id: string): void {
  act(roots, history, () => roots.demands.get(id)?.delete("deleted"))
}

/** The one text of a demand that is written in: the first paragraph's. Null when it has none. */
function textOf(entry: DemandEntry | undefined): Y.XmlText | null {
  const paragraph = demandFragment(entry)?.get(0)
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
  return text instanceof Y.XmlText ? text : null
}

/**
 * Makes two demands of one, at `offset` in its text. The first keeps its id, and what others type on its side of the
 * cut; the new one gets its "att" when the text has none. The new id, or null when there is nothing to cut.
 */
export function splitDemand(roots: Roots, history: History, id: string, offset: number): string | null {
  const text = textOf(roots.demands.get(id))
  if (!text) return null
  return act(roots, history, () => {
    const whole = demandText(roots.demands.get(id))
    const head = whole.slice(0, offset)
    const tail = whole.slice(offset)
    const [created] = insertAfter(roots, id, [withPrefix(tail)])
    // Only what was cut is taken away, with the space before it; where no words are left, what begins them stays.
    const end = isBlank(head) ? head.length : head.trimEnd().length
    if (text.length > end) text.delete(end, text.length - end)
    if (PREFIX.startsWith(head)) text.insert(end, PREFIX.slice(end))
    return created ?? null
  })
}

/**
 * Puts a demand's text at the end of the one before it, without its "att", and strikes the demand. The id of the one
 * that grew and the offset where the texts meet, or null when there is none before it.
 */
export function mergeWithPrevious(roots: Roots, history: History, id: string): { id: string; offset: number } | null {
  const order = standing(roots)
  const previous = order[order.indexOf(id) - 1]
  const target = previous === undefined ? null : textOf(roots.demands.get(previous))
  if (previous === undefined || !target) return null
  return act(roots, history, () => {
    const moved = demandText(roots.demands.get(id)).replace(/^\s*att(\s+|$)/i, "").trim()
    const offset = target.length
    if (moved) target.insert(offset, (/\s$/.test(target.toString()) || !offset ? "" : " ") + moved)
    roots.demands.get(id)?.set("deleted", true)
    return { id: previous, offset }
  })
}
