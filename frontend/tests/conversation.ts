// Somebody connected to a server of the tests' own.

import { afterEach } from "node:test"
import * as Y from "yjs"
import { Provider, type Refusal } from "../editor/provider.ts"
import type { FakeWorld } from "./world.ts"

const open: Provider[] = []
afterEach(() => {
  for (const provider of open.splice(0)) provider.destroy()
})

/** A provider that is ended with its test. */
export function provide(world: FakeWorld, doc: Y.Doc, options: { mayWrite: boolean; carried?: ReadonlyMap<number, number> }): Provider {
  const provider = new Provider("ws://test/collab/1", doc, { ...options, world })
  open.push(provider)
  return provider
}

interface Conversation {
  provider: Provider
  doc: Y.Doc
  world: FakeWorld
  refusals: Refusal[]
  invitations: () => number
}

/** Astrid, with an open socket. */
export function connect(world: FakeWorld, { mayWrite = true, doc = new Y.Doc() } = {}): Conversation {
  const provider = provide(world, doc, { mayWrite })
  const refusals: Refusal[] = []
  let invitations = 0
  provider.on("refused", (refusal) => refusals.push(refusal))
  provider.on("invited", () => {
    invitations += 1
  })
  provider.awareness.setLocalState({ user: { name: "Astrid", color: 0 } })
  provider.connect()
  world.socket.open()
  return { provider, doc, world, refusals, invitations: () => invitations }
}

/** Adds to the title, as one edit. */
export function write(doc: Y.Doc, text: string): void {
  const title = doc.getText("title")
  doc.transact(() => title.insert(title.length, text), "local")
}
