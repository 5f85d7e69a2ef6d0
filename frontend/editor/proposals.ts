// Proposals for change beside what they are about. What they say is in the panel, which the server renders.

import type { Node } from "prosemirror-model"
import { Decoration } from "prosemirror-view"

/** What a paragraph says, as the panel quotes it. Nearly all are the same as when it was last asked for. */
const said = new WeakMap<Node, string>()

function wordsOf(paragraph: Node): string {
  const known = said.get(paragraph)
  if (known !== undefined) return known
  const words = paragraph.textBetween(0, paragraph.content.size, " ", " ").replace(/\s+/g, " ").trim()
  said.set(paragraph, words)
  return words
}

/** What leads to a proposal, and shows the difference that it would make; what it is about, where that is not seen. */
function link(proposal: HTMLElement): HTMLElement {
  const shown = document.createElement("a")
  shown.className = "demand__proposal"
  shown.href = `#${proposal.id}`
  if (proposal.dataset["kind"] === "add") shown.append(`${proposal.querySelector(".comment__where")!.textContent.trim()}: `)
  shown.append(...proposal.querySelector("[data-proposed] .diff")!.cloneNode(true).childNodes)
  return shown
}

/** The paragraphs' proposals, each below its paragraph. */
export function proposedIn(main: HTMLElement, body: Node): Decoration[] {
  const proposals = [...main.querySelectorAll<HTMLElement>("[data-proposal='body']")]
  const ends = new Map<string, number>()
  body.descendants((node, at) => {
    if (!proposals.length || !node.isTextblock) return proposals.length > 0
    const words = wordsOf(node)
    if (words && !ends.has(words)) ends.set(words, at + node.nodeSize)
    return false
  })
  return proposals.flatMap((proposal) => {
    const after = ends.get(proposal.dataset["now"]!)
    const key = proposal.id + proposal.textContent
    return after ? [Decoration.widget(after, () => link(proposal), { key, side: -1, ignoreSelection: true })] : []
  })
}

/** Keeps the differences by their demands, whenever the panel has been fetched, until `signal`. */
export function showProposals(main: HTMLElement, demands: HTMLElement, signal: AbortSignal): void {
  const show = (): void => {
    // While somebody writes, the panel is fetched every second, and says the same as before of nearly all proposals.
    const known = new Map<string, HTMLElement>()
    for (const shown of demands.parentElement!.querySelectorAll<HTMLElement>(".demand__proposal")) {
      known.set(shown.outerHTML, shown)
    }
    for (const proposal of main.querySelectorAll<HTMLElement>("[data-proposal]:not([data-proposal='body'])")) {
      const demand = demands.querySelector(`[data-demand="${CSS.escape(proposal.dataset["proposal"]!)}"]`)
      const isNew = proposal.dataset["kind"] === "add"
      const place = demand ?? (isNew ? demands.lastElementChild : null)
      const shown = link(proposal)
      const before = known.get(shown.outerHTML)
      if (place && before?.parentElement === place) known.delete(shown.outerHTML)
      else if (place) place.append(shown)
      // Where no demand stands yet, a new one is shown where it would come to stand.
      else if (isNew) demands.nextElementSibling!.before(shown)
    }
    for (const gone of known.values()) gone.remove()
  }
  // The panel may have been there before the editor was.
  show()
  main.addEventListener("htmx:after:settle", ({ target }) => (target as Element).id === "proposals" && show(), { signal })
  // What can be chosen in the form is the text as it reads when the form is opened.
  const onToggle = ({ target }: Event): void => {
    const form = target as HTMLDetailsElement
    if (form.id === "proposal-composer" && form.open) form.parentElement!.dispatchEvent(new CustomEvent("refresh"))
  }
  main.addEventListener("toggle", onToggle, { capture: true, signal })
}
