"""The first state of a document. The same input gives the same bytes on any machine, so a document that is seeded
twice, by two processes or after a crash, holds its text once."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from uuid import UUID, uuid5

from app.documents import engine, ordering
from app.documents.editing import body_lines
from app.documents.lines import paragraph
from app.documents.reading import HARD_BREAK, LIST_ITEM, LISTS, safe_link
from app.documents.text import Block, Span, clean, collapse, normalise_demand
from app.documents.tree import Element, Run, Text

_TAGS = {kind: tag for tag, kind in LISTS.items()}
_DEEPEST_LIST = 8


def seed(title: str, body: str | Sequence[Block], demands: Sequence[str], document_id: UUID) -> bytes:
    """The state of a new document, as one update.

    `body` is plain text with its paragraphs separated by newlines, or blocks. Demands are normalised; one that holds
    nothing but "att" is kept, as a place to write in, and so is a paragraph without words among blocks. An empty body
    has one empty paragraph for the same reason.
    """
    nodes = [paragraph(line) for line in body_lines(body)] if isinstance(body, str) else list(_elements(body))
    positions = ordering.spread(None, None, len(demands))
    entries = [
        (str(uuid5(document_id, f"demand {number}")), position, normalise_demand(text) or "att ")
        for number, (position, text) in enumerate(zip(positions, demands, strict=True), start=1)
    ]
    # A client of 32 bits, like those of browsers; all that it ever writes is this.
    client_id = int.from_bytes(sha256(document_id.bytes).digest()[:4], "big") or 1
    return engine.build(client_id, collapse(title), nodes or [paragraph("")], entries)


def _elements(blocks: Sequence[Block]) -> Iterator[Element]:
    kept = (block for block in blocks if block.kind == "paragraph" or block.text.strip())
    for kind, group in groupby(kept, key=lambda block: block.kind):
        if kind in _TAGS:
            yield from _lists(list(group), 0)
        elif kind == "quote":
            yield Element("blockquote", children=[Element("paragraph", children=_inline(block)) for block in group])
        elif kind == "heading":
            yield from (Element("heading", {"level": 3 if block.level >= 3 else 2}, _inline(block)) for block in group)
        else:
            yield from (Element("paragraph", children=_inline(block)) for block in group)


def _lists(items: Sequence[Block], level: int) -> Iterator[Element]:
    """One list of the items at `level`, those that lie deeper inside the item before them."""
    children: list[Element] = []
    at = 0
    while at < len(items):
        deeper = at
        while deeper < len(items) and min(items[deeper].level, _DEEPEST_LIST) > level:
            deeper += 1
        if deeper > at:
            nested = list(_lists(items[at:deeper], level + 1))
            if children:
                children[-1].children = [*children[-1].children, *nested]
            else:
                children.append(Element(LIST_ITEM, children=nested))
            at = deeper
        else:
            children.append(Element(LIST_ITEM, children=[Element("paragraph", children=_inline(items[at]))]))
            at += 1
    yield Element(_TAGS[items[0].kind], children=children)


def _inline(block: Block) -> list[Element | Text]:
    """Texts with hard breaks between them; each text is one, as the editor keeps it."""
    texts: list[list[Run]] = [[]]
    for span in block.spans:
        for number, part in enumerate(span.text.split("\n")):
            if number:
                texts.append([])
            if words := clean(part):
                texts[-1].append(Run(words, _marks(span)))
    nodes: list[Element | Text] = []
    for number, runs in enumerate(texts):
        if number:
            nodes.append(Element(HARD_BREAK))
        if runs:
            nodes.append(Text(runs))
    return nodes


def _marks(span: Span) -> dict[str, object]:
    marks: dict[str, object] = {}
    if span.bold:
        marks["strong"] = {}
    if span.italic:
        marks["em"] = {}
    if link := safe_link(span.link):
        marks["link"] = {"href": link}
    return marks
