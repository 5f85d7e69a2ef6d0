// Asks for the address of a link, in the page's own dialog.

import type { EditorView } from "prosemirror-view"
import { linkAt, setLink } from "./body.ts"
import type { Words } from "./strings.ts"

/** Lets the person give, change or take away the address of what is selected in `view`. */
export function editLink(dialog: HTMLDialogElement, view: EditorView, words: Words): void {
  if (view.state.selection.empty || dialog.open) return
  const form = dialog.querySelector("form")!
  const field = dialog.querySelector<HTMLInputElement>("input")!
  const error = dialog.querySelector<HTMLElement>("[data-error]")!
  field.value = linkAt(view.state)
  error.textContent = ""
  field.removeAttribute("aria-invalid")
  form.onsubmit = (event) => {
    event.preventDefault()
    if (setLink(view, field.value)) {
      dialog.close()
      return
    }
    error.textContent = words("linkRefused")
    field.setAttribute("aria-invalid", "true")
    field.focus()
  }
  dialog.onclose = () => view.focus()
  dialog.showModal()
}
