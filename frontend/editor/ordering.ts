// Where a demand stands among the others: keys that always leave room for one more in between.
//
// The same algorithm as app/documents/ordering.py, which describes it; tests/contract/ordering.json holds both to it.
// A key is a string of base-62 digits that is read as a fraction, does not end in "0" and is at most 64 digits long.
// Demands stand in the order of (key, id).

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const KEY = /^[0-9A-Za-z]{0,63}[1-9A-Za-z]$/

/** Whether `value` is a key that another can be put beside. */
export function isKey(value: unknown): value is string {
  return typeof value === "string" && KEY.test(value)
}

/** A key above `a` and below `b`; null is the open end. Throws a RangeError unless a < b and both are keys. */
export function between(a: string | null, b: string | null): string {
  if ((a !== null && !isKey(a)) || (b !== null && !isKey(b))) throw new RangeError("not a key")
  if (a !== null && b !== null && a >= b) throw new RangeError("the keys are not in order")
  return midpoint(a ?? "", b)
}

/** `count` keys between `a` and `b`, in order and short: each halves what room there is. */
export function spread(a: string | null, b: string | null, count: number): string[] {
  if (count <= 0) return []
  const middle = between(a, b)
  const left = Math.floor(count / 2)
  return [...spread(a, middle, left), middle, ...spread(middle, b, count - left - 1)]
}

function midpoint(a: string, b: string | null): string {
  if (b !== null) {
    let n = 0
    while (n < b.length && (a[n] ?? "0") === b[n]) n += 1
    if (n > 0) return b.slice(0, n) + midpoint(a.slice(n), b.slice(n))
  }
  const x = a ? DIGITS.indexOf(a.charAt(0)) : 0
  const y = b === null ? DIGITS.length : DIGITS.indexOf(b.charAt(0))
  if (y - x > 1) return DIGITS.charAt(Math.floor((x + y) / 2))
  if (b !== null && b.length > 1) return b.charAt(0)
  return DIGITS.charAt(x) + midpoint(a.slice(1), null)
}

/** Orders by key, then by id, both by code point. */
export function byPosition([idA, a]: readonly [string, string], [idB, b]: readonly [string, string]): number {
  if (a !== b) return a < b ? -1 : 1
  return idA < idB ? -1 : idA > idB ? 1 : 0
}
