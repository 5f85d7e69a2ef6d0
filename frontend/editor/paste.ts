// What comes from the clipboard: Word's and other editors' HTML brought to plain structure, and "att …" lines told
// apart from the rest, since those are demands.

import { Fragment, Slice, type Node } from "prosemirror-model"
import { safeHref } from "./schema.ts"

/** A list marker that somebody typed, or that Word pasted as text, before what it marks. */
const MARKER = /^\s*(?:(?:\d{1,3}|[a-zåäö])[.)]|[-–—•·*o§▪])\s+/i
const ATT = /^\s*att\s+\S/i

/** `line` without the marker that a pasted list leaves before it. */
export function withoutMarker(line: string): string {
  const rest = line.replace(MARKER, "")
  return (rest || line).trim()
}

/** Whether `line` reads as a demand: "att …", with or without a list marker. */
export function isDemand(line: string): boolean {
  return ATT.test(withoutMarker(line))
}

/** The texts of `slice`, one for each block that holds text and each line in it, without the empty ones. */
export function linesOf(slice: Slice): string[] {
  const lines: string[] = []
  const collect = (node: Node): void => {
    if (!node.isTextblock) {
      node.forEach(collect)
      return
    }
    lines.push(...node.textBetween(0, node.content.size, "\n", "\n").split("\n"))
  }
  if (slice.content.firstChild?.isInline) {
    lines.push(...slice.content.textBetween(0, slice.content.size, "\n", "\n").split("\n"))
  } else slice.content.forEach(collect)
  return lines.map((line) => line.trim()).filter(Boolean)
}

/** Pasted text that goes into demands: one for each line, markers taken off. */
export function demandLines(slice: Slice): string[] {
  return linesOf(slice).map(withoutMarker)
}

/**
 * Takes the demands from the end of what is pasted into the body: two or more blocks in a row that each say "att …".
 * One alone may be an ordinary sentence, and stays.
 */
export function takeDemands(slice: Slice): { rest: Slice; demands: string[] } {
  const blocks: Node[] = []
  slice.content.forEach((node) => blocks.push(node))
  const demands: string[] = []
  while (blocks.length) {
    const lines = linesOf(new Slice(Fragment.from(blocks.at(-1)!), 0, 0))
    if (lines.length && !lines.every(isDemand)) break
    demands.unshift(...lines.map(withoutMarker))
    blocks.pop()
  }
  if (demands.length < 2) return { rest: slice, demands: [] }
  const rest = Fragment.from(blocks)
  return { rest: new Slice(rest, Math.min(slice.openStart, blocks.length && 1), 0), demands }
}

/** The address when `text` is nothing but one, otherwise null. */
export function pastedLink(text: string): string | null {
  return /\s/.test(text.trim()) ? null : safeHref(text)
}

/**
 * HTML from another program as HTML that says what it means: Word's fake lists become lists, styles that mean bold or
 * italic become elements, markers and comments go, tables become lines. Nothing here makes it safe; that is the
 * schema's parser.
 */
export function cleanHtml(html: string): string {
  // The content security policy forbids style attributes, also in text that is only being read; as data they are fine.
  const readable = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="))
  const doc = new DOMParser().parseFromString(readable, "text/html")
  dropComments(doc.body)
  for (const element of doc.body.querySelectorAll("style, script, meta, link, title, [hidden]")) element.remove()
  makeWordLists(doc)
  for (const element of doc.body.querySelectorAll<HTMLElement>("[data-style]")) giveMeaning(element)
  for (const row of doc.body.querySelectorAll("tr")) {
    const line = doc.createElement("p")
    line.textContent = [...row.cells].map((cell) => (cell.textContent ?? "").trim()).filter(Boolean).join(" · ")
    row.replaceWith(line)
  }
  for (const table of doc.body.querySelectorAll("table, tbody, thead, tfoot")) table.replaceWith(...table.childNodes)
  return doc.body.innerHTML
}

/** Bold and italic that are only a style become elements; elements whose style says otherwise go. */
function giveMeaning(element: HTMLElement): void {
  const style = element.dataset["style"] ?? ""
  delete element.dataset["style"]
  const weight = /(?:^|;)\s*font-weight\s*:\s*(\w+)/i.exec(style)?.[1]
  const slant = /(?:^|;)\s*font-style\s*:\s*(\w+)/i.exec(style)?.[1]
  const isBold = weight !== undefined && /^(bold|bolder|[6-9]00)$/i.test(weight)
  const isItalic = slant !== undefined && /^(italic|oblique)$/i.test(slant)
  const inHeading = element.closest("h1, h2, h3, h4, h5, h6") !== null
  const wrap = (tag: string): void => {
    const inner = element.ownerDocument.createElement(tag)
    inner.append(...element.childNodes)
    element.append(inner)
  }
  if (isBold && !inHeading) wrap("strong")
  if (isItalic) wrap("em")
  const isUndone = weight !== undefined && !isBold && element.matches("b, strong")
  const isUpright = slant !== undefined && !isItalic && element.matches("i, em")
  if (isUndone || isUpright) element.replaceWith(...element.childNodes)
}

function dropComments(root: HTMLElement): void {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT)
  const comments: Comment[] = []
  while (walker.nextNode()) comments.push(walker.currentNode as Comment)
  for (const comment of comments) comment.remove()
}

/** Word's list items are paragraphs whose style says `mso-list:l0 level1 lfo1`, with the marker as text. */
function makeWordLists(doc: Document): void {
  const items = [...doc.body.querySelectorAll<HTMLElement>('p[data-style*="mso-list"], p[class*="MsoListParagraph"]')]
  for (const item of items) {
    const marker = item.querySelector<HTMLElement>('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]')
    const shown = (marker?.textContent ?? MARKER.exec(item.textContent ?? "")?.[0] ?? "").trim()
    marker?.remove()
    const tag = /^[\da-z]{1,3}[.)]/i.test(shown) ? "ol" : "ul"
    const before = item.previousElementSibling
    const list = before?.tagName.toLowerCase() === tag && before.hasAttribute("data-word") ? before : doc.createElement(tag)
    if (list !== before) {
      list.setAttribute("data-word", "")
      item.before(list)
    }
    const li = doc.createElement("li")
    const paragraph = doc.createElement("p")
    paragraph.append(...item.childNodes)
    li.append(paragraph)
    list.append(li)
    item.remove()
  }
}
