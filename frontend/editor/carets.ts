// The others' carets and selections in a ProseMirror view, and one's own told to them.

import { Plugin, PluginKey, type EditorState } from "prosemirror-state"
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view"
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
  type ProsemirrorBinding,
} from "y-prosemirror"
import type { Participant, Presence } from "./presence.ts"
import { samePlace, type Place } from "./roots.ts"
import { settle } from "./settle.ts"

const caretsKey = new PluginKey<DecorationSet>("carets")

/** Wider than most names; a caret nearer to the right edge shows its name to the left. */
const FLAG_WIDTH = 120
const FLAG_HEIGHT = 16

interface SyncState {
  binding: ProsemirrorBinding
  isChangeOrigin: boolean
}

export function caretsPlugin(presence: Presence, place: Place): Plugin<DecorationSet> {
  const draw = (state: EditorState): DecorationSet =>
    DecorationSet.create(
      state.doc,
      presence.caretsAt(place).flatMap((person) => decorate(person, state)),
    )
  return new Plugin<DecorationSet>({
    key: caretsKey,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, carets, _before, state) => {
        const sync = ySyncPluginKey.getState(state) as SyncState
        if (transaction.getMeta(caretsKey) || sync.isChangeOrigin) return draw(state)
        return carets.map(transaction.mapping, transaction.doc)
      },
    },
    props: { decorations: (state) => caretsKey.getState(state) },
    view: (view) => {
      let isDestroyed = false
      const redraw = (places: Place[]): void => {
        if (isDestroyed || !places.some((other) => samePlace(other, place))) return
        settle(view)
        view.dispatch(view.state.tr.setMeta(caretsKey, true).setMeta("addToHistory", false))
      }
      const tell = (): void => {
        if (!isDestroyed) presence.publish("cursor", ownSpan(view))
      }
      const leave = (): void => {
        // Focus may be on its way to another part of the text, which will tell its own.
        setTimeout(() => {
          if (!isDestroyed && !view.hasFocus() && isOwn(presence, place)) presence.publish("cursor", null)
        })
      }
      presence.on("carets", redraw)
      view.dom.addEventListener("focus", tell)
      view.dom.addEventListener("blur", leave)
      return {
        update: () => {
          if (view.hasFocus()) tell()
        },
        destroy: () => {
          isDestroyed = true
          presence.off("carets", redraw)
          view.dom.removeEventListener("focus", tell)
          view.dom.removeEventListener("blur", leave)
        },
      }
    },
  })
}

function isOwn(presence: Presence, place: Place): boolean {
  return presence.everybody().some((person) => person.isSelf && samePlace(person.place, place))
}

function ownSpan(view: EditorView): { anchor: never; head: never } | null {
  const { binding } = ySyncPluginKey.getState(view.state) as SyncState
  const { anchor, head } = view.state.selection
  const relative = (position: number): never =>
    absolutePositionToRelativePosition(position, binding.type, binding.mapping as never) as never
  return { anchor: relative(anchor), head: relative(head) }
}

function decorate(person: Participant, state: EditorState): Decoration[] {
  const { binding } = ySyncPluginKey.getState(state) as SyncState
  if (!person.span) return []
  const largest = Math.max(state.doc.content.size, 0)
  const absolute = (position: unknown): number | null => {
    const found = relativePositionToAbsolutePosition(binding.doc, binding.type, position, binding.mapping as never)
    return found === null ? null : Math.min(found, largest)
  }
  const head = absolute(person.span.head)
  const anchor = absolute(person.span.anchor)
  if (head === null || anchor === null) return []
  const caret = Decoration.widget(head, () => caretElement(person), {
    // A caret that moved is a new element, so its name shows anew.
    key: `${person.client}:${person.moves}`,
    side: 10,
    ignoreSelection: true,
  })
  if (anchor === head) return [caret]
  const range = Decoration.inline(
    Math.min(anchor, head),
    Math.max(anchor, head),
    { class: `caret-range caret-${person.color}` },
    { inclusiveEnd: true },
  )
  return [caret, range]
}

/** A caret with the person's name as a flag; the name is drawn by the style sheet, so it is never part of the text. */
export function caretElement(person: Participant): HTMLElement {
  const caret = document.createElement("span")
  caret.className = `caret caret-${person.color}`
  caret.dataset["name"] = person.name
  caret.dataset["client"] = String(person.client)
  caret.setAttribute("aria-hidden", "true")
  requestAnimationFrame(() => {
    const sheet = caret.closest(".sheet")
    if (!sheet) return
    const { left, top } = caret.getBoundingClientRect()
    if (sheet.getBoundingClientRect().right - left < FLAG_WIDTH) caret.classList.add("caret--left")
    // Of names that would cover each other, the one that moved last is shown.
    for (const other of sheet.querySelectorAll(".caret:not(.caret--still)")) {
      const box = other.getBoundingClientRect()
      const isNear = Math.abs(box.top - top) < FLAG_HEIGHT && Math.abs(box.left - left) < FLAG_WIDTH
      if (other !== caret && isNear) other.classList.add("caret--still")
    }
  })
  return caret
}
