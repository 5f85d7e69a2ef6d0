// What ProseMirror accepts. The content is loose (`block*`, never `+`): two people may each delete one of two items,
// and what is left must still be a document. normaliser.ts tidies up after one's own edits.

import { Schema, type DOMOutputSpec, type MarkSpec, type NodeSpec } from "prosemirror-model"

const SAFE_LINK = /^(?:https?:\/\/|mailto:)\S+$/i

/** `href` when it may be a link in a motion, otherwise null: only web pages and mail addresses. */
export function safeHref(href: unknown): string | null {
  if (typeof href !== "string") return null
  const trimmed = href.trim()
  return SAFE_LINK.test(trimmed) && trimmed.length <= 2000 ? trimmed : null
}

const marks: Record<string, MarkSpec> = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (dom) => {
          const href = safeHref(dom.getAttribute("href"))
          return href === null ? false : { href }
        },
      },
    ],
    toDOM: (mark): DOMOutputSpec => {
      // What others wrote is checked again: a link from elsewhere may say anything.
      const href = safeHref(mark.attrs["href"])
      return href === null ? ["span", 0] : ["a", { href, rel: "noopener noreferrer nofollow" }, 0]
    },
  },
  strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
  em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
}

const text: NodeSpec = { group: "inline" }

const hardBreak: NodeSpec = {
  inline: true,
  group: "inline",
  selectable: false,
  linebreakReplacement: true,
  parseDOM: [{ tag: "br" }],
  toDOM: () => ["br"],
}

const paragraph: NodeSpec = {
  group: "block",
  content: "inline*",
  parseDOM: [{ tag: "p" }],
  toDOM: () => ["p", 0],
}

/** Levels come as strings from one peer and as floats from another. */
function headingLevel(level: unknown): 2 | 3 {
  return Number(level) >= 3 ? 3 : 2
}

export const bodySchema = new Schema({
  nodes: {
    doc: { content: "block*" },
    paragraph,
    heading: {
      group: "block",
      content: "inline*",
      defining: true,
      attrs: { level: { default: 2 } },
      parseDOM: [
        { tag: "[data-level]", getAttrs: (dom) => ({ level: headingLevel(dom.dataset["level"]) }) },
        { tag: "h1", attrs: { level: 2 } },
        { tag: "h2", attrs: { level: 2 } },
        ...["h3", "h4", "h5", "h6"].map((tag) => ({ tag, attrs: { level: 3 } })),
      ],
      // In the page the title is h1 and the parts are h2, so the body's headings begin at h3.
      toDOM: (node) => {
        const level = headingLevel(node.attrs["level"])
        return [`h${level + 1}`, { "data-level": level }, 0]
      },
    },
    blockquote: {
      group: "block",
      content: "block*",
      defining: true,
      parseDOM: [{ tag: "blockquote" }],
      toDOM: () => ["blockquote", 0],
    },
    bullet_list: {
      group: "block",
      content: "list_item*",
      parseDOM: [{ tag: "ul" }],
      toDOM: () => ["ul", 0],
    },
    ordered_list: {
      group: "block",
      content: "list_item*",
      parseDOM: [{ tag: "ol" }],
      toDOM: () => ["ol", 0],
    },
    list_item: {
      content: "block*",
      defining: true,
      parseDOM: [{ tag: "li" }],
      toDOM: () => ["li", 0],
    },
    text,
    hard_break: hardBreak,
  },
  marks,
})

/**
 * A demand: one paragraph of plain text. More paragraphs, breaks and marks are accepted when they come from elsewhere,
 * since y-prosemirror deletes from the shared text what a schema refuses; nothing here makes them.
 */
export const demandSchema = new Schema({
  nodes: { doc: { content: "paragraph*" }, paragraph, text, hard_break: hardBreak },
  marks,
})
