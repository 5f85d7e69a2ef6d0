// The order of demands is the same in the browser and on the server: tests/contract/ordering.json holds both to it.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { between, byPosition, isKey, spread } from "../editor/ordering.ts"

interface Vectors {
  between: { a: string | null; b: string | null; key: string }[]
  spread: { a: string | null; b: string | null; count: number; keys: string[] }[]
  refused: { a: string | null; b: string | null }[]
  keys: string[]
  not_keys: string[]
  order: { entries: [string, string][]; ids: string[] }
}

const vectors = JSON.parse(
  readFileSync(new URL("../../tests/contract/ordering.json", import.meta.url), "utf8"),
) as Vectors

test("a key between two is the agreed one", () => {
  for (const { a, b, key } of vectors.between) assert.equal(between(a, b), key, `${a} … ${b}`)
})

test("spread keys are the agreed ones", () => {
  for (const { a, b, count, keys } of vectors.spread) assert.deepEqual(spread(a, b, count), keys)
})

test("neighbours without room are refused", () => {
  for (const { a, b } of vectors.refused) assert.throws(() => between(a, b), RangeError)
})

test("keys are told from other strings", () => {
  for (const key of vectors.keys) assert.ok(isKey(key), key)
  for (const key of vectors.not_keys) assert.ok(!isKey(key), key)
  for (const value of [null, undefined, 3, {}, ["V"]]) assert.ok(!isKey(value))
})

test("demands stand in the order of key and id", () => {
  const { entries, ids } = vectors.order
  assert.deepEqual([...entries].sort(byPosition).map(([id]) => id), ids)
})
