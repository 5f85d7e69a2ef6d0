import type { EditorView } from "prosemirror-view"

/**
 * Takes in what the person has just done to the page. The browser tells of a new selection a moment after it was made;
 * what is drawn in between would put the caret back to where it was.
 */
export function settle(view: EditorView): void {
  // Not a part of the published interface, and yet the only way to ask for it.
  const { domObserver } = view as unknown as { domObserver: { flush(): void } }
  if (!view.isDestroyed && !view.composing && view.hasFocus()) domObserver.flush()
}
