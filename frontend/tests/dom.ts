// A page for tests that need one. Imported for its effect, before anything that touches the DOM.

import { JSDOM } from "jsdom"

const { window } = new JSDOM("<!doctype html><html lang='sv'><body></body></html>", {
  pretendToBeVisual: true,
  url: "http://localhost/",
})

const NAMES = [
  "window",
  "document",
  "Node",
  "NodeFilter",
  "Element",
  "HTMLElement",
  "HTMLButtonElement",
  "HTMLTextAreaElement",
  "Text",
  "DOMParser",
  "MutationObserver",
  "getSelection",
  "getComputedStyle",
  "requestAnimationFrame",
  "cancelAnimationFrame",
  "Event",
  "InputEvent",
  "KeyboardEvent",
  "CompositionEvent",
  "CustomEvent",
  "AbortController",
  "addEventListener",
  "removeEventListener",
  "innerHeight",
  "innerWidth",
] as const

for (const name of NAMES) {
  const value: unknown = name === "window" ? window : window[name as never]
  const bound = typeof value === "function" && /^[a-z]/.test(name) ? (value as () => void).bind(window) : value
  Object.defineProperty(globalThis, name, { value: bound, configurable: true, writable: true })
}

// What jsdom lacks: it has no clipboard, and lays nothing out.
Object.defineProperty(globalThis, "ClipboardEvent", { value: window.Event })
const rectangle = (): DOMRect => ({ x: 0, y: 0, top: 0, left: 0, bottom: 0, right: 0, width: 0, height: 0 }) as DOMRect
window.Range.prototype.getClientRects = () => [] as unknown as DOMRectList
window.Range.prototype.getBoundingClientRect = rectangle
window.Element.prototype.scrollIntoView = () => {}
Object.defineProperty(globalThis, "CSS", { value: { supports: () => true, escape: (text: string) => text } })

/** An element in the page. */
export function element<Name extends keyof HTMLElementTagNameMap>(name: Name): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  document.body.append(made)
  return made
}
