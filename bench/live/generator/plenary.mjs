// A congress in one document: all have it open, some type, everybody sees it grow.

import { Ledger } from "./ledger.mjs"
import { Participant, Y, comesTrue, isSame, joinAll, pause, prepare } from "./participant.mjs"
import { Stretch, memoryOf } from "./processes.mjs"

const CATCHING_UP_MS = 20_000

/** Takes rooms, pid, connected, typing, rate (keystrokes/s each), documents (readers that keep one), warmup and duration (s). */
export async function plenary({ rooms: [room], pid, connected, typing, rate, documents, warmup, duration }) {
  const ledger = new Ledger()
  await prepare(room)
  const typists = Array.from({ length: typing }, (_, i) => new Participant(room, { name: `Skribent ${i}`, ledger }))
  const readers = Array.from(
    { length: connected - typing },
    (_, i) => new Participant(room, { name: `Läsare ${i}`, ledger, hasDocument: i < documents }),
  )
  const [sampled, counting] = [readers.slice(0, documents), readers.slice(documents)]
  const everybody = [...readers, ...typists]
  const problems = await joinAll(everybody, connected / 100)
  for (const typist of typists) if (typist.joined.syncedAt !== null && !typist.lost) typist.start(rate)
  await pause(warmup * 1000)

  const before = counting.map(({ socket }) => ({ ...socket.received }))
  const stretch = new Stretch(pid)
  ledger.open()
  await pause(duration * 1000)
  const seconds = ledger.close()
  const used = stretch.end()
  const memory_mb = memoryOf(pid)
  const sum = (key) => counting.reduce((total, { socket }, i) => total + socket.received[key] - before[i][key], 0)
  const flow = { bytes: sum("bytes") / counting.length / seconds, frames: sum("frames") / counting.length / seconds }
  await pause(500)
  for (const typist of typists) typist.stop()

  const keeping = [...sampled, ...typists]
  const expected = keeping.reduce((total, { doc }) => total + ledger.count(doc.clientID), 0)
  await comesTrue(() => ledger.latencies.length >= expected, CATCHING_UP_MS)
  const whole = new Y.Doc()
  for (const { doc } of typists) Y.applyUpdate(whole, Y.encodeStateAsUpdate(doc))
  if (!(await comesTrue(() => keeping.every(({ doc }) => isSame(doc, whole)), CATCHING_UP_MS)))
    problems.push("somebody's document differs from the sum of all that was typed")
  const fresh = await new Participant(room).join().catch(() => null)
  if (!fresh || !(await comesTrue(() => isSame(fresh.doc, whole), CATCHING_UP_MS)))
    problems.push("a newcomer's document differs from the sum of all that was typed")
  fresh?.leave()
  const lost = everybody.filter((each) => each.lost).length
  if (lost) problems.push(`${lost} lost the connection (${everybody.find((each) => each.lost).lost})`)
  for (const each of everybody) each.leave()

  const sorted = Float64Array.from(ledger.latencies).sort()
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
  const keystrokes = ledger.count()
  return {
    problems,
    keystrokes,
    delivered: expected ? ledger.latencies.length / expected : 0,
    cpu_us_per_delivery: (1e6 * used.server_cpu_s) / (keystrokes * (connected - 1)),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    bytes_per_reader_s: flow.bytes,
    frames_per_reader_s: flow.frames,
    memory_mb,
    ...used,
  }
}
