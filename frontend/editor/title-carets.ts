// The others' carets in the title. A textarea can't hold any, so a copy of the text lies over it, seen through.

import * as Y from "yjs"
import { caretElement } from "./carets.ts"
import type { Presence } from "./presence.ts"
import type { Place, Roots } from "./roots.ts"

const TITLE: Place = { root: "title" }

/** Draws carets into `overlay` until the returned function is called. */
export function showTitleCarets(overlay: HTMLElement, roots: Roots, presence: Presence): () => void {
  const drawn = new Map<number, number>()
  const index = (position: Y.RelativePosition): number | null => {
    const found = Y.createAbsolutePositionFromRelativePosition(position, roots.doc)
    return found?.type === roots.title ? found.index : null
  }

  const draw = (): void => {
    const value = roots.title.toString()
    const people = presence
      .caretsAt(TITLE)
      .flatMap((person) => {
        const head = person.span && index(person.span.head)
        const anchor = person.span && index(person.span.anchor)
        return head === null || anchor === null ? [] : [{ person, head, anchor }]
      })
      .sort((a, b) => a.head - b.head)
    const parts: (Node | string)[] = []
    const cuts = [...new Set([0, value.length, ...people.flatMap(({ head, anchor }) => [head, anchor])])].sort((a, b) => a - b)
    cuts.forEach((cut, i) => {
      for (const { person } of people.filter(({ head }) => head === cut)) {
        const element = caretElement(person)
        // One that only stands where it stood does not show its name anew.
        if (drawn.get(person.client) === person.moves) element.classList.add("caret--still")
        drawn.set(person.client, person.moves)
        parts.push(element)
      }
      const next = cuts[i + 1]
      if (next === undefined) return
      const piece = value.slice(cut, next)
      const cover = people.find(({ head, anchor }) => Math.min(head, anchor) <= cut && next <= Math.max(head, anchor))
      if (!cover) parts.push(piece)
      else {
        const range = document.createElement("span")
        range.className = `caret-range caret-${cover.person.color}`
        range.textContent = piece
        parts.push(range)
      }
    })
    overlay.replaceChildren(...(people.length ? parts : []))
  }

  const onCarets = (places: Place[]): void => {
    if (places.some((place) => place.root === "title")) draw()
  }
  presence.on("carets", onCarets)
  roots.title.observe(draw)
  return () => {
    presence.off("carets", onCarets)
    roots.title.unobserve(draw)
    overlay.replaceChildren()
  }
}
