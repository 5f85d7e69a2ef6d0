// Many motions, an author in each who types: how long until each keystroke is confirmed as stored.

import { Ledger } from "./ledger.mjs"
import { Participant, comesTrue, joinAll, pause } from "./participant.mjs"
import { Stretch } from "./processes.mjs"

const CATCHING_UP_MS = 20_000

/** Takes rooms, pid, rate (keystrokes/s each), warmup and duration (s). */
export async function typing({ rooms, pid, rate, warmup, duration }) {
  const ledger = new Ledger()
  const authors = rooms.map((room, i) => new Participant(room, { name: `Författare ${i}`, ledger }))
  const problems = await joinAll(authors, authors.length / 40)
  for (const author of authors) if (author.joined.syncedAt !== null && !author.lost) author.start(rate)
  await pause(warmup * 1000)
  const stretch = new Stretch(pid)
  ledger.open()
  await pause(duration * 1000)
  ledger.close()
  const used = stretch.end()
  for (const author of authors) author.stop()
  const keystrokes = ledger.count()
  if (!(await comesTrue(() => ledger.confirmations.length >= keystrokes, CATCHING_UP_MS)))
    problems.push(`${keystrokes - ledger.confirmations.length} keystrokes were never confirmed`)
  const lost = authors.filter((each) => each.lost).length
  if (lost) problems.push(`${lost} lost the connection`)
  for (const author of authors) author.leave()
  const sorted = Float64Array.from(ledger.confirmations).sort()
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
  return { problems, keystrokes, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), ...used }
}
