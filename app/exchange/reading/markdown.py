"""Reading Markdown (CommonMark; tables as GitHub writes them). HTML in it is text like any other."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.documents.text import Block, Span
from app.exchange.paper import clean, safe_link, trimmed
from app.exchange.reading.sheet import Line, Sheet
from app.kit.i18n import _

#: Deeper lists and quotes than this are read as text.
MOST_NESTING = 20
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": MOST_NESTING}).enable("table")


def read_markdown(text: str) -> Sheet:
    """The lines of a Markdown text."""
    reader = _Reader()
    for token in _MARKDOWN.parse(text):
        reader.take(token)
    return reader.sheet


def read_inline(text: str) -> tuple[Span, ...]:
    """`text`, which must not hold blocks, as spans; without white space at the ends."""
    tokens = _MARKDOWN.parse(text)
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return (Span(text),)
    return trimmed(_spans(tokens[1].children or ()))


def _line(
    kind: Literal["paragraph", "heading", "bullet", "ordered", "quote"], spans: Iterable[Span], level: int = 0
) -> Line:
    return Line(kind, Block(kind, trimmed(replace(span, text=clean(span.text)) for span in spans), level))


def _spans(tokens: Iterable[Token]) -> Iterator[Span]:
    bold = italic = 0
    links: list[str | None] = []
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            bold += token.nesting
        elif token.type in ("em_open", "em_close"):
            italic += token.nesting
        elif token.type == "link_open":
            links.append(safe_link(str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            links.pop()
        elif token.type in ("text", "code_inline"):
            yield Span(token.content, bold > 0, italic > 0, links[-1] if links else None)
        elif token.type in ("softbreak", "hardbreak"):
            text = "\n" if token.type == "hardbreak" else " "
            yield Span(text, bold > 0, italic > 0, links[-1] if links else None)


class _Reader:
    """Follows the tokens of a text, and knows what it is inside of."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self._lists: list[Literal["bullet", "ordered"]] = []
        self._quotes = 0
        self._heading = 0
        self._item_begins = False
        self._cells: list[str] = []
        self._in_table = False

    def take(self, token: Token) -> None:
        if token.type == "inline":
            self._inline(token)
        elif token.nesting:
            self._enter_or_leave(token.type.rpartition("_")[0], token)
        else:
            # Code blocks have no tokens inside; rules have no content.
            for line in token.content.splitlines():
                self.sheet.add(_line("paragraph", [Span(line)]))

    def _enter_or_leave(self, name: str, token: Token) -> None:
        opens = token.nesting > 0
        match name:
            case "bullet_list" | "ordered_list" if not opens:
                self._lists.pop()
            case "bullet_list":
                self._lists.append("bullet")
            case "ordered_list":
                self._lists.append("ordered")
            case "list_item":
                self._item_begins = opens
            case "blockquote":
                self._quotes += token.nesting
            case "heading":
                self._heading = int(token.tag[1]) if opens else 0
            case "table":
                self._in_table = opens
            case "tr":
                self._row(opens)

    def _row(self, opens: bool) -> None:
        if opens:
            self._cells = []
        else:
            self.sheet.add(_line("paragraph", [Span(" – ".join(filter(None, self._cells)))]))
            self.sheet.drop("", _("A table was turned into paragraphs, one for each row."))

    def _inline(self, token: Token) -> None:
        children = token.children or []
        for image in (child for child in children if child.type == "image"):
            self.sheet.drop(image.content, _("Pictures can't be kept."))
        spans = list(_spans(children))
        if self._in_table:
            self._cells.append("".join(span.text for span in spans))
        elif self._heading:
            self.sheet.add(_line("heading", [Span(span.text, link=span.link) for span in spans], self._heading))
        elif self._lists and self._item_begins:
            self.sheet.add(_line(self._lists[-1], spans, len(self._lists) - 1))
            self._item_begins = False
        else:
            self.sheet.add(_line("quote" if self._quotes else "paragraph", spans))
