// The body of the motion: its keys, its input rules, what is pasted into it, and the commands of the toolbar.

import { chainCommands, exitCode, lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands"
import { textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules"
import type { NodeType } from "prosemirror-model"
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list"
import type { Command, EditorState } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { caretKeeper } from "./caret-keeper.ts"
import { firstWords } from "./first-words.ts"
import { hintsPlugin } from "./hints.ts"
import { cleanHtml, pastedLink, takeDemands } from "./paste.ts"
import { mountProse, type Desk } from "./prose.ts"
import type { Roots } from "./roots.ts"
import { bodySchema, safeHref } from "./schema.ts"

const { nodes, marks } = bodySchema
const node = (name: string): NodeType => nodes[name]!
const strong = marks["strong"]!
const em = marks["em"]!
const link = marks["link"]!
const item = node("list_item")

/** Whether the selection is in a block of this kind. */
function isIn(state: EditorState, type: NodeType, attrs: Record<string, unknown> = {}): boolean {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const at = $from.node(depth)
    if (at.type === type && Object.entries(attrs).every(([name, value]) => Number(at.attrs[name]) === value)) return true
  }
  return false
}

/** Makes a list of what is selected, changes the kind of the list it is in, or takes it out of the list. */
function toggleList(type: NodeType): Command {
  return (state, dispatch, view) => {
    if (isIn(state, type)) return liftListItem(item)(state, dispatch, view)
    const { $from } = state.selection
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      const { type: found } = $from.node(depth)
      if (found !== node("bullet_list") && found !== node("ordered_list")) continue
      dispatch?.(state.tr.setNodeMarkup($from.before(depth), type))
      return true
    }
    return wrapInList(type)(state, dispatch, view)
  }
}

function toggleHeading(level: number): Command {
  return (state, dispatch, view) =>
    isIn(state, node("heading"), { level })
      ? setBlockType(node("paragraph"))(state, dispatch, view)
      : setBlockType(node("heading"), { level })(state, dispatch, view)
}

const toggleQuote: Command = (state, dispatch, view) =>
  isIn(state, node("blockquote")) ? lift(state, dispatch, view) : wrapIn(node("blockquote"))(state, dispatch, view)

const insertBreak: Command = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(node("hard_break").create()).scrollIntoView())
  return true
})

/** The commands of the toolbar that concern the body, with whether each is on where the caret is. */
export const BODY_COMMANDS: Readonly<Record<string, { run: Command; isOn: (state: EditorState) => boolean }>> = {
  strong: { run: toggleMark(strong), isOn: (state) => hasMark(state, "strong") },
  em: { run: toggleMark(em), isOn: (state) => hasMark(state, "em") },
  heading: { run: toggleHeading(2), isOn: (state) => isIn(state, node("heading"), { level: 2 }) },
  subheading: { run: toggleHeading(3), isOn: (state) => isIn(state, node("heading"), { level: 3 }) },
  paragraph: { run: setBlockType(node("paragraph")), isOn: () => false },
  bullet_list: { run: toggleList(node("bullet_list")), isOn: (state) => isIn(state, node("bullet_list")) },
  ordered_list: { run: toggleList(node("ordered_list")), isOn: (state) => isIn(state, node("ordered_list")) },
  quote: { run: toggleQuote, isOn: (state) => isIn(state, node("blockquote")) },
}

function hasMark(state: EditorState, name: string): boolean {
  const type = marks[name]!
  const { empty, $from, from, to } = state.selection
  if (!empty) return state.doc.rangeHasMark(from, to, type)
  return Boolean(type.isInSet(state.storedMarks ?? $from.marks()))
}

/** Makes the selected text a link, or takes the links in it away when `href` is "". False when it may not be one. */
export function setLink(view: EditorView, href: string): boolean {
  const { from, to, empty } = view.state.selection
  if (empty) return false
  if (href.trim() === "") {
    view.dispatch(view.state.tr.removeMark(from, to, link))
    return true
  }
  const safe = safeHref(href) ?? safeHref(`https://${href.trim()}`)
  if (safe === null) return false
  view.dispatch(view.state.tr.addMark(from, to, link.create({ href: safe })))
  return true
}

/** Adds a quotation at the end, to be built on; what is undone next. */
export function addQuote(view: EditorView, text: string): void {
  const { tr, doc } = view.state
  const quote = node("blockquote").create(null, node("paragraph").create(null, bodySchema.text(text)))
  view.dispatch(tr.insert(doc.content.size, quote))
  view.dom.lastElementChild?.scrollIntoView({ block: "center" })
}

/** The address of the link at the selection, "" when there is none. */
export function linkAt(state: EditorState): string {
  let found = ""
  state.doc.nodesBetween(state.selection.from, state.selection.to, (child) => {
    found ||= String(link.isInSet(child.marks)?.attrs["href"] ?? "")
  })
  return found
}

interface Options {
  desk: Desk
  mount: HTMLElement
  roots: Roots
  label: string
  /** What is to be written under which heading. */
  hints: Readonly<Record<string, string>>
  editLink: () => void
  /** Demands were found at the end of what was pasted. */
  onDemands: (texts: string[]) => void
  /** The caret leaves downwards, for the demands; upwards, for the title. */
  onLeave: (to: "title" | "demands") => boolean
}

export function mountBody({ desk, mount, roots, label, hints, editLink, onDemands, onLeave }: Options): EditorView {
  const keys: Record<string, Command> = {
    "Mod-b": toggleMark(strong),
    "Mod-i": toggleMark(em),
    "Mod-k": () => {
      editLink()
      return true
    },
    "Mod-Alt-0": setBlockType(node("paragraph")),
    "Mod-Alt-2": toggleHeading(2),
    "Mod-Alt-3": toggleHeading(3),
    "Mod-Shift-7": toggleList(node("ordered_list")),
    "Mod-Shift-8": toggleList(node("bullet_list")),
    "Mod-Shift-9": toggleQuote,
    Enter: splitListItem(item),
    "Shift-Enter": insertBreak,
    "Mod-Enter": insertBreak,
    "Mod-]": sinkListItem(item),
    "Mod-[": liftListItem(item),
    ArrowUp: (state, _dispatch, view) =>
      Boolean(view?.endOfTextblock("up") && state.selection.$from.index(0) === 0 && onLeave("title")),
    ArrowDown: (state, _dispatch, view) =>
      Boolean(
        view?.endOfTextblock("down") &&
          state.selection.$to.index(0) >= state.doc.childCount - 1 &&
          state.selection.$to.after(1) >= state.doc.content.size &&
          isLastBlock(state) &&
          onLeave("demands"),
      ),
  }
  return mountProse({
    desk,
    mount,
    fragment: roots.body,
    place: { root: "body" },
    schema: bodySchema,
    keys,
    rules: [
      wrappingInputRule(/^\s*[-*•]\s$/, node("bullet_list")),
      wrappingInputRule(/^1[.)]\s$/, node("ordered_list")),
      textblockTypeInputRule(/^##\s$/, node("heading"), { level: 2 }),
      textblockTypeInputRule(/^###\s$/, node("heading"), { level: 3 }),
      wrappingInputRule(/^>\s$/, node("blockquote")),
    ],
    plugins: [caretKeeper(roots.doc), firstWords(roots), hintsPlugin(hints)],
    label,
    isMultiline: true,
    props: {
      transformPastedHTML: cleanHtml,
      handlePaste: (view, event, slice) => {
        const text = event.clipboardData?.getData("text/plain") ?? ""
        const href = pastedLink(text)
        if (href !== null) return pasteLink(view, href, text.trim())
        const { rest, demands } = takeDemands(slice)
        if (!demands.length) return false
        if (rest.size) view.dispatch(view.state.tr.replaceSelection(rest).scrollIntoView())
        onDemands(demands)
        return true
      },
      handleClickOn: (view, _position, _node, _at, event) => openLink(view, event),
    },
  })
}

/** Whether nothing in the body comes after the block that the selection ends in. */
function isLastBlock({ selection: { $to } }: EditorState): boolean {
  for (let depth = 0; depth < $to.depth; depth += 1) if ($to.index(depth) < $to.node(depth).childCount - 1) return false
  return true
}

function pasteLink(view: EditorView, href: string, text: string): boolean {
  const { state } = view
  if (!state.selection.empty) return setLink(view, href)
  const shown = bodySchema.text(text, [link.create({ href })])
  view.dispatch(state.tr.replaceSelectionWith(shown, false).removeStoredMark(link).scrollIntoView())
  return true
}

/** In text that can be edited a link opens with Ctrl or Cmd; otherwise the browser does it. */
function openLink(view: EditorView, event: MouseEvent): boolean {
  if (!view.editable || !(event.ctrlKey || event.metaKey)) return false
  const target = event.target instanceof Element ? event.target.closest("a[href]") : null
  const href = safeHref(target?.getAttribute("href"))
  if (href === null) return false
  window.open(href, "_blank", "noopener,noreferrer")
  return true
}
