// The shape of a motion's shared text: four roots of one Y.Doc, the same on the server (app/documents).
//
//   meta     Y.Map {schema: 1}
//   title    Y.Text
//   body     Y.XmlFragment, blocks of the body schema
//   demands  Y.Map<id, Y.Map {pos: string, text: Y.XmlFragment of one paragraph, deleted?: true}>

import * as Y from "yjs"
import { SCHEMA } from "../page/early-line.ts"

/** The origin of every change that the person at this keyboard makes outside ProseMirror. */
export const LOCAL = "local"

export type DemandEntry = Y.Map<unknown>

/** Any shared type; Yjs tells them apart by events that have nothing in common. */
export type Shared = Y.AbstractType<any>

export interface Roots {
  doc: Y.Doc
  meta: Y.Map<unknown>
  title: Y.Text
  body: Y.XmlFragment
  demands: Y.Map<DemandEntry>
}

export function rootsOf(doc: Y.Doc): Roots {
  return {
    doc,
    meta: doc.getMap("meta"),
    title: doc.getText("title"),
    body: doc.getXmlFragment("body"),
    demands: doc.getMap<DemandEntry>("demands"),
  }
}

/** Whether the document was written in a shape that this release does not know. */
export function isNewerThanUs({ meta }: Roots): boolean {
  const schema = meta.get("schema")
  return typeof schema === "number" && schema > SCHEMA
}

/** Where in the motion something is: what people are told, and what carets belong to. */
export type Place = { root: "title" } | { root: "body" } | { root: "demand"; id: string }

export function samePlace(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null) return a === b
  return a.root === b.root && (a.root !== "demand" || b.root !== "demand" || a.id === b.id)
}

/** The place that holds `type`, or null when it hangs on nothing that is a part of the motion's text. */
export function placeOf(type: Shared, roots: Roots): Place | null {
  let child: Y.Item | null = null
  let current: Shared | null = type
  while (current?._item) {
    child = current._item
    current = child.parent as Shared | null
  }
  if (current === roots.title) return { root: "title" }
  if (current === roots.body) return { root: "body" }
  if (current === roots.demands && child?.parentSub) return { root: "demand", id: child.parentSub }
  return null
}

/** The text of an XML type without its marks; blocks and line breaks end lines. */
export function plainText(type: Y.XmlFragment | Y.XmlElement | Y.XmlText): string {
  if (type instanceof Y.XmlText) {
    return type.toDelta().map((part: { insert: unknown }) => (typeof part.insert === "string" ? part.insert : "")).join("")
  }
  let text = ""
  for (const child of type.toArray()) {
    if (child instanceof Y.XmlElement && child.nodeName === "hard_break") text += "\n"
    else if (child instanceof Y.XmlText) text += plainText(child)
    else if (child instanceof Y.XmlElement) text += (text && !text.endsWith("\n") ? "\n" : "") + plainText(child)
  }
  return text
}

/** The fragment that holds a demand's text, or null when the entry is not shaped like a demand. */
export function demandFragment(entry: DemandEntry | undefined): Y.XmlFragment | null {
  const text = entry?.get("text")
  return text instanceof Y.XmlFragment ? text : null
}

export function demandText(entry: DemandEntry | undefined): string {
  const fragment = demandFragment(entry)
  return fragment ? plainText(fragment).replaceAll("\n", " ") : ""
}
