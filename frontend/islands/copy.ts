// <button data-copy="#id" data-copied="Copied" hidden>: copies what the field with that id holds, and says so.

const SHOWN = 2_000

export function showCopyButtons(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-copy][hidden]")) button.hidden = false
}

export async function copyFrom(button: HTMLButtonElement): Promise<void> {
  const source = document.querySelector<HTMLElement>(button.dataset["copy"] ?? "")
  if (!source) return
  const isField = source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement
  const text = isField ? source.value : (source.textContent ?? "").trim()
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // Without the right to the clipboard the text is at least marked, to be copied by hand.
    if (isField) source.select()
    return
  }
  const label = button.querySelector("span") ?? button
  const before = label.textContent
  const said = button.dataset["copied"]
  if (!said || before === said) return
  label.textContent = said
  setTimeout(() => {
    label.textContent = before
  }, SHOWN)
}
