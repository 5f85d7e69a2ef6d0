// The link was sent to the whole meeting, and everybody opens it at once.

import { randomClient } from "./ledger.mjs"
import { Participant, Y, comesTrue, joinAll, paragraphOf, pause, prepare } from "./participant.mjs"
import { Stretch } from "./processes.mjs"

const WORDS = "motion kongress yrka besluta arbete skola vård buss kommun region medlem förening stadga ansvar tillsammans trygghet".split(" ")
const HANDS = 20
const ARRIVING_MS = 60_000

/** How long the text is; makes no paragraph where there is none. */
const lengthOf = (doc) => (doc.getXmlFragment("body").length ? paragraphOf(doc).length : 0)

/** Makes the text so many characters long, by many hands here and there. */
function writeAlong(doc, characters) {
  const draft = new Y.Doc()
  Y.applyUpdate(draft, Y.encodeStateAsUpdate(doc))
  const text = paragraphOf(draft)
  const hands = Array.from({ length: HANDS }, randomClient)
  while (text.length < characters) {
    draft.clientID = hands[Math.floor(Math.random() * HANDS)]
    const phrase = Array.from({ length: 2 + Math.floor(Math.random() * 8) }, () => WORDS[Math.floor(Math.random() * WORDS.length)])
    text.insert(Math.floor(Math.random() * (text.length + 1)), phrase.join(" ") + " ")
  }
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(draft, Y.encodeStateVector(doc)), "written")
}

/** Puts the text into the room, and leaves. Takes rooms and characters. */
export async function fill({ rooms: [room], characters }) {
  const doc = await prepare(room, (each) => writeAlong(each, characters))
  return { problems: [], state_bytes: Y.encodeStateAsUpdate(doc).length, characters: paragraphOf(doc).length }
}

/** Takes rooms (a second one to try the server's door with), pid, joining, within (s), characters, state_bytes, isWarm. */
export async function joinStorm({ rooms: [room, other], pid, joining, within, characters, state_bytes, isWarm }) {
  const stranger = await new Participant(other).join()
  stranger.leave()
  let resident = null
  if (isWarm) {
    resident = await new Participant(room).join()
    // Some servers answer before they have loaded.
    await comesTrue(() => lengthOf(resident.doc) >= characters, ARRIVING_MS)
    resident.start(3)
  }
  await pause(1000)
  const crowd = Array.from({ length: joining }, (_, i) => new Participant(room, { name: `Deltagare ${i}`, keeps: true }))
  const arrived = (each) => each.lost || each.kept.reduce((sum, { update }) => sum + update.length, 0) >= 0.9 * state_bytes
  const stretch = new Stretch(pid)
  const begun = performance.now()
  const problems = await joinAll(crowd, within)
  if (!(await comesTrue(() => crowd.every(arrived), ARRIVING_MS))) problems.push("the text did not reach everybody")
  const used = stretch.end()
  resident?.stop()

  // Off the clock: which message made the text whole.
  const times = crowd.map((each) => {
    const doc = new Y.Doc()
    const last = each.kept.find(({ update }) => {
      Y.applyUpdate(doc, update)
      return lengthOf(doc) >= characters
    })
    return { own: last ? last.at - each.joined.begunAt : null, since: last ? last.at - begun : null }
  })
  const wrong = times.filter(({ since }) => since === null).length
  if (wrong) problems.push(`${wrong} did not get the whole text`)
  for (const each of crowd) each.leave()
  resident?.leave()
  const own = times.map((each) => each.own ?? Infinity).sort((a, b) => a - b)
  return {
    problems,
    last_ms: Math.max(...times.map(({ since }) => since ?? Infinity)),
    median_ms: own[own.length >> 1],
    bytes_per_joiner: crowd.reduce((sum, { socket }) => sum + socket.received.bytes, 0) / joining,
    ...used,
  }
}
