// The keys that work everywhere in the editor, and the sheet that lists all of them.

const IS_MAC = /Mac|iP(hone|ad)/.test(navigator.platform)
const MAC_NAMES: Readonly<Record<string, string>> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" }

/** Shows the sheet, with the names that this keyboard's keys have. */
export function showShortcuts(sheet: HTMLDialogElement): void {
  if (IS_MAC) for (const key of sheet.querySelectorAll("kbd")) key.textContent = MAC_NAMES[key.textContent] ?? key.textContent
  if (!sheet.open) sheet.showModal()
}

/** Listens for them in `editor`, until `signal`. */
export function bindShortcuts(
  editor: HTMLElement,
  { find, help }: { find: () => void; help: () => void },
  signal: AbortSignal,
): void {
  const onKey = (event: KeyboardEvent): void => {
    const command = IS_MAC ? event.metaKey : event.ctrlKey
    const target = event.target as Element
    // In the bar itself the key is the browser's: whoever presses it twice wants to search the whole page.
    const isFind = command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "f" && !target.closest("form")
    // On many keyboards the slash is on 7, and Ctrl+Shift+7 makes a list; hence F1 too.
    const isHelp = event.key === "F1" || (command && event.key === "/")
    if (event.defaultPrevented || event.isComposing || !(isFind || isHelp) || target.closest("dialog")) return
    event.preventDefault()
    if (isFind) find()
    else help()
  }
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.target === document.body || editor.contains(event.target as Node)) onKey(event)
    },
    { signal },
  )
}
