// Undo and redo over the whole motion, only of one's own edits.
//
// One UndoManager spans all roots. y-prosemirror's own undo plugin is left out: it destroys the manager that it is given
// together with any one of its views.

import { ySyncPluginKey } from "y-prosemirror"
import * as Y from "yjs"
import { LOCAL, demandFragment, placeOf, type DemandEntry, type Place, type Roots, type Shared } from "./roots.ts"

/** Edits within this time, in milliseconds, are undone together. */
const TOGETHER = 600

export type History = Y.UndoManager

export function openHistory(roots: Roots): History {
  return new Y.UndoManager([roots.title, roots.body, roots.demands], {
    captureTimeout: TOGETHER,
    trackedOrigins: new Set<unknown>([LOCAL, ySyncPluginKey]),
    captureTransaction: (transaction) => transaction.meta.get("addToHistory") !== false,
    deleteFilter: (item) => !holdsOthersText(item, roots),
  })
}

/**
 * Whether undoing the creation of `item` would take away what somebody else has written in it. One's own text inside
 * is removed before its container is asked about, so what is left is theirs.
 */
function holdsOthersText(item: Y.Item, roots: Roots): boolean {
  if (item.content instanceof Y.ContentType) return holdsText(item.content.type)
  // The place of a demand in the order goes only together with the demand.
  const parent = item.parent
  if (item.parentSub !== null && parent instanceof Y.Map && parent._item?.parent === roots.demands) {
    const fragment = demandFragment(parent as DemandEntry)
    return item.parentSub === "pos" && fragment !== null && holdsText(fragment)
  }
  return false
}

function holdsText(type: Shared): boolean {
  if (type instanceof Y.Text) return type.length > 0
  if (type instanceof Y.Map) return [...type.values()].some((value) => value instanceof Y.AbstractType && holdsText(value))
  if (type instanceof Y.XmlFragment) return type.toArray().some((child) => holdsText(child))
  return false
}

/** Where the change that was just undone or redone took place; the first of several. */
export function changedPlace(changed: Iterable<Shared>, roots: Roots): Place | null {
  for (const type of changed) {
    const place = placeOf(type, roots)
    if (place) return place
  }
  return null
}
