// Motions to try things on, and a network of people who write in one at the same time.

import * as Y from "yjs"
import { addDemands, standing, struck } from "../editor/demand-acts.ts"
import { openHistory, type History } from "../editor/history.ts"
import { LOCAL, demandFragment, demandText, rootsOf, type Roots } from "../editor/roots.ts"

export interface Author {
  name: string
  doc: Y.Doc
  roots: Roots
  history: History
}

let nextClient = 1

/** Somebody with an empty document; the ids grow, so that ties are broken alike in every run. */
export function author(name: string): Author {
  const doc = new Y.Doc()
  doc.clientID = nextClient
  nextClient += 1
  const roots = rootsOf(doc)
  return { name, doc, roots, history: openHistory(roots) }
}

/** Astrid with a motion of these demands, and the others with the same text; nobody is connected. */
export function authorsOf(demands: readonly string[], ...names: string[]): Author[] {
  const [first, ...others] = names.map(author)
  first!.doc.transact(() => {
    first!.roots.meta.set("schema", 1)
    first!.roots.title.insert(0, "Bättre busstrafik")
  }, "seed")
  addDemands(first!.roots, first!.history, null, demands)
  for (const other of others) Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(first!.doc), "seed")
  first!.history.clear()
  return [first!, ...others]
}

/** Everybody sends everybody what they lack, in the order given. */
export function exchange(...authors: Author[]): void {
  const updates = authors.map(({ doc }) => Y.encodeStateAsUpdate(doc))
  for (const { doc } of authors) for (const update of updates) Y.applyUpdate(doc, update, "network")
}

/** The texts of the demands that stand, in order. */
export function demandsOf({ roots }: Author): string[] {
  return standing(roots).map((id) => demandText(roots.demands.get(id)))
}

export function struckOf({ roots }: Author): string[] {
  return struck(roots).map((id) => demandText(roots.demands.get(id)))
}

export function idOf(author: Author, start: string): string {
  const id = standing(author.roots).find((each) => demandText(author.roots.demands.get(each)).startsWith(start))
  if (id === undefined) throw new Error(`No demand of ${author.name} begins with “${start}”.`)
  return id
}

/** Types `text` at `offset` of a demand, as its own step of undo. */
export function type(author: Author, id: string, offset: number | "end", text: string): void {
  const paragraph = demandFragment(author.roots.demands.get(id))!.get(0) as Y.XmlElement
  const target = paragraph.get(0) as Y.XmlText
  author.history.stopCapturing()
  author.doc.transact(() => target.insert(offset === "end" ? target.length : offset, text), LOCAL)
  author.history.stopCapturing()
}

/** A small generator of numbers that are the same in every run (mulberry32). */
export function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * sides | 0
  }
}
