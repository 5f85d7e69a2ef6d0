// Where a phone's keyboard begins. The toolbar stands on top of it: `--keyboard` is how much of the page it covers.

export function followKeyboard(root: HTMLElement): void {
  const { visualViewport } = window
  if (!visualViewport) return
  // Each time that it is set, the style of everything on the page is worked out anew.
  let shown = "0px"
  const update = (): void => {
    const covered = Math.max(0, window.innerHeight - visualViewport.height - visualViewport.offsetTop)
    // While somebody zooms in, what is not seen is not a keyboard.
    const next = visualViewport.scale > 1.05 ? "0px" : `${Math.round(covered)}px`
    if (next !== shown) root.style.setProperty("--keyboard", (shown = next))
  }
  visualViewport.addEventListener("resize", update)
  visualViewport.addEventListener("scroll", update)
  update()
}
