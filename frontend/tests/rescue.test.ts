// What somebody types in a block that another replaces at the same moment is kept, once, whoever the server hears first.

import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import * as Y from "yjs"
import { TIMES } from "../editor/line.ts"
import { Provider } from "../editor/provider.ts"
import { rescueTornWords } from "../editor/rescue.ts"
import { LOCAL, plainText, rootsOf, type Roots } from "../editor/roots.ts"
import { openHistory, type History } from "../editor/history.ts"
import { dice } from "./motion.ts"
import { FakeServer, FakeWorld, settled } from "./world.ts"

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0)) undo()
})

interface Person {
  roots: Roots
  provider: Provider
  world: FakeWorld
  history: History
}

function join(server: FakeServer): Person {
  const doc = new Y.Doc()
  const roots = rootsOf(doc)
  const world = new FakeWorld(server)
  const provider = new Provider("ws://test/collab/1", doc, { mayWrite: true, world })
  const history = openHistory(roots)
  const stop = rescueTornWords(roots, provider)
  cleanup.push(() => {
    stop()
    provider.destroy()
  })
  provider.connect()
  world.socket.open()
  return { roots, provider, world, history }
}

function element(name: string, text: string): Y.XmlElement {
  const made = new Y.XmlElement(name)
  made.insert(0, [new Y.XmlText(text)])
  return made
}

async function meeting(...paragraphs: string[]): Promise<{ server: FakeServer; astrid: Person; bo: Person }> {
  const server = new FakeServer()
  server.doc.getXmlFragment("body").insert(0, paragraphs.map((text) => element("paragraph", text)))
  const people = { server, astrid: join(server), bo: join(server) }
  await settled()
  server.isSlow = true
  return people
}

/** What y-prosemirror does when a block changes its kind: a new element with the text, the old one deleted. */
function replace({ roots }: Person, index: number, name: string): void {
  const text = plainText(roots.body.get(index) as Y.XmlElement)
  roots.doc.transact(() => {
    roots.body.delete(index, 1)
    roots.body.insert(index, [element(name, text)])
  }, LOCAL)
}

function remove({ roots }: Person, index: number): void {
  roots.doc.transact(() => roots.body.delete(index, 1), LOCAL)
}

function type({ roots }: Person, index: number, offset: number, words: string): void {
  const text = (roots.body.get(index) as Y.XmlElement).get(0) as Y.XmlText
  roots.doc.transact(() => text.insert(offset, words), LOCAL)
}

const lines = (roots: Roots): string[] =>
  roots.body.toArray().map((block) => `${(block as Y.XmlElement).nodeName}: ${plainText(block as Y.XmlElement)}`)

async function agree(server: FakeServer, ...people: Person[]): Promise<string[]> {
  for (let round = 0; round < 3; round += 1) {
    await settled()
    server.commit()
  }
  const text = lines(rootsOf(server.doc))
  for (const { roots } of people) assert.deepEqual(lines(roots), text)
  return text
}

test("the words arrive first, then the heading of somebody who had not seen them", async () => {
  const { server, astrid, bo } = await meeting("Före", "Bakgrund", "Efter")
  replace(astrid, 1, "heading")
  type(bo, 1, 8, " till motionen")
  await settled()
  server.commit() // both at once; see below for one after the other
  assert.deepEqual(await agree(server, astrid, bo), ["paragraph: Före", "heading: Bakgrund till motionen", "paragraph: Efter"])
})

for (const [order, first] of [
  ["the words first", "bo"],
  ["the heading first", "astrid"],
] as const) {
  test(`words and heading, made durable one after the other, ${order}`, async () => {
    const { server, astrid, bo } = await meeting("Bakgrund")
    const change = {
      astrid: () => replace(astrid, 0, "heading"),
      bo: () => type(bo, 0, 4, "<ord>"),
    }
    const second = first === "bo" ? "astrid" : "bo"
    change[first]()
    await settled()
    change[second]()
    await settled()
    server.commit(1)
    assert.deepEqual(await agree(server, astrid, bo), ["heading: Bakg<ord>rund"])
  })
}

test("words in a paragraph that another deletes meanwhile stand in one of their own", async () => {
  for (const first of [0, 1]) {
    const { server, astrid, bo } = await meeting("Ett", "Två", "Tre")
    const acts = [() => remove(astrid, 1), () => type(bo, 1, 3, " och en halv")]
    acts[first]!()
    await settled()
    acts[1 - first]!()
    await settled()
    server.commit(1)
    assert.deepEqual(await agree(server, astrid, bo), ["paragraph: Ett", "paragraph: och en halv", "paragraph: Tre"])
  }
})

test("what somebody deletes after having seen it stays deleted", async () => {
  const { server, astrid, bo } = await meeting("Ett", "Två")
  type(bo, 1, 3, " och en halv")
  assert.deepEqual(await agree(server, astrid, bo), ["paragraph: Ett", "paragraph: Två och en halv"])
  remove(astrid, 1)
  assert.deepEqual(await agree(server, astrid, bo), ["paragraph: Ett"])
})

test("words that somebody wrote while away come back with them", async () => {
  const { server, astrid, bo } = await meeting("Bakgrund")
  bo.world.socket.hangUp(1006)
  type(bo, 0, 8, " som Bo skrev")
  replace(astrid, 0, "heading")
  await settled()
  server.commit()
  bo.world.pass(TIMES.firstRetry)
  bo.world.socket.open()
  assert.deepEqual(await agree(server, astrid, bo), ["heading: Bakgrund som Bo skrev"])
})

test("words that were written while the other was away and made a heading are kept", async () => {
  const { server, astrid, bo } = await meeting("Bakgrund")
  astrid.world.socket.hangUp(1006)
  replace(astrid, 0, "heading")
  type(bo, 0, 8, " som Bo skrev")
  await settled()
  server.commit()
  astrid.world.pass(TIMES.firstRetry)
  astrid.world.socket.open()
  assert.deepEqual(await agree(server, astrid, bo), ["heading: Bakgrund som Bo skrev"])
})

test("words whose acknowledgement was lost, and that were then deleted knowingly, stay deleted", async () => {
  const { server, astrid, bo } = await meeting("Ett", "Två")
  server.isSlow = false
  server.isHolding = true
  type(bo, 1, 3, " och en halv")
  await settled()
  bo.world.socket.hangUp(1006)
  server.isHolding = false
  remove(astrid, 1)
  await settled()
  bo.world.pass(TIMES.firstRetry)
  bo.world.socket.open()
  assert.deepEqual(await agree(server, astrid, bo), ["paragraph: Ett"])
})

test("of words typed in one go, only those that had not been seen are put back", async () => {
  const { server, astrid, bo } = await meeting("Bakgrund")
  type(bo, 0, 8, " som")
  await settled()
  server.commit()
  type(bo, 0, 12, " Bo")
  await settled()
  replace(astrid, 0, "heading")
  await settled()
  type(bo, 0, 15, " skrev")
  await settled()
  server.commit(1)
  assert.deepEqual(await agree(server, astrid, bo), ["heading: Bakgrund som Bo skrev"])
})

test("words that arrive one after the other are put back in their order", async () => {
  const { server, astrid, bo } = await meeting("Bakgrund")
  for (const [index, letter] of [..." nu"].entries()) {
    type(bo, 0, 8 + index, letter)
    await settled()
  }
  replace(astrid, 0, "heading")
  await settled()
  for (let message = 0; message < 3; message += 1) server.commit(1)
  assert.deepEqual(await agree(server, astrid, bo), ["heading: Bakgrund nu"])
})

test("a list that is made of what another writes in keeps the words", async () => {
  const { server, astrid, bo } = await meeting("ett", "två")
  const item = new Y.XmlElement("list_item")
  item.insert(0, [element("paragraph", "ett")])
  const list = new Y.XmlElement("bullet_list")
  list.insert(0, [item])
  astrid.roots.doc.transact(() => {
    astrid.roots.body.delete(0, 1)
    astrid.roots.body.insert(0, [list])
  }, LOCAL)
  type(bo, 0, 3, " buss")
  await settled()
  server.commit(1)
  assert.deepEqual(await agree(server, astrid, bo), ["bullet_list: ett buss", "paragraph: två"])
})

test("an empty block that becomes a heading keeps the first words in it", async () => {
  const { server, astrid, bo } = await meeting("", "Slut")
  replace(astrid, 0, "heading")
  type(bo, 0, 0, "Början")
  await settled()
  server.commit(1)
  assert.deepEqual(await agree(server, astrid, bo), ["heading: Början", "paragraph: Slut"])
})

test("one's own heading under one's own words is nobody's rescue", async () => {
  const { server, astrid, bo } = await meeting("Bakgrund")
  type(astrid, 0, 8, "!")
  replace(astrid, 0, "heading")
  assert.deepEqual(await agree(server, astrid, bo), ["heading: Bakgrund!"])
})

test("three people in one paragraph", async () => {
  const { server, astrid, bo } = await meeting("Bakgrund")
  server.isSlow = false
  const cecilia = join(server)
  await settled()
  server.isSlow = true
  type(bo, 0, 0, "B:")
  replace(astrid, 0, "heading")
  type(cecilia, 0, 8, " C")
  await settled()
  server.commit(1)
  server.commit(1)
  assert.deepEqual(await agree(server, astrid, bo, cecilia), ["heading: B:Bakgrund C"])
})

test("whoever switches a block back and forth while another writes in it, no letter is lost or doubled", async () => {
  const letters = "abcdefghijklmnopqrst"
  // Number 20 once lost letters: what came back in the same message was an earlier edit, not the removal.
  for (let seed = 1; seed <= 60; seed += 1) {
    const throwDice = dice(seed)
    const { server, astrid, bo } = await meeting("", "Efter")
    let typed = 0
    for (let step = 0; step < 60 && typed < letters.length; step += 1) {
      const act = throwDice(6)
      if (act === 0) replace(astrid, 0, throwDice(2) ? "heading" : "paragraph")
      else if (act <= 3) {
        const text = plainText(bo.roots.body.get(0) as Y.XmlElement)
        const behind = typed ? text.indexOf(letters[typed - 1]!) + 1 : 0
        type(bo, 0, behind || text.length, letters[typed]!)
        typed += 1
      } else {
        await settled()
        server.commit(throwDice(3) || 1)
      }
      if (throwDice(3) === 0) await settled()
    }
    for (let round = 0; round < 3; round += 1) {
      await settled()
      server.commit()
    }
    const text = await agree(server, astrid, bo)
    const kept = [...text.map((line) => line.replace(/^\w+: (Efter)?/, "")).join("")].sort().join("")
    assert.equal(kept, letters.slice(0, typed), `seed ${seed}: ${text.join(" | ")}`)
  }
})

test("words in a paragraph whose first words are undone meanwhile stay in that paragraph", async () => {
  const { server, astrid, bo } = await meeting("Ett")
  const paragraph = new Y.XmlElement("paragraph")
  bo.roots.doc.transact(() => bo.roots.body.insert(1, [paragraph]), "seed")
  await agree(server, astrid, bo)
  bo.roots.doc.transact(() => paragraph.insert(0, [new Y.XmlText("Bos")]), LOCAL)
  await agree(server, astrid, bo)
  type(astrid, 1, 3, " Astrids")
  await settled()
  bo.history.undo()
  await settled()
  server.commit(1)
  assert.deepEqual(await agree(server, astrid, bo), ["paragraph: Ett", "paragraph:  Astrids"])
})
