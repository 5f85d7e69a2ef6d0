// A ProseMirror view on one fragment of the shared text; the body and each demand are one.

import { baseKeymap } from "prosemirror-commands"
import { inputRules, type InputRule } from "prosemirror-inputrules"
import { keymap } from "prosemirror-keymap"
import type { Schema } from "prosemirror-model"
import { EditorState, TextSelection, type Command, type EditorStateConfig, type Plugin } from "prosemirror-state"
import { EditorView, type EditorProps } from "prosemirror-view"
import { initProseMirrorDoc, ySyncPlugin } from "y-prosemirror"
import type * as Y from "yjs"
import { caretsPlugin } from "./carets.ts"
import { normaliser } from "./normaliser.ts"
import type { Comments } from "./comments.ts"
import { ownCaret } from "./own-caret.ts"
import type { Presence } from "./presence.ts"
import type { Place } from "./roots.ts"
import { settle } from "./settle.ts"

/** What every part of the editor works with. */
export interface Desk {
  presence: Presence
  /** Absent where nothing is commented on. */
  comments?: Comments
  isEditable: () => boolean
  undo: () => void
  redo: () => void
  toToolbar: () => void
}

interface Part {
  desk: Desk
  mount: HTMLElement
  fragment: Y.XmlFragment
  place: Place
  schema: Schema
  keys: Record<string, Command>
  rules: readonly InputRule[]
  plugins?: readonly Plugin[]
  label: string
  isMultiline: boolean
  props?: Partial<EditorProps>
}

export function mountProse(part: Part): EditorView {
  const { desk, mount, fragment, place, schema } = part
  const run =
    (act: () => void): Command =>
    () => {
      act()
      return true
    }
  const keys: Record<string, Command> = {
    "Mod-z": run(desk.undo),
    "Mod-y": run(desk.redo),
    "Mod-Shift-z": run(desk.redo),
    "Alt-F10": run(desk.toToolbar),
    ...part.keys,
  }
  const { doc, mapping } = initProseMirrorDoc(fragment, schema)
  const config: EditorStateConfig = {
    doc,
    plugins: [
      ySyncPlugin(fragment, { mapping }) as Plugin,
      // After the binding, whose idea of the caret it corrects.
      ownCaret(fragment.doc!),
      caretsPlugin(desk.presence, place),
      ...(desk.comments ? [desk.comments.plugin(place.root === "demand" ? place.id : place.root)] : []),
      normaliser(),
      ...(part.plugins ?? []),
      keymap(keys),
      keymap(baseKeymap),
      inputRules({ rules: [...part.rules] }),
    ],
  }
  return new EditorView(
    { mount },
    {
      ...part.props,
      state: EditorState.create(config),
      editable: desk.isEditable,
      // y-prosemirror updates views a moment later, when they may be gone.
      dispatchTransaction(this: EditorView, transaction) {
        if (!this.isDestroyed) this.updateState(this.state.apply(transaction))
      },
      attributes: {
        role: "textbox",
        "aria-multiline": String(part.isMultiline),
        "aria-label": part.label,
        spellcheck: "true",
        autocapitalize: "sentences",
      },
      handleDOMEvents: {
        ...part.props?.handleDOMEvents,
        // A key that acts on the selection acts on the one that is there, not on the one of a moment ago.
        keydown: (view) => {
          settle(view)
          return false
        },
        beforeinput: (_view, event) => {
          const act = { historyUndo: desk.undo, historyRedo: desk.redo }[event.inputType]
          if (!act) return false
          event.preventDefault()
          act()
          return true
        },
      },
      scrollThreshold: { top: 80, right: 0, bottom: 110, left: 0 },
      scrollMargin: { top: 90, right: 0, bottom: 130, left: 0 },
    },
  )
}

/** Puts the caret at the end, or at `offset` in the text, and shows it. */
export function focusProse(view: EditorView, offset: number | "end" = "end"): void {
  view.focus()
  const { doc, tr } = view.state
  const selection =
    offset === "end" ? TextSelection.atEnd(doc) : TextSelection.near(doc.resolve(Math.min(offset + 1, doc.content.size)))
  view.dispatch(tr.setSelection(selection).scrollIntoView())
}
