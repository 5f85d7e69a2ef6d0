// The title: a textarea that shows a Y.Text.
//
// While an input method is composing, the field is left alone: what others write is held back from it, and what was
// composed goes to the shared text when it is done, put where it belongs after theirs.

import { simpleDiffStringWithCursor } from "lib0/diff"
import * as Y from "yjs"
import type { Presence } from "./presence.ts"
import { LOCAL } from "./roots.ts"

type Delta = readonly { insert?: unknown; delete?: number; retain?: number }[]

export interface TitleField {
  setEditable(isEditable: boolean): void
  destroy(): void
}

/** Where the gap before the character at `index` is after `delta`. What was inserted exactly there comes after it. */
export function followGap(index: number, delta: Delta): number {
  let before = 0
  let after = 0
  for (const part of delta) {
    if (part.retain !== undefined) {
      if (before + part.retain >= index) break
      before += part.retain
      after += part.retain
    } else if (part.delete !== undefined) {
      if (before + part.delete >= index) return after
      before += part.delete
    } else if (typeof part.insert === "string") {
      if (before >= index) break
      after += part.insert.length
    }
  }
  return after + index - before
}

/** Where the character at `index` is after `delta`, or null when it was taken away. */
export function followCharacter(index: number, delta: Delta): number | null {
  let before = 0
  let after = 0
  for (const part of delta) {
    if (part.retain !== undefined) {
      if (index < before + part.retain) return after + index - before
      before += part.retain
      after += part.retain
    } else if (part.delete !== undefined) {
      if (index < before + part.delete) return null
      before += part.delete
    } else if (typeof part.insert === "string") after += part.insert.length
  }
  return after + index - before
}

export function bindTitle(
  field: HTMLTextAreaElement,
  text: Y.Text,
  presence: Presence,
  { onLeave, onUndo, onRedo }: { onLeave: () => void; onUndo: () => void; onRedo: () => void },
): TitleField {
  let shown = text.toString()
  let isComposing = false
  let isOwn = false
  let held: Delta[] = []

  const show = (value: string, start: number, end: number): void => {
    shown = value
    const { activeElement } = document
    field.value = value
    if (activeElement === field) field.setSelectionRange(start, end)
    fit(field)
  }

  const onText = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (isOwn) return
    const delta = event.delta as Delta
    if (isComposing) {
      held.push(delta)
      return
    }
    const isUndo = transaction.origin instanceof Y.UndoManager
    const end = followGap(field.selectionEnd, delta)
    const start = isUndo ? end : followGap(field.selectionStart, delta)
    show(text.toString(), start, end)
  }

  /** Brings what the person did to the field into the shared text. */
  const take = (): void => {
    const flat = field.value.replace(/\s*[\n\r]+\s*/g, " ")
    const caret = field.selectionStart
    // Among equal letters the caret says which one is new.
    const hint = Math.max(0, caret - Math.max(0, flat.length - shown.length))
    const { index, remove, insert } = simpleDiffStringWithCursor(shown, flat, hint)
    const removed: number[] = []
    for (let i = index; i < index + remove; i += 1) {
      const now = held.reduce<number | null>((at, delta) => (at === null ? null : followCharacter(at, delta)), i)
      if (now !== null) removed.push(now)
    }
    const at = held.reduce(followGap, index)
    const isStale = held.length > 0 || flat !== field.value
    held = []
    if (removed.length || insert) {
      isOwn = true
      try {
        text.doc?.transact(() => {
          if (insert) text.insert(at, insert)
          for (const position of removed.reverse()) text.delete(position >= at ? position + insert.length : position, 1)
        }, LOCAL)
      } finally {
        isOwn = false
      }
    }
    const distance = caret - index
    if (isStale) show(text.toString(), at + distance, at + distance)
    else {
      shown = flat
      fit(field)
    }
  }

  const tell = (): void => {
    if (document.activeElement !== field) return
    const relative = (index: number): Y.RelativePosition => Y.createRelativePositionFromTypeIndex(text, index)
    const backwards = field.selectionDirection === "backward"
    const [anchor, head] = backwards
      ? [field.selectionEnd, field.selectionStart]
      : [field.selectionStart, field.selectionEnd]
    if (!isComposing) presence.publish("title", { anchor: relative(anchor), head: relative(head) })
  }

  const signal = new AbortController()
  const listen = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    act: (event: HTMLElementEventMap[Name]) => void,
  ): void => field.addEventListener(name, act, { signal: signal.signal })

  listen("compositionstart", () => {
    isComposing = true
  })
  listen("compositionend", () => {
    isComposing = false
    take()
  })
  listen("input", () => {
    if (!isComposing) take()
    tell()
  })
  listen("blur", () => {
    // Some keyboards leave without ending what they compose.
    if (isComposing || held.length) {
      isComposing = false
      take()
    }
    presence.publish("title", null)
  })
  listen("focus", tell)
  listen("beforeinput", (event) => {
    const act = { historyUndo: onUndo, historyRedo: onRedo, insertLineBreak: onLeave }[event.inputType]
    if (!act || isComposing) return
    event.preventDefault()
    act()
  })
  listen("keydown", (event) => {
    if (event.isComposing || event.altKey) return
    const command = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    const act =
      key === "enter" && !command
        ? onLeave
        : command && key === "z"
          ? event.shiftKey
            ? onRedo
            : onUndo
          : command && key === "y"
            ? onRedo
            : null
    if (!act) return
    event.preventDefault()
    act()
  })
  document.addEventListener("selectionchange", tell, { signal: signal.signal })
  field.addEventListener("selectionchange", tell, { signal: signal.signal })
  addEventListener("resize", () => fit(field), { signal: signal.signal })
  text.observe(onText)
  show(shown, shown.length, shown.length)

  return {
    setEditable: (isEditable) => {
      field.readOnly = !isEditable
    },
    destroy: () => {
      signal.abort()
      text.unobserve(onText)
    },
  }
}

/** As many lines as the title takes, for browsers that can't size a field by its content. */
function fit(field: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return
  field.style.blockSize = "auto"
  field.style.blockSize = `${field.scrollHeight}px`
}
