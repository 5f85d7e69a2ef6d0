"""Makes the nodes of the live text out of blocks: what `reading` does, the other way."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.documents.reading import HARD_BREAK, LIST_ITEM, LISTS, safe_link
from app.documents.text import Block, Span, clean
from app.documents.tree import Element, Run, Text

_TAGS = {kind: tag for tag, kind in LISTS.items()}
_DEEPEST_LIST = 8


def nodes_of(blocks: Sequence[Block]) -> Iterator[Element]:
    """The body's nodes. Neighbouring list items become one list, neighbouring quoted paragraphs one quotation; only a
    paragraph may be without words."""
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
    """Texts with hard breaks between them; each text is one, as the editor keeps it. Where there are no words there is
    a text for them."""
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
    return nodes or [Text([])]


def _marks(span: Span) -> dict[str, object]:
    marks: dict[str, object] = {}
    if span.bold:
        marks["strong"] = {}
    if span.italic:
        marks["em"] = {}
    if link := safe_link(span.link):
        marks["link"] = {"href": link}
    return marks
