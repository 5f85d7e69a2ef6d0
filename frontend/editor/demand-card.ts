// One demand on the page: a text of its own with the keys that act on demands, and its buttons.

import { InputRule } from "prosemirror-inputrules"
import type { Slice } from "prosemirror-model"
import type { Command, EditorState } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type * as Y from "yjs"
import { isBlank, withPrefix } from "./demand-acts.ts"
import { cleanHtml, demandLines } from "./paste.ts"
import { mountProse, type Desk } from "./prose.ts"
import { demandSchema } from "./schema.ts"

export interface DemandActs {
  addAfter: (id: string, texts: readonly string[]) => void
  move: (id: string, step: number) => boolean
  strike: (id: string) => void
  /** Takes away a demand that holds nothing, and goes to the one before. */
  drop: (id: string) => void
  split: (id: string, offset: number) => void
  merge: (id: string) => boolean
  /** Puts the caret in the next demand, or the one before. */
  leave: (id: string, step: 1 | -1) => boolean
}

export interface Card {
  id: string
  element: HTMLLIElement
  fragment: Y.XmlFragment
  view: EditorView
}

/** The offset of the selection's start in the demand's text. */
function offsetIn(state: EditorState): number {
  return state.doc.textBetween(0, state.selection.from, " ", " ").length
}

export function mountCard(
  id: string,
  fragment: Y.XmlFragment,
  element: HTMLLIElement,
  desk: Desk,
  acts: DemandActs,
): Card {
  const mount = element.querySelector<HTMLElement>("[data-demand-text]")!
  const text = (state: EditorState): string => state.doc.textContent
  const keys: Record<string, Command> = {
    Enter: (state) => {
      if (isBlank(text(state))) return true
      const { $to, empty } = state.selection
      if (empty && $to.pos >= state.doc.content.size - 1) acts.addAfter(id, [withPrefix("")])
      else acts.split(id, offsetIn(state))
      return true
    },
    "Shift-Enter": () => true,
    Backspace: (state) => {
      if (!state.selection.empty) return false
      if (isBlank(text(state)) && text(state).trim() !== "") {
        acts.drop(id)
        return true
      }
      if (offsetIn(state) > 0) return false
      if (!isBlank(text(state))) return acts.merge(id)
      acts.drop(id)
      return true
    },
    "Alt-ArrowUp": () => {
      acts.move(id, -1)
      return true
    },
    "Alt-ArrowDown": () => {
      acts.move(id, 1)
      return true
    },
    ArrowUp: (_state, _dispatch, view) => Boolean(view?.endOfTextblock("up") && acts.leave(id, -1)),
    ArrowDown: (_state, _dispatch, view) => Boolean(view?.endOfTextblock("down") && acts.leave(id, 1)),
  }
  const view = mountProse({
    desk,
    mount,
    fragment,
    place: { root: "demand", id },
    schema: demandSchema,
    keys,
    // The "att" is there already; who types it again has one.
    rules: [new InputRule(/^att\s+att\s$/i, "att ")],
    label: "",
    isMultiline: false,
    props: {
      transformPastedHTML: cleanHtml,
      handlePaste: (target, _event, slice) => {
        const [first, ...others] = demandLines(slice)
        if (first === undefined) return true
        pasteLine(target, first, slice)
        if (others.length) acts.addAfter(id, others.map(withPrefix))
        return true
      },
    },
  })
  return { id, element, fragment, view }
}

/** Puts one line at the caret as plain text; in a demand that says nothing yet it becomes the whole text. */
function pasteLine(view: EditorView, line: string, slice: Slice): void {
  const { state } = view
  const wasBlank = isBlank(state.doc.textContent)
  const isInline = slice.content.childCount === 1 && slice.openStart > 0 && !wasBlank
  const shown = wasBlank ? withPrefix(line) : line
  const tr = wasBlank
    ? state.tr.replaceWith(
        0,
        state.doc.content.size,
        demandSchema.nodes["paragraph"]!.create(null, demandSchema.text(shown)),
      )
    : state.tr.insertText(isInline ? inlineText(slice) : shown)
  view.dispatch(tr.scrollIntoView())
}

/** Text copied from within a line, its spaces at the ends kept. */
function inlineText(slice: Slice): string {
  return slice.content.textBetween(0, slice.content.size, " ", " ").replace(/\s*\n\s*/g, " ")
}
