// What the server-rendered page supplies: who one is, which document, the words, and the elements to work in.

import { wordsFrom, type Words } from "./strings.ts"

export type Role = "owner" | "author" | "commenter" | "reader"

export interface Page {
  main: HTMLElement
  documentId: string
  /** The signed-in person; null for a guest. */
  personId: string | null
  /** What the server, too, tells the others of who one is, beside the name. */
  id: string
  name: string
  color: number
  mayWrite: boolean
  isFrozen: boolean
  words: Words
  title: HTMLTextAreaElement
  titleCarets: HTMLElement
  titleMarks: HTMLElement
  body: HTMLElement
  demands: HTMLOListElement
  demandTemplate: HTMLTemplateElement
  struck: HTMLElement | null
  toolbar: HTMLElement
  saveState: HTMLElement
  people: HTMLElement
  announcer: HTMLElement
  notice: HTMLElement
  linkDialog: HTMLDialogElement
  shortcuts: HTMLDialogElement
  find: HTMLFormElement
  following: HTMLElement
  /** What helps beside the text. */
  beside: HTMLElement
  length: HTMLElement
  /** What the call's template says under its headings, by heading. */
  hints: Readonly<Record<string, string>>
  keepCopy: HTMLInputElement | null
}

const WRITERS: ReadonlySet<string> = new Set<Role>(["owner", "author"])

/** Reads the page; null when there is no motion on it. */
export function readPage(): Page | null {
  const main = document.querySelector<HTMLElement>("main#motion[data-document]")
  if (!main) return null
  const find = <Kind extends HTMLElement>(selector: string): Kind => {
    const element = main.querySelector<Kind>(selector) ?? document.querySelector<Kind>(selector)
    if (!element) throw new Error(`The page has no ${selector}.`)
    return element
  }
  const { document: documentId = "", person = "", guest, name = "", color, role = "reader", frozen } = main.dataset
  return {
    main,
    documentId,
    id: person.slice(-12),
    personId: guest === "true" ? null : person || null,
    name,
    color: Number(color) || 0,
    mayWrite: WRITERS.has(role) && frozen !== "true",
    isFrozen: frozen === "true",
    words: wordsFrom(JSON.parse(find("#strings").textContent ?? "{}") as Record<string, string>),
    title: find("#title"),
    titleCarets: find("#title-carets"),
    titleMarks: find("#title-marks"),
    body: find("#body"),
    demands: find("#demands"),
    demandTemplate: find("#demand-template"),
    struck: main.querySelector("#struck"),
    toolbar: find("#toolbar"),
    saveState: find("#save-state"),
    people: find("#people"),
    announcer: find("#announcer"),
    notice: find("#editor-notice"),
    linkDialog: find("#link-dialog"),
    shortcuts: find("#shortcuts"),
    find: find("#find"),
    following: find("#following"),
    beside: find("#beside"),
    length: find("#length"),
    hints: JSON.parse(find("#body").dataset["hints"] ?? "{}") as Record<string, string>,
    keepCopy: main.querySelector("#keep-copy"),
  }
}
