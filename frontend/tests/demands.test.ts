// What people do to the demands at the same time, with real Yjs documents and no network between them until told.

import assert from "node:assert/strict"
import { test } from "node:test"
import * as Y from "yjs"
import {
  addDemands,
  isBlank,
  mergeWithPrevious,
  moveDemand,
  restoreDemand,
  splitDemand,
  standing,
  strikeDemand,
  withPrefix,
} from "../editor/demand-acts.ts"
import { isKey } from "../editor/ordering.ts"
import { LOCAL, demandText } from "../editor/roots.ts"
import { authorsOf, demandsOf, dice, exchange, idOf, struckOf, type, type Author } from "./motion.ts"

const THREE = ["att ett", "att två", "att tre"]

function pair(demands: readonly string[] = THREE): [Author, Author] {
  return authorsOf(demands, "astrid", "bo") as [Author, Author]
}

function agree(...authors: Author[]): string[] {
  const [first, ...others] = authors.map(demandsOf)
  for (const other of others) assert.deepEqual(other, first)
  return first!
}

test("a demand that is moved keeps what another writes in it meanwhile", () => {
  const [astrid, bo] = pair()
  assert.equal(moveDemand(astrid.roots, astrid.history, idOf(astrid, "att ett"), 2), 3)
  type(bo, idOf(bo, "att ett"), "end", " till")
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att två", "att tre", "att ett till"])
})

test("two who move the same demand move one demand, to one place", () => {
  const [astrid, bo] = pair()
  moveDemand(astrid.roots, astrid.history, idOf(astrid, "att ett"), 2)
  moveDemand(bo.roots, bo.history, idOf(bo, "att ett"), 1)
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo).toSorted(), THREE.toSorted())
})

test("two who move different demands lose none", () => {
  const [astrid, bo] = pair()
  moveDemand(astrid.roots, astrid.history, idOf(astrid, "att ett"), 2)
  moveDemand(bo.roots, bo.history, idOf(bo, "att tre"), -2)
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo).toSorted(), THREE.toSorted())
})

test("two who add at the same place get both, in the same order for both", () => {
  const [astrid, bo] = pair()
  addDemands(astrid.roots, astrid.history, idOf(astrid, "att ett"), ["att från Astrid"])
  addDemands(bo.roots, bo.history, idOf(bo, "att ett"), ["att från Bo"])
  exchange(astrid, bo)
  const texts = agree(astrid, bo)
  assert.equal(texts.length, 5)
  assert.equal(texts[0], "att ett")
  assert.deepEqual(texts.slice(1, 3).toSorted(), ["att från Astrid", "att från Bo"])
})

test("a demand fits between two that were added at the same place at the same time", () => {
  const [astrid, bo] = pair()
  addDemands(astrid.roots, astrid.history, idOf(astrid, "att ett"), ["att från Astrid"])
  addDemands(bo.roots, bo.history, idOf(bo, "att ett"), ["att från Bo"])
  exchange(astrid, bo)
  const [, first, second] = standing(astrid.roots)
  assert.equal(astrid.roots.demands.get(first!)!.get("pos"), astrid.roots.demands.get(second!)!.get("pos"))
  const before = demandsOf(astrid)
  addDemands(astrid.roots, astrid.history, first!, ["att emellan"])
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), before.toSpliced(2, 0, "att emellan"))
})

test("what is written in a demand that another strikes is kept, and comes back with it", () => {
  const [astrid, bo] = pair()
  const id = idOf(astrid, "att två")
  strikeDemand(astrid.roots, astrid.history, id)
  type(bo, id, "end", " sent")
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att ett", "att tre"])
  assert.deepEqual(struckOf(bo), ["att två sent"])
  restoreDemand(bo.roots, bo.history, id)
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att ett", "att två sent", "att tre"])
})

test("a demand that is struck and moved at the same time stays struck", () => {
  const [astrid, bo] = pair()
  strikeDemand(astrid.roots, astrid.history, idOf(astrid, "att ett"))
  moveDemand(bo.roots, bo.history, idOf(bo, "att ett"), 1)
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att två", "att tre"])
})

test("undo takes back one's own edits and nobody else's", () => {
  const [astrid, bo] = pair()
  const id = idOf(astrid, "att ett")
  type(astrid, id, "end", " A")
  exchange(astrid, bo)
  type(bo, id, "end", " B")
  bo.doc.transact(() => bo.roots.title.insert(0, "Bo: "), LOCAL)
  exchange(astrid, bo)
  astrid.history.undo()
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo)[0], "att ett B")
  assert.equal(astrid.roots.title.toString(), "Bo: Bättre busstrafik")
  assert.equal(astrid.history.undo(), null)
  astrid.history.redo()
  exchange(astrid, bo)
  assert.equal(agree(astrid, bo)[0], "att ett A B")
})

test("undo of a strike brings the demand back in its place", () => {
  const [astrid, bo] = pair()
  strikeDemand(astrid.roots, astrid.history, idOf(astrid, "att två"))
  exchange(astrid, bo)
  astrid.history.undo()
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), THREE)
})

test("undo of a move goes back to where the demand was", () => {
  const [astrid, bo] = pair()
  moveDemand(astrid.roots, astrid.history, idOf(astrid, "att tre"), -2)
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att tre", "att ett", "att två"])
  astrid.history.undo()
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), THREE)
})

test("undo of an added demand leaves what another wrote in it, in its place", () => {
  const [astrid, bo] = pair()
  const [id] = addDemands(astrid.roots, astrid.history, idOf(astrid, "att ett"), ["att ny"])
  exchange(astrid, bo)
  type(bo, id!, "end", " av Bo")
  exchange(astrid, bo)
  astrid.history.undo()
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att ett", " av Bo", "att två", "att tre"])
})

test("undo of an added demand that only oneself wrote in takes it away, and redo brings it back", () => {
  const [astrid, bo] = pair()
  const [id] = addDemands(astrid.roots, astrid.history, null, ["att "])
  type(astrid, id!, "end", "ny")
  exchange(astrid, bo)
  astrid.history.undo()
  astrid.history.undo()
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), THREE)
  astrid.history.redo()
  astrid.history.redo()
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), [...THREE, "att ny"])
})

test("a split makes two demands, each with its att", () => {
  const [astrid, bo] = pair(["att bussen går och att tåget går"])
  const id = standing(astrid.roots)[0]!
  splitDemand(astrid.roots, astrid.history, id, "att bussen går och".length)
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att bussen går och", "att tåget går"])
  astrid.history.undo()
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att bussen går och att tåget går"])
})

test("a tail without att gets one when it is split off", () => {
  const [astrid] = pair(["att bussen går ofta"])
  splitDemand(astrid.roots, astrid.history, standing(astrid.roots)[0]!, "att bussen ".length)
  assert.deepEqual(demandsOf(astrid), ["att bussen", "att går ofta"])
})

test("a split before the first word leaves a demand that waits for words behind its att", () => {
  for (const offset of [0, 3, 4]) {
    const [astrid] = authorsOf(["att bussen går"], "astrid") as [Author]
    splitDemand(astrid.roots, astrid.history, standing(astrid.roots)[0]!, offset)
    assert.deepEqual(demandsOf(astrid), ["att ", "att bussen går"])
  }
})

test("what another types while a demand is split is not lost", () => {
  const [astrid, bo] = pair(["att bussen går och att tåget går"])
  const id = standing(astrid.roots)[0]!
  splitDemand(astrid.roots, astrid.history, id, "att bussen går och".length)
  type(bo, id, "att buss".length, "LINJ")
  type(bo, id, "end", "SLUT")
  exchange(astrid, bo)
  const all = agree(astrid, bo).join("|")
  assert.match(all, /bussLINJen/)
  assert.match(all, /SLUT/)
})

test("a demand merges into the one before, without its att, and undo parts them", () => {
  const [astrid, bo] = pair()
  const met = mergeWithPrevious(astrid.roots, astrid.history, idOf(astrid, "att två"))
  assert.deepEqual(met, { id: idOf(astrid, "att ett"), offset: "att ett".length })
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), ["att ett två", "att tre"])
  astrid.history.undo()
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), THREE)
})

test("the first demand has none to merge with", () => {
  const [astrid] = pair()
  assert.equal(mergeWithPrevious(astrid.roots, astrid.history, idOf(astrid, "att ett")), null)
  assert.deepEqual(demandsOf(astrid), THREE)
})

test("a demand does not move beyond the ends", () => {
  const [astrid] = pair()
  assert.equal(moveDemand(astrid.roots, astrid.history, idOf(astrid, "att ett"), -1), null)
  assert.equal(moveDemand(astrid.roots, astrid.history, idOf(astrid, "att tre"), 1), null)
  assert.equal(moveDemand(astrid.roots, astrid.history, "nobody", 1), null)
})

test("demands whose places are no keys are put in order again by whoever adds one", () => {
  const [astrid, bo] = pair()
  for (const entry of astrid.roots.demands.values()) entry.set("pos", "0")
  const before = demandsOf(astrid)
  addDemands(astrid.roots, astrid.history, standing(astrid.roots)[0]!, ["att ny"])
  exchange(astrid, bo)
  assert.deepEqual(agree(astrid, bo), before.toSpliced(1, 0, "att ny"))
  for (const entry of astrid.roots.demands.values()) assert.ok(isKey(entry.get("pos")))
})

test("four hundred demands fit at one and the same place", () => {
  const [astrid] = pair()
  const first = idOf(astrid, "att ett")
  for (let i = 0; i < 400; i += 1) addDemands(astrid.roots, astrid.history, first, [`att ${i}`])
  const texts = demandsOf(astrid)
  assert.equal(texts.length, 403)
  assert.equal(texts[1], "att 399")
  assert.equal(texts[400], "att 0")
  for (const entry of astrid.roots.demands.values()) assert.ok(isKey(entry.get("pos")))
})

test("entries that are not shaped like demands are passed over", () => {
  const [astrid] = pair()
  astrid.roots.demands.set("odd", "text" as never)
  astrid.roots.demands.set("empty", new Y.Map())
  const bare = new Y.Map<unknown>()
  bare.set("pos", "V")
  bare.set("text", "plain")
  astrid.roots.demands.set("bare", bare)
  assert.deepEqual(demandsOf(astrid), THREE)
})

test("the att is supplied and never doubled", () => {
  assert.equal(withPrefix("bussen går"), "att bussen går")
  assert.equal(withPrefix("att bussen går"), "att bussen går")
  assert.equal(withPrefix("  Att bussen går"), "Att bussen går")
  assert.equal(withPrefix("attestera listan"), "att attestera listan")
  assert.equal(withPrefix(""), "att ")
  assert.ok(isBlank("att "))
  assert.ok(isBlank(" "))
  assert.ok(!isBlank("att a"))
})

test("whatever three people do, they agree in the end, and no word that was typed is gone", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const throwDice = dice(seed)
    const people = authorsOf(THREE, "astrid", "bo", "cecilia")
    const typed: string[] = []
    for (let step = 0; step < 60; step += 1) {
      const who = people[throwDice(3)]!
      const { roots, history } = who
      const order = standing(roots)
      const id = order[throwDice(order.length)]
      const act = throwDice(9)
      if (act === 0 || id === undefined) addDemands(roots, history, id ?? null, [`att ny${step} `])
      else if (act === 1) moveDemand(roots, history, id, throwDice(5) - 2)
      else if (act === 2) strikeDemand(roots, history, id)
      else if (act === 3) mergeWithPrevious(roots, history, id)
      else if (act === 4) {
        const gone = struckIds(who)
        if (gone.length) restoreDemand(roots, history, gone[throwDice(gone.length)]!)
      } else if (act === 5) exchange(...people)
      else {
        const word = `<${seed}.${step}>`
        type(who, id, "end", word)
        typed.push(word)
      }
    }
    exchange(...people)
    agree(...people)
    const everything = [...people[0]!.roots.demands.values()].map((entry) => demandText(entry)).join("\n")
    for (const word of typed) assert.ok(everything.includes(word), `seed ${seed}: ${word} is gone`)
    assert.equal(new Set(standing(people[0]!.roots)).size, standing(people[0]!.roots).length)
  }
})

test("whatever people undo, the others' words stay", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const throwDice = dice(seed * 7919)
    const people = authorsOf(THREE, "astrid", "bo")
    const [astrid, bo] = people as [Author, Author]
    const typedByBo: string[] = []
    for (let step = 0; step < 50; step += 1) {
      const order = standing(astrid.roots)
      const id = order[throwDice(order.length)]
      const act = throwDice(8)
      if (act === 0) astrid.history.undo()
      else if (act === 1) astrid.history.redo()
      else if (act === 2) addDemands(astrid.roots, astrid.history, id ?? null, [`att A${step} `])
      else if (act === 3 && id) moveDemand(astrid.roots, astrid.history, id, throwDice(3) - 1)
      else if (act === 4 && id) strikeDemand(astrid.roots, astrid.history, id)
      else if (act === 5 && id) type(astrid, id, "end", `[A${step}]`)
      else {
        exchange(astrid, bo)
        const theirs = standing(bo.roots)
        const target = theirs[throwDice(theirs.length)]
        if (target === undefined) continue
        const word = `<B${step}>`
        type(bo, target, "end", word)
        typedByBo.push(word)
        exchange(astrid, bo)
      }
    }
    exchange(astrid, bo)
    agree(astrid, bo)
    const everything = [...bo.roots.demands.values()].map((entry) => demandText(entry)).join("\n")
    for (const word of typedByBo) assert.ok(everything.includes(word), `seed ${seed}: ${word} is gone`)
  }
})

function struckIds({ roots }: Author): string[] {
  return [...roots.demands.entries()].filter(([, entry]) => entry.get("deleted") === true).map(([id]) => id)
}
