"""Reads a document as a MotionText. Any client may have put anything there, so whatever is found reads as some text:
unknown elements as paragraphs, unknown marks as plain text, what is no text at all as nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.documents.text import Block, Demand, Kind, MotionText, Span, clean, collapse, merged, normalise_demand
from app.documents.tree import Element, Entry, Marks, Run, Text, Tree

HARD_BREAK = "hard_break"
LISTS: dict[str, Kind] = {"bullet_list": "bullet", "ordered_list": "ordered"}
LIST_ITEM = "list_item"

_TEXT_BLOCKS = frozenset({"paragraph", "heading"})
_CONTAINERS = frozenset({*LISTS, LIST_ITEM, "blockquote"})
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\"<>\\^`{|}]+", re.IGNORECASE)
_MAX_LINK = 2_000
#: y-prosemirror names a mark that may overlap itself "link--" and eight characters of a hash.
_HASHED_MARK = re.compile(r"^(.+)--[a-zA-Z0-9+/=]{8}$")
_DEMAND_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Line:
    """Text between two borders: of a block, or a hard break. It is what a line of plain text corresponds to.

    `path` leads from the root to where the line is: each element on the way with the place of the next one in it; the
    last is the line's block with the place of the line's first node, and `end` is the place behind its last node.
    Lines with the same `group` are one Block.
    """

    path: tuple[tuple[Element, int], ...]
    end: int
    texts: tuple[Text, ...]
    kind: Kind
    level: int
    group: int

    @property
    def block(self) -> Element:
        return self.path[-1][0]

    @property
    def start(self) -> int:
        return self.path[-1][1]

    @property
    def text(self) -> str:
        return clean("".join(run.text or "" for text in self.texts for run in text.runs)).strip()


def read(tree: Tree) -> MotionText:
    """The document as it reads now. Never raises."""
    demands = (
        Demand(entry.id, text) for entry in in_order(tree.demands) if not entry.struck and (text := demand_text(entry))
    )
    return MotionText(title_text(tree.title), tuple(blocks(tree.body)), tuple(demands))


def title_text(title: Text) -> str:
    return collapse("".join(run.text or "" for run in title.runs))


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Entries that can be demands, in the order of (position, id)."""
    return sorted(
        (entry for entry in entries if _DEMAND_ID.fullmatch(entry.id)), key=lambda entry: (position(entry), entry.id)
    )


def position(entry: Entry) -> str:
    return entry.position if isinstance(entry.position, str) else ""


def demand_text(entry: Entry) -> str:
    """What the demand demands, normalised; "" when it is empty."""
    if entry.text is None:
        return ""
    return normalise_demand(" ".join(line.text for line in lines(entry.text)))


def lines(root: Element) -> list[Line]:
    """All lines below `root`, the blank ones too, in the order in which they are read."""
    return list(_Walk().container(root, (), None, 0))


def blocks(root: Element) -> Iterator[Block]:
    """What `root` holds, without what has no words."""
    for _, group in groupby(lines(root), key=lambda line: line.group):
        filled = [line for line in group if line.text]
        spans: list[Span] = []
        for line in filled:
            if spans:
                spans.append(Span("\n"))
            spans += _spans([run for text in line.texts for run in text.runs])
        if filled:
            yield Block(filled[0].kind, merged(spans), filled[0].level)


def _spans(runs: Sequence[Run]) -> list[Span]:
    spans = [span for run in runs if run.text and (span := _span(clean(run.text), run.marks)).text]
    while spans and not spans[0].text.lstrip():
        del spans[0]
    while spans and not spans[-1].text.rstrip():
        del spans[-1]
    if spans:
        spans[0] = replace(spans[0], text=spans[0].text.lstrip())
        spans[-1] = replace(spans[-1], text=spans[-1].text.rstrip())
    return spans


def _span(text: str, marks: Marks) -> Span:
    bold = italic = False
    link = None
    for name, value in marks.items():
        if value is None or value is False:
            continue
        mark = match[1] if (match := _HASHED_MARK.match(name)) else name
        bold |= mark == "strong"
        italic |= mark == "em"
        if mark == "link" and isinstance(value, dict):
            link = safe_link(value.get("href")) or link
    return Span(text, bold, italic, link)


def safe_link(href: object) -> str | None:
    """`href` when it is a link that is safe to follow."""
    if not isinstance(href, str) or len(href) > _MAX_LINK:
        return None
    return href.strip() if _LINK.fullmatch(href.strip()) else None


def is_inline(node: Element | Text) -> bool:
    """Whether the node stands in a line of text, and not around one."""
    return isinstance(node, Text) or node.tag == HARD_BREAK


def _is_text_block(element: Element) -> bool:
    if element.tag in _TEXT_BLOCKS:
        return True
    return element.tag not in _CONTAINERS and any(is_inline(child) for child in element.children)


class _Walk:
    """One walk through a tree; counts the blocks on its way."""

    def __init__(self) -> None:
        self._group = 0

    def container(
        self, element: Element, path: tuple[tuple[Element, int], ...], kind: Kind | None, level: int
    ) -> Iterator[Line]:
        """The lines of an element that holds blocks. `kind` is what its blocks are; None: what each of them says."""
        is_item = element.tag == LIST_ITEM and kind is not None
        if is_item:
            self._group += 1
        children = element.children
        at = 0
        while at < len(children):
            child = children[at]
            if is_inline(child):
                # Text that stands where blocks should: as many neighbours as there are make a paragraph.
                until = next((i for i in range(at, len(children)) if not is_inline(children[i])), len(children))
                yield from self._block(element, path, at, until, kind or "paragraph", level, continued=is_item)
                at = until
                continue
            assert isinstance(child, Element)
            here = (*path, (element, at))
            if _is_text_block(child):
                own, own_level = (kind, level) if kind else _kind(child)
                yield from self._block(child, here, 0, len(child.children), own, own_level, continued=is_item)
            elif child.tag in LISTS:
                inner = level + 1 if kind in LISTS.values() else 0
                yield from self.container(child, here, LISTS[child.tag], inner)
                # What follows in the same item does not go on with what came before the list.
                self._group += 1
            else:
                quoted: Kind | None = "quote" if child.tag == "blockquote" and kind is None else kind
                yield from self.container(child, here, quoted, level)
                self._group += 1
            at += 1

    def _block(
        self,
        element: Element,
        path: tuple[tuple[Element, int], ...],
        start: int,
        end: int,
        kind: Kind,
        level: int,
        *,
        continued: bool,
    ) -> Iterator[Line]:
        if not continued:
            self._group += 1
        first = start
        for at in range(start, end + 1):
            child = element.children[at] if at < end else None
            if child is None or (isinstance(child, Element) and child.tag == HARD_BREAK):
                texts = tuple(text for node in element.children[first:at] for text in _texts(node))
                yield Line((*path, (element, first)), at, texts, kind, level, self._group)
                first = at + 1


def _kind(element: Element) -> tuple[Kind, int]:
    if element.tag != "heading":
        return "paragraph", 0
    level = element.attributes.get("level")
    try:
        return "heading", 3 if float(str(level)) >= 3 else 2
    except ValueError:
        return "heading", 2


def _texts(node: Element | Text) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
        return
    for child in node.children:
        yield from _texts(child)
