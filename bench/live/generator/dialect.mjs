// What is said on the socket. All servers speak the y-websocket protocol; Hocuspocus puts the document's name before
// every message, lets in with a token, and confirms updates one by one.

import { createRequire } from "node:module"
import { decode, encode } from "../../../frontend/editor/wire.ts"

const require = createRequire(new URL("../../../frontend/package.json", import.meta.url))
const decoding = require("lib0/decoding")
const encoding = require("lib0/encoding")

const SYNC = 0
const AUTH = 2
const HOCUSPOCUS_REPLY = 4
const HOCUSPOCUS_STATUS = 8
const TOKEN = 0
const LET_IN = 2

class Plain {
  /** What is said first; null when one may begin at once. */
  hello = null

  encode(message) {
    return encode(message)
  }

  decode(payload) {
    return decode(payload)
  }
}

class Hocuspocus {
  #name
  #confirmed = 0

  constructor(room) {
    this.#name = built((encoder) => encoding.writeVarString(encoder, room))
    this.hello = this.#named(
      built((encoder) => {
        encoding.writeVarUint(encoder, AUTH)
        encoding.writeVarUint(encoder, TOKEN)
        encoding.writeVarString(encoder, "")
      }),
    )
  }

  encode(message) {
    return this.#named(encode(message))
  }

  decode(payload) {
    const decoder = decoding.createDecoder(payload)
    decoding.readVarString(decoder)
    const rest = payload.subarray(decoder.pos)
    switch (decoding.readVarUint(decoder)) {
      case HOCUSPOCUS_REPLY:
        return decode(Buffer.concat([Buffer.from([SYNC]), rest.subarray(1)]))
      case HOCUSPOCUS_STATUS:
        if (decoding.readVarUint(decoder) === 1) this.#confirmed += 1
        return { kind: "acknowledged", count: this.#confirmed }
      case AUTH:
        if (decoding.readVarUint(decoder) === LET_IN) return { kind: "let-in" }
        return decode(rest)
      default:
        return decode(rest)
    }
  }

  #named(message) {
    return Buffer.concat([this.#name, message])
  }
}

export function dialectOf(name, room) {
  return name === "hocuspocus" ? new Hocuspocus(room) : new Plain()
}

function built(write) {
  const encoder = encoding.createEncoder()
  write(encoder)
  return encoding.toUint8Array(encoder)
}
