// Which keystroke was typed when, when each reader had it in a document, and what the server had confirmed. Content is
// followed, not messages: a server may merge and order as it likes.

/** The client ids of a run: small numbers would take fewer bytes than those that editors have. */
export const randomClient = () => 2 ** 31 + Math.floor(Math.random() * 2 ** 31)

export class Ledger {
  /** For each client id: the clock of its first keystroke, and when each was typed (ms). */
  typed = new Map()
  /** For each client id: the clock up to which somebody else has seen it, and the server has confirmed it. */
  seen = new Map()
  acknowledged = new Map()
  /** Milliseconds from key to document, of keystrokes typed within the window. */
  latencies = []
  /** Milliseconds from key to the server's confirmation, of the same. */
  confirmations = []
  #from = Infinity
  #to = -Infinity

  /** Counts what is typed from now on. */
  open() {
    this.#from = performance.now()
    this.#to = Infinity
  }

  /** Returns how long the window was open (s). */
  close() {
    this.#to = performance.now()
    return (this.#to - this.#from) / 1000
  }

  note(client, clock) {
    const record = this.typed.get(client)
    if (record) record.times.push(performance.now())
    else this.typed.set(client, { first: clock, times: [performance.now()] })
  }

  confirm(client, clock) {
    const before = this.acknowledged.get(client) ?? 0
    this.acknowledged.set(client, Math.max(clock, before))
    const record = this.typed.get(client)
    if (!record) return
    const now = performance.now()
    for (let each = Math.max(before, record.first); each < clock; each++) {
      const at = record.times[each - record.first]
      if (this.#counts(at)) this.confirmations.push(now - at)
    }
  }

  /** Writes down what arrives in the document from others than itself. */
  follow(doc) {
    doc.on("afterTransaction", ({ local, beforeState, afterState }) => {
      if (local) return
      const now = performance.now()
      for (const [client, clock] of afterState) {
        const before = beforeState.get(client) ?? 0
        if (client !== doc.clientID && clock > before) this.#arrived(client, before, clock, now)
      }
    })
  }

  #arrived(client, from, to, now) {
    const record = this.typed.get(client)
    if (!record) return
    this.seen.set(client, Math.max(to, this.seen.get(client) ?? 0))
    for (let clock = Math.max(from, record.first); clock < to; clock++) {
      const at = record.times[clock - record.first]
      if (this.#counts(at)) this.latencies.push(now - at)
    }
  }

  /** Keystrokes of the window, of everybody but `reader`. */
  count(reader = null) {
    let count = 0
    for (const [client, { times }] of this.typed) if (client !== reader) count += times.filter((at) => this.#counts(at)).length
    return count
  }

  #counts(at) {
    return at >= this.#from && at < this.#to
  }
}
