// <… data-countdown="2026-12-01T22:59:59Z">: on its last day a deadline says how long is left, and goes on saying it.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** “om 3 timmar”, “om 12 minuter”; null while more than a day is left, or when the time has passed. */
export function timeLeft(until: number, now: number, language: string): string | null {
  const left = until - now
  if (Number.isNaN(left) || left <= 0 || left > DAY) return null
  const format = new Intl.RelativeTimeFormat(language, { numeric: "always" })
  return left < 2 * HOUR ? format.format(Math.ceil(left / MINUTE), "minute") : format.format(Math.floor(left / HOUR), "hour")
}

export function startCountdowns(root: Document): void {
  const update = (): void => {
    for (const element of root.querySelectorAll<HTMLElement>("[data-countdown]")) {
      const text = timeLeft(Date.parse(element.dataset["countdown"] ?? ""), Date.now(), root.documentElement.lang || "sv")
      if (text !== null && element.textContent !== text) element.textContent = text
    }
  }
  update()
  setInterval(update, MINUTE / 2)
}
