// People type until the server is gone; afterwards somebody who was not there looks at what is left.

import { Ledger } from "./ledger.mjs"
import { Participant, Y, comesTrue, joinAll, prepare } from "./participant.mjs"

const LOADING_MS = 20_000
const QUIET_MS = 1_000

/** Takes rooms, typing (in each) and rate. Says {"typing": true}; ends when the server does. */
export async function typeUntilTheEnd({ rooms, typing, rate }) {
  const ledger = new Ledger()
  const people = []
  await Promise.all(rooms.map((room) => prepare(room)))
  for (const room of rooms) {
    people.push(new Participant(room, { name: "Läsare", ledger }))
    for (let i = 0; i < typing; i++) people.push(new Participant(room, { name: `Skribent ${i}`, ledger }))
  }
  const problems = await joinAll(people, people.length / 100)
  people.forEach((each, i) => {
    if (i % (typing + 1)) each.start(rate)
  })
  process.stdout.write(JSON.stringify({ typing: true }) + "\n")
  await comesTrue(() => people.every((each) => each.lost), 10 * 60_000)
  const clients = [...ledger.typed].map(([client, { first, times }]) => ({
    client,
    first,
    typed: times.length,
    seen: ledger.seen.get(client) ?? first,
    acknowledged: ledger.acknowledged.get(client) ?? first,
  }))
  for (const each of people) each.drop()
  return { problems, clients }
}

/** What a newcomer finds: for each client id the clock up to which its text is there. Takes rooms. */
export async function read({ rooms }) {
  const clocks = {}
  const problems = []
  const look = async (room) => {
    const fresh = new Participant(room)
    await fresh.join().catch(({ message }) => problems.push(message))
    // Some servers answer before they have loaded: what they have comes later, as updates.
    let changedAt = performance.now()
    fresh.doc.on("update", () => (changedAt = performance.now()))
    await comesTrue(() => performance.now() - changedAt > QUIET_MS, LOADING_MS)
    for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(fresh.doc))) clocks[client] = clock
    fresh.leave()
  }
  await Promise.all(rooms.map(look))
  return { problems, clocks }
}
