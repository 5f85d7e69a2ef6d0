// Whoever may no longer see a motion is told so once, and the page stops asking about it.

interface Failed {
  status?: number
}

function endLive(): void {
  for (const asking of document.querySelectorAll("#live, [hx-trigger^='every']")) asking.remove()
  const notice = document.getElementById("ended")
  if (notice) notice.hidden = false
}

/** A stream says itself that it is over; where it broke before, the answer to the next question does. */
export function watchLive(): void {
  document.addEventListener("over", endLive)
  document.addEventListener("htmx:sse:error", (event) => {
    const { status = 0 } = (event as CustomEvent<Failed>).detail
    if (status === 403 || status === 404) endLive()
  })
}
