// Writes recorded.json: what real Yjs clients send while they edit, for tests that need such bytes without Node.
//
//   .venv/bin/node tests/contract/record.mjs

import { writeFileSync } from "node:fs"
import * as Y from "../../frontend/node_modules/yjs/dist/yjs.mjs"
import { Client, generator } from "./peer.mjs"

const SESSIONS = 6
const ROUNDS = 12

const sessions = []
for (let session = 1; session <= SESSIONS; session += 1) {
  const random = generator(session)
  const clients = [new Client(1_000_000_000 + session), new Client(3_000_000_000 + session), new Client(session)]
  const updates = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // All write at once, then each hears what the others wrote.
    const made = clients.map((client) => {
      for (let i = 1 + random.below(5); i > 0; i -= 1) client.act(random)
      return client.takeMade()
    })
    made.forEach((list, writer) => {
      const merged = list.length > 0 ? [Y.mergeUpdates(list)] : []
      for (const update of round % 2 ? list : merged) {
        updates.push(Buffer.from(update).toString("base64"))
        clients.forEach((client, reader) => reader === writer || client.take(update))
      }
    })
  }
  sessions.push({ updates, json: clients[0].read() })
}
const lines = sessions.map((session) => JSON.stringify(session)).join(",\n")
writeFileSync(new URL("recorded.json", import.meta.url), `{"sessions": [\n${lines}\n]}\n`)
