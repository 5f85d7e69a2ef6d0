// What another's edit changed: y-prosemirror puts all of the new text in the place of the old, so that the mapping of its
// transaction says nothing.

import type { Node } from "prosemirror-model"
import { Mapping, StepMap } from "prosemirror-transform"

/**
 * From the old text to the new; null when more than `most` letters of the old lie between the first and the last change.
 * Paragraphs that did not change are the same object in both, so that long texts take no longer than short ones.
 */
export function mappingBetween(before: Node, after: Node, most: number): Mapping | null {
  const start = before.content.findDiffStart(after.content)
  if (start === null) return new Mapping()
  const { a, b } = before.content.findDiffEnd(after.content)!
  // In letters that repeat, the same may be found from both ends.
  const overlap = Math.max(0, start - Math.min(a, b))
  const struck = a + overlap - start
  return struck > most ? null : new Mapping([new StepMap([start, struck, b + overlap - start])])
}
