// What every page has besides its HTML: fragments that come and go, and a handful of small conveniences. All of it is
// by delegation, so that fragments work as soon as they are in the page.

import "./htmx.ts"
import { copyFrom, showCopyButtons } from "./copy.ts"
import { startCountdowns } from "./countdown.ts"
import { closeDialog, closeMenus, escapeMenu, openDialog } from "./dialogs.ts"
import { watchLive } from "./ended.ts"
import { makeForm } from "./late-forms.ts"
import { closeSent } from "./sent-forms.ts"
import { signOut } from "./sign-out.ts"

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null
  closeMenus(target)
  const copy = target?.closest<HTMLButtonElement>("button[data-copy]")
  if (copy) void copyFrom(copy)
  const opener = target?.closest<HTMLButtonElement>("button[commandfor]")
  if (opener) openDialog(opener)
  const closer = target?.closest("[data-close-dialog]")
  if (closer) closeDialog(closer)
})

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof Node) escapeMenu(event.target)
})

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || event.target.getAttribute("action") !== "/sign-out") return
  event.preventDefault()
  void signOut(event.target)
})

document.addEventListener("toggle", makeForm, true)
document.addEventListener("htmx:after:request", closeSent)
// What is to stand below this part of the page need not wait any longer: it has come, or it won't.
document.addEventListener("htmx:finally:request", ({ target }) => {
  if (target instanceof Element) target.removeAttribute("data-holds")
})
document.addEventListener("htmx:after:settle", () => showCopyButtons(document))
showCopyButtons(document)
watchLive()
startCountdowns(document)
// A form that was refused begins with what is wrong.
document.getElementById("error-summary")?.focus()
