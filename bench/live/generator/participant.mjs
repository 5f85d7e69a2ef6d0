// Somebody who has the document open, with Yjs and its presence as an editor has them. Whoever keeps no document joins
// and shows presence like the others and then only counts, so that the load costs the server more than the generator.

import { createRequire } from "node:module"
import { dialectOf } from "./dialect.mjs"
import { randomClient } from "./ledger.mjs"
import { Socket } from "./socket.mjs"

const require = createRequire(new URL("../../../frontend/package.json", import.meta.url))
export const Y = require("yjs")
const presence = require("y-protocols/awareness")

const LETTERS = "aaabdeeefghiiklmnnoprrsstttuvyåäö   "
const JOINING_MS = 60_000

/** The paragraph that is typed into: the first of the body, as in a motion. */
export function paragraphOf(doc) {
  const body = doc.getXmlFragment("body")
  for (const node of body.createTreeWalker((each) => each instanceof Y.XmlText)) return node
  const text = new Y.XmlText()
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [text])
  body.insert(0, [paragraph])
  return text
}

function documentOf(client) {
  const doc = new Y.Doc()
  doc.clientID = client
  return doc
}

export class Participant {
  socket = new Socket()
  doc = documentOf(randomClient())
  /** The code with which the server ended it, or "none"; null while all is well. */
  lost = null
  joined = { begunAt: 0, syncedAt: null }
  /** Every message with text as it came, with its time: kept by those who ask for it. */
  kept = null

  #dialect
  #room
  #hasDocument
  #ledger
  #awareness = new presence.Awareness(this.doc)
  /** The clock after each message with text that was sent. */
  #sent = []
  #settled = Promise.withResolvers()
  #typing = null

  constructor(room, { name = "Deltagare", hasDocument = true, ledger = null, keeps = false } = {}) {
    this.#awareness.setLocalState({ user: { name, color: "#2f5d8c" } })
    this.#room = room
    this.#dialect = dialectOf(room.dialect, room.name)
    this.#hasDocument = hasDocument
    this.#ledger = ledger
    if (keeps) this.kept = []
    if (ledger && hasDocument) ledger.follow(this.doc)
    this.doc.on("update", (update, origin) => {
      if (origin !== this) this.#onEdit(update)
    })
    this.#awareness.on("update", (_changes, origin) => {
      if (origin === "local" && this.joined.syncedAt !== null && !this.#typing) this.socket.send(this.#presence())
    })
  }

  /** Resolves when the server has sent its text. */
  async join() {
    this.joined.begunAt = performance.now()
    this.socket.onMessage = (payload) => this.#take(this.#dialect.decode(payload))
    this.socket.onClose = (code) => {
      this.lost = String(code ?? "none")
      this.stop()
      this.#settled.reject(new Error(`the connection ended while joining (${this.lost})`))
    }
    const tooLate = setTimeout(() => this.#settled.reject(new Error("joining took too long")), JOINING_MS)
    this.#settled.promise.catch(() => {})
    try {
      await this.socket.open(this.#room.url, this.#room.headers)
      if (this.#dialect.hello) this.socket.send(this.#dialect.hello)
      else this.#begin()
      await this.#settled.promise
    } finally {
      clearTimeout(tooLate)
    }
    if (!this.#hasDocument && !this.kept) this.socket.onMessage = () => {}
    return this
  }

  /** Shows the caret in the middle of a text. */
  point(text) {
    const caret = Y.createRelativePositionFromTypeIndex(text, text.length >> 1, -1)
    this.#awareness.setLocalStateField("cursor", { anchor: caret, head: caret })
  }

  /** Types `rate` keystrokes a second at a place of its own, unevenly as people do. */
  start(rate) {
    const text = paragraphOf(this.doc)
    let place = Y.createRelativePositionFromTypeIndex(text, Math.floor(Math.random() * (text.length + 1)), -1)
    const press = () => {
      const { index } = Y.createAbsolutePositionFromRelativePosition(place, this.doc)
      const clock = Y.getState(this.doc.store, this.doc.clientID)
      this.#ledger?.note(this.doc.clientID, clock)
      text.insert(index, LETTERS[Math.floor(Math.random() * LETTERS.length)])
      place = Y.createRelativePositionFromTypeIndex(text, index + 1, -1)
      this.#typing = setTimeout(press, (1000 / rate) * (0.5 + Math.random()))
    }
    this.#typing = setTimeout(press, (1000 / rate) * Math.random())
  }

  stop() {
    clearTimeout(this.#typing)
    this.#typing = null
  }

  leave() {
    this.stop()
    this.#awareness.destroy()
    this.socket.close()
  }

  drop() {
    this.stop()
    this.socket.drop()
    this.#awareness.destroy()
  }

  #begin() {
    this.socket.send(
      this.#dialect.encode({ kind: "step1", stateVector: Y.encodeStateVector(this.doc) }),
      this.#presence(),
    )
  }

  #presence() {
    const states = presence.encodeAwarenessUpdate(this.#awareness, [this.doc.clientID])
    return this.#dialect.encode({ kind: "awareness", states })
  }

  /** A keystroke goes out with the caret that it moved. */
  #onEdit(update) {
    const clock = Y.getState(this.doc.store, this.doc.clientID)
    this.#sent.push(clock)
    const caret = { type: null, tname: "body", item: { client: this.doc.clientID, clock: clock - 1 }, assoc: 0 }
    this.#awareness.setLocalStateField("cursor", { anchor: caret, head: caret })
    this.socket.send(this.#dialect.encode({ kind: "update", update }), this.#presence())
  }

  #take(message) {
    switch (message.kind) {
      case "let-in":
        this.#begin()
        break
      case "step1":
        this.#sent.push(Y.getState(this.doc.store, this.doc.clientID))
        this.socket.send(
          this.#dialect.encode({ kind: "step2", update: Y.encodeStateAsUpdate(this.doc, message.stateVector) }),
        )
        break
      case "step2":
      case "update":
        if (this.kept) this.kept.push({ at: performance.now(), update: Buffer.from(message.update) })
        else if (this.#hasDocument) Y.applyUpdate(this.doc, message.update, this)
        if (message.kind === "step2" && this.joined.syncedAt === null) {
          this.joined.syncedAt = performance.now()
          this.#settled.resolve()
        }
        break
      case "awareness":
        if (this.#hasDocument) presence.applyAwarenessUpdate(this.#awareness, message.states, this)
        break
      case "query-awareness":
        this.socket.send(this.#presence())
        break
      case "acknowledged":
        if (message.count > 0) this.#ledger?.confirm(this.doc.clientID, this.#sent[message.count - 1] ?? 0)
        break
      case "denied":
        this.#settled.reject(new Error(`refused: ${message.reason}`))
        break
    }
  }
}

/** Somebody writes in the room and leaves once a second person has it; returns the document. The paragraph is always made. */
export async function prepare(room, write = (_doc) => {}) {
  const author = await new Participant(room).join()
  paragraphOf(author.doc)
  write(author.doc)
  const witness = await new Participant(room).join()
  if (!(await comesTrue(() => isSame(author.doc, witness.doc), JOINING_MS))) throw new Error("what was written did not arrive")
  author.leave()
  witness.leave()
  return author.doc
}

/** All join, evenly over `seconds`; returns why those who could not, could not. */
export async function joinAll(participants, seconds) {
  const failures = []
  const gap = (seconds * 1000) / participants.length
  const begun = performance.now()
  const join = async (participant, number) => {
    await pause(begun + number * gap - performance.now())
    await participant.join()
  }
  await Promise.all(
    participants.map((participant, number) => join(participant, number).catch(({ message }) => failures.push(message))),
  )
  return failures
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))

/** Whether it came true within `ms`. */
export async function comesTrue(is, ms) {
  const end = performance.now() + ms
  while (!is()) {
    if (performance.now() > end) return false
    await pause(10)
  }
  return true
}

/** Whether two documents hold the same text, the same edits and the same deletions. */
export const isSame = (one, other) =>
  one.getXmlFragment("body").toString() === other.getXmlFragment("body").toString() &&
  Y.equalSnapshots(Y.snapshot(one), Y.snapshot(other))
