// The line that says whether what one wrote is safe. "Saved" is shown only when the server has made all of it durable.

import type { Provider } from "./provider.ts"
import type { StringKey, Words } from "./strings.ts"

export interface SaveState {
  /** For the style sheet and for tests: `saved` is a promise. */
  state: "connecting" | "saved" | "saving" | "waiting" | "offline" | "stopped" | "reading"
  key: StringKey
  count: number
}

/** For so long after the last edit "saving" stays, so that the line does not flicker with every key, in ms. */
const SETTLE = 600
/** When an edit has waited for so long, the line says how many wait, in ms. */
const PATIENCE = 2_500

interface Facts {
  status: Provider["status"]
  isSynced: boolean
  mayWrite: boolean
  waiting: number
  /** For how long something has been waiting, in ms. */
  waitingFor: number
  /** How long ago the last edit was made, in ms. */
  sinceEdit: number
}

export function saveState({ status, isSynced, mayWrite, waiting, waitingFor, sinceEdit }: Facts): SaveState {
  const counted = (one: StringKey, many: StringKey): StringKey => (waiting === 1 ? one : many)
  if (status === "stopped") return { state: "stopped", key: "stopped", count: waiting }
  if (status === "offline") {
    const key = waiting ? counted("offlineWaitingOne", "offlineWaitingMany") : "offline"
    return { state: "offline", key, count: waiting }
  }
  if (status === "connecting" || !isSynced) return { state: "connecting", key: "connecting", count: waiting }
  if (!mayWrite) return { state: "reading", key: "reading", count: 0 }
  if (waiting && waitingFor > PATIENCE) {
    return { state: "waiting", key: counted("waitingOne", "waitingMany"), count: waiting }
  }
  if (waiting || sinceEdit < SETTLE) return { state: "saving", key: "saving", count: waiting }
  return { state: "saved", key: "saved", count: 0 }
}

/** Keeps `line` true until the returned function is called; `onChange` hears of each new state. */
export function showSaveState(
  line: HTMLElement,
  provider: Provider,
  words: Words,
  onChange: (now: SaveState, before: SaveState | null) => void,
): () => void {
  let editedAt = -Infinity
  let waitingSince: number | null = null
  let shown: SaveState | null = null
  let timer = 0

  const paint = (): void => {
    const now = Date.now()
    const next = saveState({
      status: provider.status,
      isSynced: provider.isSynced,
      mayWrite: provider.mayWrite,
      waiting: provider.waiting,
      waitingFor: waitingSince === null ? 0 : now - waitingSince,
      sinceEdit: now - editedAt,
    })
    clearTimeout(timer)
    if (next.state === "saving") timer = window.setTimeout(paint, provider.waiting ? PATIENCE : SETTLE)
    if (shown && shown.key === next.key && shown.count === next.count) return
    line.dataset["state"] = next.state
    const text = line.querySelector("[data-text]") ?? line
    text.textContent = words(next.key, { count: next.count })
    onChange(next, shown)
    shown = next
  }
  const onWaiting = (count: number): void => {
    if (count === 0) waitingSince = null
    else {
      waitingSince ??= Date.now()
      editedAt = Date.now()
    }
    paint()
  }
  provider.on("waiting", onWaiting)
  provider.on("status", paint)
  provider.on("synced", paint)
  paint()
  return () => {
    clearTimeout(timer)
    provider.off("waiting", onWaiting)
    provider.off("status", paint)
    provider.off("synced", paint)
  }
}
