// A copy of the text on this device, for a closed tab and a dead battery. Kept for one document and one person, only
// while that person wants it, and gone at sign-out (islands/sign-out.ts).

import { IndexeddbPersistence } from "y-indexeddb"
import * as Y from "yjs"
import { COPY_PREFIX, UNSENT_PREFIX, WISH_PREFIX, settings } from "../page/copies.ts"

/** How long the device may take to hand over its copy before the page goes on without it, in ms. */
const PATIENCE = 3_000

const CONFIRMED = "confirmed"

export class LocalCopy {
  readonly #name: string
  readonly #wish: string
  readonly #unsent: string
  readonly #isWantedByDefault: boolean
  #store: IndexeddbPersistence | null = null
  /** From when a copy is asked for until the device has refused it, or it is let go of. */
  #isUnderWay = false

  /** `person` is null for guests, who share a copy on their device if they ask for one. */
  constructor(document: string, person: string | null) {
    this.#name = `${COPY_PREFIX}${document}.${person ?? "guest"}`
    this.#wish = `${WISH_PREFIX}${person ?? "guest"}`
    this.#unsent = `${UNSENT_PREFIX}${document}`
    this.#isWantedByDefault = person !== null
  }

  get isSupported(): boolean {
    return typeof indexedDB !== "undefined"
  }

  get isWanted(): boolean {
    const wish = settings()?.getItem(this.#wish) ?? null
    return this.isSupported && (wish === null ? this.#isWantedByDefault : wish === "yes")
  }

  /** Whether the copy may hold what the server lacks; a device that remembers nothing is asked for the copy itself. */
  get mayBeUnsent(): boolean {
    const store = settings()
    return store === null || store.getItem(this.#unsent) !== null
  }

  /** Whether what is typed is being written to this device. */
  get isKept(): boolean {
    return this.#store?.synced === true
  }

  /**
   * Puts the copy into `doc` and keeps it up to date from then on. The result says which of it the server may lack:
   * for each client id, from where on. A device that refuses, as in a private window, is as if there were no copy.
   */
  async attach(doc: Y.Doc): Promise<Map<number, number>> {
    const carried = new Map<number, number>()
    if (!this.isWanted) return carried
    this.#isUnderWay = true
    const store = this.#open(doc)
    const opened = await inTime(store.whenSynced)
    if (!opened || doc.isDestroyed) {
      this.#isUnderWay = false
      void store.destroy().catch(() => {})
      return carried
    }
    this.#store = store
    const saved = await inTime(store.get(CONFIRMED))
    const confirmed = saved instanceof Uint8Array ? Y.decodeStateVector(saved) : new Map<number, number>()
    for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
      const from = confirmed.get(client) ?? 0
      if (clock > from) carried.set(client, from)
    }
    return carried
  }

  /** A device may take the copy away at any time, as at sign-out in another tab: the words still have to be sent. */
  #open(doc: Y.Doc): IndexeddbPersistence {
    const store = new IndexeddbPersistence(this.#name, doc)
    const write = store._storeUpdate
    doc.off("update", write)
    store._storeUpdate = (update, origin) => {
      try {
        write(update, origin)
      } catch {
        void this.detach()
      }
    }
    doc.on("update", store._storeUpdate)
    return store
  }

  /** Whether the server lacks something of the document. When it lacks nothing, the copy remembers how far that is. */
  async mark(doc: Y.Doc, isUnsent: boolean): Promise<void> {
    if (!this.#isUnderWay) return
    if (isUnsent) settings()?.setItem(this.#unsent, "yes")
    else {
      settings()?.removeItem(this.#unsent)
      await this.#store?.set(CONFIRMED, Y.encodeStateVector(doc) as never).catch(() => null)
    }
  }

  /** What the copy holds, in a document of its own; null when there is none. */
  async read(): Promise<{ doc: Y.Doc; carried: Map<number, number> } | null> {
    if (!this.isWanted) return null
    const doc = new Y.Doc()
    const carried = await this.attach(doc)
    await this.detach()
    return carried.size ? { doc, carried } : null
  }

  async detach(): Promise<void> {
    const store = this.#store
    this.#store = null
    this.#isUnderWay = false
    await store?.destroy().catch(() => {})
  }

  /** Takes the copy off this device. */
  async remove(): Promise<void> {
    await this.detach()
    settings()?.removeItem(this.#unsent)
    if (this.isSupported) indexedDB.deleteDatabase(this.#name)
  }

  remember(isWanted: boolean): void {
    try {
      settings()?.setItem(this.#wish, isWanted ? "yes" : "no")
    } catch {
      // A browser whose settings are full asks again next time.
    }
  }
}

/** What comes of it; null for what fails, and for what takes longer than the page can wait. */
async function inTime(promise: Promise<unknown>): Promise<unknown> {
  let timer = 0
  const late = new Promise<null>((resolve) => {
    timer = window.setTimeout(() => resolve(null), PATIENCE)
  })
  try {
    return await Promise.race([promise, late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
