// Proposals for change beside the demands that they are about. What they say is in the panel, which the server renders.

/** Keeps the differences by their demands, whenever the panel has been fetched, until `signal`. */
export function showProposals(main: HTMLElement, demands: HTMLElement, signal: AbortSignal): void {
  const show = (): void => {
    for (const shown of demands.querySelectorAll(".demand__proposal")) shown.remove()
    for (const proposal of main.querySelectorAll<HTMLElement>("[data-proposal]:not([data-proposal=''])")) {
      const demand = demands.querySelector(`[data-demand="${CSS.escape(proposal.dataset["proposal"]!)}"]`)
      const shown = document.createElement("a")
      shown.className = "demand__proposal"
      shown.href = `#${proposal.id}`
      shown.append(...proposal.querySelector("[data-proposed] .diff")!.cloneNode(true).childNodes)
      demand?.append(shown)
    }
  }
  main.addEventListener("htmx:after:settle", show, { signal })
}
