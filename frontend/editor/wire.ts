// The messages on the socket: the y-websocket protocol, and receipts for what has been made durable.

import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"

export type Message =
  | { kind: "step1"; stateVector: Uint8Array }
  | { kind: "step2"; update: Uint8Array }
  | { kind: "update"; update: Uint8Array }
  | { kind: "awareness"; states: Uint8Array }
  | { kind: "denied"; reason: string }
  | { kind: "query-awareness" }
  | { kind: "acknowledged"; count: number }
  | { kind: "unknown" }

const SYNC = 0
const AWARENESS = 1
const AUTH = 2
const QUERY_AWARENESS = 3
const ACKNOWLEDGED = 100
const SYNC_KINDS = ["step1", "step2", "update"] as const

export function encode(message: Exclude<Message, { kind: "unknown" }>): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder()
  switch (message.kind) {
    case "step1":
    case "step2":
    case "update":
      encoding.writeVarUint(encoder, SYNC)
      encoding.writeVarUint(encoder, SYNC_KINDS.indexOf(message.kind))
      encoding.writeVarUint8Array(encoder, message.kind === "step1" ? message.stateVector : message.update)
      break
    case "awareness":
      encoding.writeVarUint(encoder, AWARENESS)
      encoding.writeVarUint8Array(encoder, message.states)
      break
    case "denied":
      encoding.writeVarUint(encoder, AUTH)
      encoding.writeVarUint(encoder, 0)
      encoding.writeVarString(encoder, message.reason)
      break
    case "query-awareness":
      encoding.writeVarUint(encoder, QUERY_AWARENESS)
      break
    case "acknowledged":
      encoding.writeVarUint(encoder, ACKNOWLEDGED)
      encoding.writeVarUint(encoder, message.count)
      break
  }
  return encoding.toUint8Array(encoder)
}

/** Reads one message; throws when it is cut off or malformed. Kinds that a newer server may send are "unknown". */
export function decode(data: Uint8Array): Message {
  const decoder = decoding.createDecoder(data)
  switch (decoding.readVarUint(decoder)) {
    case SYNC: {
      const kind = SYNC_KINDS[decoding.readVarUint(decoder)]
      if (kind === undefined) return { kind: "unknown" }
      const payload = decoding.readVarUint8Array(decoder)
      return kind === "step1" ? { kind, stateVector: payload } : { kind, update: payload }
    }
    case AWARENESS:
      return { kind: "awareness", states: decoding.readVarUint8Array(decoder) }
    case AUTH:
      return decoding.readVarUint(decoder) === 0
        ? { kind: "denied", reason: decoding.readVarString(decoder) }
        : { kind: "unknown" }
    case QUERY_AWARENESS:
      return { kind: "query-awareness" }
    case ACKNOWLEDGED:
      return { kind: "acknowledged", count: decoding.readVarUint(decoder) }
    default:
      return { kind: "unknown" }
  }
}
