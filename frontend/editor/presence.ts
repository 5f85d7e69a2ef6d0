// Who else is here, where their carets are, and where one's own is.
//
// Awareness states are what anybody on the other side of the wire claims; names and colours are hostile until cut down.

import { ObservableV2 } from "lib0/observable"
import type { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { placeOf, samePlace, type Place, type Roots } from "./roots.ts"

/** A caret, or a selection, as others are told of it: places in the shared text that outlive edits. */
interface Span {
  anchor: Y.RelativePosition
  head: Y.RelativePosition
}

/** One window of somebody's. */
export interface Participant {
  client: number
  /** The same for all windows of one person. */
  id: string
  name: string
  /** 0 to 7, one of the person colours. */
  color: number
  isSelf: boolean
  place: Place | null
  span: Span | null
  /** Grows each time the caret moves by itself. */
  moves: number
  /** When the person last did something that others could see, in ms. */
  activeAt: number
}

export const IDLE_AFTER = 60_000
const LONGEST_NAME = 60

type Events = {
  /** Somebody came, left, went idle or came back to life; or changed place. */
  people: () => void
  /** Carets at these places have to be drawn again. */
  carets: (places: Place[]) => void
}

export class Presence extends ObservableV2<Events> {
  readonly #awareness: Awareness
  readonly #roots: Roots
  readonly #now: () => number
  readonly #people = new Map<number, Participant>()
  /** What each one's caret was told as, to see that it moved. */
  readonly #told = new Map<number, string>()

  constructor(awareness: Awareness, roots: Roots, now: () => number = Date.now) {
    super()
    this.#awareness = awareness
    this.#roots = roots
    this.#now = now
    awareness.on("change", this.#onChange)
    roots.doc.on("afterTransaction", this.#onTransaction)
    this.#read([...awareness.getStates().keys()])
  }

  override destroy(): void {
    this.#awareness.off("change", this.#onChange)
    this.#roots.doc.off("afterTransaction", this.#onTransaction)
    super.destroy()
  }

  /** All windows here, one's own first, then in the order of their owners' names. */
  everybody(): Participant[] {
    return [...this.#people.values()].sort(
      (a, b) => Number(b.isSelf) - Number(a.isSelf) || a.name.localeCompare(b.name, "sv") || a.client - b.client,
    )
  }

  /** Everybody once, however many windows they have open; for them stands the one in which they last did something. */
  people(): Participant[] {
    const once = new Map<string, Participant>()
    for (const each of this.everybody()) {
      const before = once.get(each.id)
      if (!before || (!before.isSelf && each.activeAt > before.activeAt)) once.set(each.id, each)
    }
    return [...once.values()]
  }

  find(client: number): Participant | undefined {
    return this.#people.get(client)
  }

  isIdle(person: Participant): boolean {
    return !person.isSelf && this.#now() - person.activeAt > IDLE_AFTER
  }

  /** The others whose caret is at `place`. */
  caretsAt(place: Place): Participant[] {
    return [...this.#people.values()].filter((person) => !person.isSelf && samePlace(person.place, place))
  }

  /** Tells the others where one's caret is, or that it is nowhere in the text. */
  publish(field: "title" | "cursor", span: Span | null): void {
    const state = this.#awareness.getLocalState()
    if (!state) return
    const other = field === "title" ? "cursor" : "title"
    const before = JSON.stringify([state[field] ?? null, span ? (state[other] ?? null) : null])
    if (before === JSON.stringify([span, null])) return
    this.#awareness.setLocalState({ ...state, [field]: span, ...(span ? { [other]: null } : {}) })
  }

  #onChange = ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>): void => {
    this.#read([...added, ...updated, ...removed])
  }

  /** What somebody writes shows that they are awake, and may be what a caret was waiting for. */
  #onTransaction = (transaction: Y.Transaction): void => {
    if (transaction.local) return
    const waiting: number[] = []
    for (const person of this.#people.values()) {
      const { client } = person
      if ((transaction.afterState.get(client) ?? 0) > (transaction.beforeState.get(client) ?? 0)) {
        const wasIdle = this.isIdle(person)
        person.activeAt = this.#now()
        if (wasIdle) this.emit("people", [])
      }
      if (person.span && !person.place) waiting.push(client)
    }
    if (waiting.length) this.#read(waiting)
  }

  #read(clients: number[]): void {
    const touched: Place[] = []
    for (const client of clients) {
      const before = this.#people.get(client)
      const after = this.#interpret(client)
      const isSelf = client === this.#roots.doc.clientID
      if (before?.place && !isSelf) touched.push(before.place)
      if (after?.place && !isSelf) touched.push(after.place)
      if (after) this.#people.set(client, after)
      else {
        this.#people.delete(client)
        this.#told.delete(client)
      }
    }
    this.emit("people", [])
    if (touched.length) this.emit("carets", [touched])
  }

  #interpret(client: number): Participant | null {
    const state: unknown = this.#awareness.getStates().get(client)
    if (typeof state !== "object" || state === null) return null
    const { user, cursor, title } = state as Record<string, unknown>
    const isSelf = client === this.#roots.doc.clientID
    const { name, color, id } = readUser(user)
    if (!name && !isSelf) return null
    const before = this.#people.get(client)
    const told = JSON.stringify([cursor ?? null, title ?? null])
    const moved = this.#told.get(client) !== told
    this.#told.set(client, told)
    const span = readSpan(title ?? cursor)
    return {
      client,
      id: id || String(client),
      name,
      color,
      isSelf,
      span,
      place: span && this.#placeOf(span.head),
      moves: (before?.moves ?? 0) + (moved ? 1 : 0),
      activeAt: before && !moved ? before.activeAt : this.#now(),
    }
  }

  #placeOf(position: Y.RelativePosition): Place | null {
    try {
      const found = Y.createAbsolutePositionFromRelativePosition(position, this.#roots.doc)
      return found && placeOf(found.type, this.#roots)
    } catch {
      return null
    }
  }
}

function readUser(user: unknown): { name: string; color: number; id: string } {
  const { name, color, id } = (typeof user === "object" && user !== null ? user : {}) as Record<string, unknown>
  return {
    name: typeof name === "string" ? name.trim().slice(0, LONGEST_NAME) : "",
    color: typeof color === "number" && Number.isInteger(color) ? Math.abs(color) % 8 : 0,
    id: typeof id === "string" ? id.slice(0, LONGEST_NAME) : "",
  }
}

function readSpan(span: unknown): Span | null {
  if (typeof span !== "object" || span === null) return null
  const { anchor, head } = span as Record<string, unknown>
  try {
    return { anchor: Y.createRelativePositionFromJSON(anchor), head: Y.createRelativePositionFromJSON(head) }
  } catch {
    return null
  }
}
