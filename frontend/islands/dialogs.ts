// Dialogs and menus: what browsers do by themselves nowadays, for those that do not yet, and what none does.

/** <button commandfor="id" command="show-modal">, where the browser does not know it. */
export function openDialog(button: HTMLButtonElement): void {
  if ("commandForElement" in HTMLButtonElement.prototype) return
  const dialog = document.getElementById(button.getAttribute("commandfor") ?? "")
  if (!(dialog instanceof HTMLDialogElement)) return
  if (button.getAttribute("command") === "show-modal" && !dialog.open) dialog.showModal()
  else if (button.getAttribute("command") === "close") dialog.close()
}

export function closeDialog(button: Element): void {
  button.closest("dialog")?.close()
}

/** Menus close when one turns to something else. */
export function closeMenus(except: Node | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false
  }
}

/** Escape closes the menu that one is in, and goes back to where it was opened. */
export function escapeMenu(from: Node): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(from)) continue
    menu.open = false
    menu.querySelector("summary")?.focus()
  }
}
