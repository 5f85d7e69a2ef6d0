// A websocket client that costs little enough for hundreds of them to share a process with what is measured: the
// handshake is Node's, frames are taken apart where they lie, and compression is never offered.

import { randomBytes } from "node:crypto"
import { request } from "node:http"

const CONTINUATION = 0
const CLOSE = 8
const PING = 9
const PONG = 10
const BINARY = 2

export class Socket {
  /** What arrived, in bytes and in frames. */
  received = { bytes: 0, frames: 0 }
  isOpen = false
  onMessage = (_payload) => {}
  onClose = (_code) => {}

  #tcp = null
  #rest = Buffer.alloc(0)
  #pieces = []
  #code = null

  /** Resolves when the server has agreed; rejects with what it said instead. `told` are more headers for it. */
  open(url, told = {}) {
    const { hostname, port, pathname, search } = new URL(url)
    const headers = {
      ...told,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
    }
    return new Promise((resolve, reject) => {
      const asked = request({ host: hostname, port, path: pathname + search, headers, agent: false })
      asked.on("response", (answer) => {
        answer.resume()
        reject(new Error(`the server answered ${answer.statusCode} instead of opening a websocket`))
      })
      asked.on("error", reject)
      asked.on("upgrade", (_answer, tcp, head) => {
        this.#tcp = tcp
        this.isOpen = true
        tcp.setNoDelay(true)
        tcp.on("error", () => {})
        tcp.on("close", () => this.#lost())
        tcp.on("data", (data) => this.#take(data))
        if (head.length) this.#take(head)
        resolve()
      })
      asked.end()
    })
  }

  /** All messages in one write, as an editor's transaction gives both text and caret. */
  send(...messages) {
    if (this.isOpen) this.#tcp.write(Buffer.concat(messages.map((message) => frame(BINARY, message))))
  }

  /** Says goodbye. */
  close() {
    if (!this.isOpen) return
    this.onClose = () => {}
    this.#tcp.end(frame(CLOSE, Buffer.from([0x03, 0xe8])))
  }

  /** Is gone without a word, like a device without power. */
  drop() {
    this.onClose = () => {}
    this.isOpen = false
    this.#tcp?.destroy()
  }

  #lost() {
    this.isOpen = false
    this.onClose(this.#code)
  }

  #take(data) {
    this.received.bytes += data.length
    const buffer = this.#rest.length ? Buffer.concat([this.#rest, data]) : data
    let at = 0
    while (buffer.length - at >= 2) {
      let start = at + 2
      let length = buffer[at + 1] & 0x7f
      if (length === 126) {
        if (buffer.length < at + 4) break
        length = buffer.readUInt16BE(at + 2)
        start = at + 4
      } else if (length === 127) {
        if (buffer.length < at + 10) break
        length = Number(buffer.readBigUInt64BE(at + 2))
        start = at + 10
      }
      if (buffer.length < start + length) break
      this.#frame(buffer[at], buffer.subarray(start, start + length))
      at = start + length
    }
    this.#rest = at === buffer.length ? Buffer.alloc(0) : Buffer.from(buffer.subarray(at))
  }

  #frame(first, payload) {
    const kind = first & 0x0f
    const isLast = (first & 0x80) !== 0
    if (kind === PING) this.#tcp.write(frame(PONG, payload))
    else if (kind === CLOSE) {
      this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : null
      this.#tcp.end()
    } else if (kind === PONG) return
    else if (kind === CONTINUATION || !isLast) {
      this.#pieces.push(Buffer.from(payload))
      if (isLast) this.#message(Buffer.concat(this.#pieces.splice(0)))
    } else this.#message(payload)
  }

  #message(payload) {
    this.received.frames += 1
    this.onMessage(payload)
  }
}

/** What a client sends is masked, whether it hides anything or not. */
function frame(kind, payload) {
  const { length } = payload
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const framed = Buffer.allocUnsafe(6 + extended + length)
  framed[0] = 0x80 | kind
  framed[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) framed.writeUInt16BE(length, 2)
  if (extended === 8) framed.writeBigUInt64BE(BigInt(length), 2)
  const mask = randomBytes(4)
  mask.copy(framed, 2 + extended)
  for (let i = 0, at = 6 + extended; i < length; i++) framed[at + i] = payload[i] ^ mask[i & 3]
  return framed
}
