// The toolbar: one stop for the Tab key, arrow keys within it, and buttons that show what is on where the caret is.

import type { EditorView } from "prosemirror-view"
import { BODY_COMMANDS } from "./body.ts"
import type { History } from "./history.ts"

interface Options {
  toolbar: HTMLElement
  page: HTMLElement
  body: EditorView
  history: History
  commands: Readonly<Record<string, () => void>>
}

export interface Toolbar {
  update(): void
  focus(): void
  destroy(): void
}

export function bindToolbar({ toolbar, page, body, history, commands }: Options): Toolbar {
  const signal = new AbortController()
  const buttons = [...page.querySelectorAll<HTMLButtonElement>("button[data-command]")]
  const stops = (): HTMLButtonElement[] => [...toolbar.querySelectorAll<HTMLButtonElement>("button[data-command]:not(:disabled)")]

  const setStop = (stop: HTMLButtonElement | undefined): void => {
    for (const button of toolbar.querySelectorAll<HTMLButtonElement>("button[data-command]")) {
      button.tabIndex = button === stop ? 0 : -1
    }
  }

  const update = (): void => {
    const inBody = body.hasFocus()
    for (const button of buttons) {
      const name = button.dataset["command"]!
      const command = BODY_COMMANDS[name]
      if (command && button.hasAttribute("aria-pressed")) {
        button.setAttribute("aria-pressed", String(inBody && command.isOn(body.state)))
      }
      if (name === "undo") button.disabled = !body.editable || !history.canUndo()
      else if (name === "redo") button.disabled = !body.editable || !history.canRedo()
      else button.disabled = !body.editable
    }
    if (!stops().some(({ tabIndex }) => tabIndex === 0)) setStop(stops()[0])
  }

  const run = (name: string): void => {
    if (!body.editable) return
    const command = BODY_COMMANDS[name]
    if (command) {
      body.focus()
      command.run(body.state, body.dispatch.bind(body), body)
    } else commands[name]?.()
    update()
  }

  for (const button of buttons) {
    // The caret stays where it is, and so does a phone's keyboard.
    button.addEventListener("mousedown", (event) => event.preventDefault(), { signal: signal.signal })
    button.addEventListener("click", () => run(button.dataset["command"]!), { signal: signal.signal })
  }
  toolbar.addEventListener(
    "keydown",
    (event) => {
      const all = stops()
      const at = all.indexOf(document.activeElement as HTMLButtonElement)
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key]
      if (event.key === "Escape") {
        body.focus()
        return
      }
      if (to === undefined || at < 0) return
      event.preventDefault()
      const next = all[(to + all.length) % all.length]
      setStop(next)
      next?.focus()
    },
    { signal: signal.signal },
  )
  for (const name of ["stack-item-added", "stack-item-popped", "stack-cleared", "stack-item-updated"] as const) {
    history.on(name, update)
  }
  document.addEventListener("focusin", update, { signal: signal.signal })
  document.addEventListener("selectionchange", update, { signal: signal.signal })
  update()
  return {
    update,
    focus: () => (stops().find(({ tabIndex }) => tabIndex === 0) ?? stops()[0])?.focus(),
    destroy: () => {
      signal.abort()
      for (const name of ["stack-item-added", "stack-item-popped", "stack-cleared", "stack-item-updated"] as const) {
        history.off(name, update)
      }
      for (const button of buttons) button.disabled = true
    },
  }
}
