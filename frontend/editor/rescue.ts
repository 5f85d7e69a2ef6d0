// Keeps what somebody types in a block that another replaces at the same moment.
//
// A paragraph that becomes a heading, or moves into a list, is a new element in the shared text, and the old one is
// deleted with all that is in it: also with words that its replacer had never seen. Of the two people, exactly one can
// know that this happened. Whoever's own change was not yet durable when the other's arrived wrote without having seen
// it; and when the server made both durable together, the one who wrote the words takes care of them. That one puts
// the words into the block that took the old one's place, or into a paragraph of their own where there is none.

import * as Y from "yjs"
import { LOCAL, plainText, type Roots, type Shared } from "./roots.ts"

/** What the rescue has to know of the conversation with the server; the provider is one. */
export interface Ledger {
  /** For each client id whose edits were made here: from which clock on they may not be durable. */
  readonly confirmed: ReadonlyMap<number, number>
  readonly edits: { made: number; durable: number }
  /** The message that is being applied: whether it is all that was missed, and what of one's own it brings back. */
  readonly incoming: { isResync: boolean; ownFrom: number; ownTo: number } | null
  on(event: "answered", act: () => void): void
  off(event: "answered", act: () => void): void
}

/** Words that were torn away with their block, and where they stood. */
interface Torn {
  /** The words, and the text of the block before and after them without any torn words, as it read last. */
  words: string
  before: string
  after: string
  /** The clock of one's own part in it: where the server had not come so far, it had not seen that. */
  clock: number
  block: Y.XmlElement
  /** Elements that came with the deletion, one of which may have taken the block's place. */
  heirs: Y.XmlElement[]
}

/** A deletion of one's own that is not durable yet, and the words that were put back because of it. */
interface Removal {
  edit: number
  /** How far one's own edits went with it. */
  clock: number
  deleted: Y.Transaction["deleteSet"]
  heirs: Y.XmlElement[]
  /** By `client:clock`, since Yjs forgets what is deleted. */
  arrived: Map<string, string>
}

/** Watches over `roots.body` until the returned function is called. */
export function rescueTornWords(roots: Roots, ledger: Ledger): () => void {
  const { doc } = roots
  let removals: Removal[] = []
  let undecided: Torn[] = []

  const onTransaction = (transaction: Y.Transaction): void => {
    removals = removals.filter(({ edit }) => edit > ledger.edits.durable)
    if (transaction.local) {
      // The provider counts the edit after this, so it is the next one.
      const heirs = madeIn(transaction, roots)
      const edit = ledger.edits.made + 1
      const clock = transaction.afterState.get(doc.clientID) ?? 0
      const arrived = new Map<string, string>()
      if (deletesBlock(transaction)) removals.push({ edit, clock, deleted: transaction.deleteSet, heirs, arrived })
      return
    }
    const { incoming } = ledger
    if (!incoming) return
    const torn = [...tornFromUs(transaction, roots, ledger), ...tornByUs(transaction, roots, removals, incoming)]
    if (!torn.length) return
    // After a break the server first has to say what of ours it already had.
    if (incoming.isResync) undecided.push(...torn)
    else putBack(torn, roots)
  }

  const onAnswered = (): void => {
    const from = ledger.confirmed.get(doc.clientID) ?? Infinity
    const torn = undecided.filter(({ clock }) => clock >= from)
    undecided = []
    if (torn.length) putBack(torn, roots)
  }

  doc.on("afterTransaction", onTransaction)
  ledger.on("answered", onAnswered)
  return () => {
    doc.off("afterTransaction", onTransaction)
    ledger.off("answered", onAnswered)
  }
}

/** One's own words, not durable or only now, in blocks that others deleted in this transaction. */
function tornFromUs(transaction: Y.Transaction, roots: Roots, { confirmed, incoming }: Ledger): Torn[] {
  const own = transaction.doc.clientID
  const hasEcho = incoming !== null && incoming.ownTo > incoming.ownFrom
  const from = Math.min(confirmed.get(own) ?? Infinity, hasEcho ? incoming.ownFrom : Infinity)
  // What was typed in one go is one item, though its beginning may have been seen by others.
  const unseen = ({ id, length }: Y.Item): number =>
    id.client === own && id.clock + length > from ? Math.max(0, from - id.clock) : length
  const shown = ({ content, id }: Y.Item): string =>
    content instanceof Y.ContentString && Y.isDeleted(transaction.deleteSet, id) ? content.str : ""
  const texts = new Set<Y.XmlText>()
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return
    const text = struct.parent
    if (unseen(struct) < struct.length && text instanceof Y.XmlText && isLostInBody(text, roots)) texts.add(text)
  })
  const heirs = texts.size ? madeIn(transaction, roots) : []
  return [...texts].flatMap((text) => tear(text, unseen, shown, heirs))
}

/** Others' words that arrive in blocks which one has deleted oneself, before that was durable. */
function tornByUs(
  transaction: Y.Transaction,
  roots: Roots,
  removals: readonly Removal[],
  incoming: NonNullable<Ledger["incoming"]>,
): Torn[] {
  // When the removal itself comes back in the same message, the others know that they have to take care of their words.
  const hasEcho = incoming.ownTo > incoming.ownFrom
  const unheard = removals.filter(({ clock }) => !hasEcho || clock > incoming.ownTo)
  if (!unheard.length) return []
  const isNew = ({ id }: Y.Item): boolean => id.clock >= (transaction.beforeState.get(id.client) ?? 0)
  const texts = new Map<Y.XmlText, Removal>()
  for (const [client, clock] of transaction.afterState) {
    const before = transaction.beforeState.get(client) ?? 0
    if (client === transaction.doc.clientID || clock <= before) continue
    for (const struct of structsFrom(transaction.doc, client, before)) {
      if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString) || !struct.deleted) continue
      const text = struct.parent
      if (!(text instanceof Y.XmlText) || !text._item || !isLostInBody(text, roots)) continue
      const { id } = text._item
      const removal = unheard.find(({ deleted }) => Y.isDeleted(deleted, id))
      if (!removal) continue
      texts.set(text, removal)
    }
  }
  return [...texts].flatMap(([text, { deleted, heirs, arrived }]) => {
    const shown = (item: Y.Item): string => {
      if (!(item.content instanceof Y.ContentString)) {
        return Array.from({ length: item.length }, (_, i) => arrived.get(`${item.id.client}:${item.id.clock + i}`) ?? "").join("")
      }
      return isNew(item) || Y.isDeleted(deleted, item.id) ? item.content.str : ""
    }
    const torn = tear(text, (item) => (isNew(item) ? 0 : item.length), shown, heirs)
    for (let item = text._start; item; item = item.right) {
      if (!isNew(item) || !(item.content instanceof Y.ContentString)) continue
      const { id, content } = item
      for (let i = 0; i < item.length; i += 1) arrived.set(`${id.client}:${id.clock + i}`, content.str.charAt(i))
    }
    const clock = Math.max(...heirs.map((heir) => heir._item?.id.clock ?? -1), heirs.length ? -1 : Infinity)
    return torn.map((piece) => ({ ...piece, clock }))
  })
}

function structsFrom(doc: Y.Doc, client: number, clock: number): (Y.Item | Y.GC)[] {
  const structs = doc.store.clients.get(client) ?? []
  let index = structs.length
  while (index > 0 && structs[index - 1]!.id.clock >= clock) index -= 1
  return structs.slice(index) as (Y.Item | Y.GC)[]
}

/**
 * The runs of torn words in a text that is gone: of what each item showed, that which lies beyond the offset that
 * `unseen` gives.
 */
function tear(
  text: Y.XmlText,
  unseen: (item: Y.Item) => number,
  shown: (item: Y.Item) => string,
  heirs: Y.XmlElement[],
): Torn[] {
  const block = text.parent
  if (!(block instanceof Y.XmlElement)) return []
  const runs: { words: string; before: string; clock: number }[] = []
  let rest = ""
  let isOpen = false
  for (let item = text._start; item; item = item.right) {
    const str = shown(item)
    if (!str) continue
    const cut = unseen(item)
    if (cut > 0) {
      rest += str.slice(0, cut)
      isOpen = false
    }
    if (cut >= str.length) continue
    const words = str.slice(cut)
    const clock = item.id.clock + item.length - 1
    if (isOpen) Object.assign(runs.at(-1)!, { words: runs.at(-1)!.words + words, clock })
    else runs.push({ words, before: rest, clock })
    isOpen = true
  }
  return runs.map((run) => ({ ...run, after: rest.slice(run.before.length), block, heirs }))
}

/** Whether a text is gone because an element around it is, somewhere in the body. */
function isLostInBody(text: Y.XmlText, { body }: Roots): boolean {
  if (!text._item?.deleted) return false
  for (let type: Shared | null = text; type; type = type._item ? (type._item.parent as Shared | null) : null) {
    if (type === body) return true
  }
  return false
}

function deletesBlock(transaction: Y.Transaction): boolean {
  let found = false
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    found ||= struct instanceof Y.Item && struct.content instanceof Y.ContentType && struct.content.type instanceof Y.XmlText
  })
  return found
}

/** The blocks of the body that hold text and were made in this transaction. */
export function madeIn(transaction: Y.Transaction, { body }: Roots): Y.XmlElement[] {
  const isMade = ({ id }: Y.Item): boolean => id.clock >= (transaction.beforeState.get(id.client) ?? 0)
  return textBlocks(body).filter((block) => block._item && isMade(block._item))
}

function textBlocks(parent: Y.XmlFragment | Y.XmlElement): Y.XmlElement[] {
  return parent.toArray().flatMap((child) => {
    if (!(child instanceof Y.XmlElement)) return []
    return child.nodeName === "paragraph" || child.nodeName === "heading" ? [child] : textBlocks(child)
  })
}

function putBack(torn: readonly Torn[], roots: Roots): void {
  roots.doc.transact(() => {
    // From the last to the first, so that the places of the earlier ones stay what they are.
    for (const piece of [...torn].reverse()) {
      const heir = findHeir(piece)
      if (heir) insertInto(heir, placeIn(plainText(heir), piece), piece.words)
      else if (piece.words.trim()) insertBlock(roots.body, piece)
    }
  }, LOCAL)
}

/**
 * The block itself where only the text in it is gone, as when its first words are undone; else the element that took
 * its place: of those that came with the deletion, the one that reads most like it.
 */
function findHeir({ block, heirs, before, after }: Torn): Y.XmlElement | null {
  if (block._item && !block._item.deleted) return block
  const text = before + after
  let best: { heir: Y.XmlElement; score: number } | null = null
  for (const heir of heirs) {
    if (!heir._item || heir._item.deleted) continue
    const score = likeness(text, plainText(heir))
    if (score > 0.5 && (!best || score > best.score)) best = { heir, score }
  }
  return best?.heir ?? null
}

/** How much of two texts is the same from both ends, from 0 to 1; two empty ones are the same. */
export function likeness(a: string, b: string): number {
  const longest = Math.max(a.length, b.length)
  if (longest === 0) return 1
  let left = 0
  while (left < Math.min(a.length, b.length) && a[left] === b[left]) left += 1
  let right = 0
  while (right < Math.min(a.length, b.length) - left && a[a.length - 1 - right] === b[b.length - 1 - right]) right += 1
  return (left + right) / longest
}

const CONTEXT = 12

function placeIn(text: string, { before, after }: Torn): number {
  if (text.startsWith(before)) return before.length
  if (text.endsWith(after)) return text.length - after.length
  const context = before.slice(-CONTEXT)
  const found = text.indexOf(context)
  return found < 0 ? text.length : found + context.length
}

function insertInto(block: Y.XmlElement, place: number, words: string): void {
  let left = place
  for (const child of block.toArray()) {
    if (!(child instanceof Y.XmlText)) left -= 1
    else if (left <= child.length) {
      child.insert(Math.max(0, left), words)
      return
    } else left -= child.length
  }
  block.push([new Y.XmlText(words)])
}

/** A paragraph of its own, behind what stood before the block that is gone. */
function insertBlock(body: Y.XmlFragment, { block, words }: Torn): void {
  let item = block._item
  while (item && item.parent !== body) item = (item.parent as Shared)._item
  while (item && (item.deleted || !(item.content instanceof Y.ContentType))) item = item.left
  const index = item ? body.toArray().indexOf((item.content as Y.ContentType).type as Y.XmlElement) + 1 : 0
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [new Y.XmlText(words.trim())])
  body.insert(index, [paragraph])
}
