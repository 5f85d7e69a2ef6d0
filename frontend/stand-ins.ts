// What the bundle holds in place of parts of lib0 that the editor never needs: 11 kB of code that every page would
// carry. build.mjs puts them in; the tests of the front end run with the originals.

/** lib0/dom, of which y-prosemirror asks for the document. */
export const doc = document

// lib0/logging, of which Yjs asks for warnings in colour.
export const ORANGE = ""
export const RED = ""
export const BOLD = ""
export const UNBOLD = ""
export const print = console.log
export const warn = console.warn

/** lib0/hash/sha256, which tells overlapping marks of one kind apart; a test holds the schema to having none. */
export function digest(): never {
  throw new Error("No mark overlaps another of its kind.")
}
