// What a call's template says under each of its headings, shown where nothing has been written yet. It is drawn beside
// the text, never in it: it can't be left in by mistake, and nobody else's export shows it.

import { Plugin, type EditorState } from "prosemirror-state"
import { Decoration, DecorationSet } from "prosemirror-view"

/** `hints` are by heading. */
export function hintsPlugin(hints: Readonly<Record<string, string>>): Plugin {
  const byHeading = new Map(Object.entries(hints).map(([heading, hint]) => [fold(heading), hint]))
  const draw = ({ doc }: EditorState): DecorationSet => {
    const drawn: Decoration[] = []
    let heading = ""
    doc.forEach((node, position) => {
      const hint = byHeading.get(heading)
      if (hint && node.type.name === "paragraph" && !node.content.size) {
        drawn.push(Decoration.node(position, position + node.nodeSize, { class: "hint", "data-hint": hint }))
      }
      heading = node.type.name === "heading" ? fold(node.textContent) : ""
    })
    return DecorationSet.create(doc, drawn)
  }
  return new Plugin({
    state: {
      init: (_config, state) => draw(state),
      // A letter in a paragraph that holds some changes no hint; looking is cheap, drawing is not.
      apply: (transaction, before: DecorationSet, _old, state) => (transaction.docChanged ? draw(state) : before),
    },
    props: {
      decorations(state) {
        return this.getState(state)
      },
    },
  })
}

function fold(heading: string): string {
  return heading.trim().toLocaleLowerCase("sv")
}
