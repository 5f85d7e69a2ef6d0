"""Reading plain text: a .txt file, or what somebody pasted."""

import re
from collections.abc import Iterator

from app.documents.text import Block, Span
from app.exchange.paper import clean
from app.exchange.reading.sheet import Line, Sheet
from app.kit.errors import Invalid
from app.kit.i18n import _

_BULLET = re.compile(r"^(\s*)[-–—•*·▪◦‣]\s+")
_NUMBER = re.compile(r"^(\s*)\d{1,3}[.)]\s+")
_QUOTE = re.compile(r"^>\s?")
_ATT = re.compile(r"^att\b", re.IGNORECASE)
#: Lines of a mail are wrapped at some 72 characters; a paragraph of a word processor is one line.
_WRAPPED = range(45, 92)
_INDENT = 2


def decode(data: bytes) -> str:
    """The text in `data`: UTF-8, UTF-16 with a byte order mark, or else Windows-1252. Invalid if it isn't text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    if "\x00" in text:
        raise Invalid(
            _(
                "The file is of a kind that can't be read here. Save it as .docx, .odt, .md or .txt and try again, "
                "or paste the text instead."
            )
        )
    return text


def read_plain(text: str) -> Sheet:
    """The lines of a plain text. Paragraphs are separated by blank lines, or are one line each."""
    sheet = Sheet()
    for group in _groups(clean(text)):
        for line in _unwrapped(group):
            sheet.add(_line(line))
    return sheet


def _groups(text: str) -> Iterator[list[str]]:
    """The runs of lines between blank ones."""
    group: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            group.append(line.rstrip())
        elif group:
            yield group
            group = []
    if group:
        yield group


def _unwrapped(group: list[str]) -> Iterator[str]:
    """The paragraphs of `group`: lines that were wrapped by a mail program are put together again."""
    wrapped = len(group) > 1 and all(len(line) in _WRAPPED for line in group[:-1])
    paragraph = ""
    for line in group:
        if _QUOTE.match(paragraph) and (quote := _QUOTE.match(line)):
            paragraph += "\n" + line[quote.end() :]
            continue
        marked = any(pattern.match(line) for pattern in (_BULLET, _NUMBER, _QUOTE, _ATT))
        if paragraph and not marked and (wrapped or line.startswith("  ")):
            separator = " " if wrapped else "\n"
            paragraph += separator + line.strip()
        else:
            if paragraph:
                yield paragraph
            paragraph = line
    if paragraph:
        yield paragraph


def _line(paragraph: str) -> Line:
    if marker := _BULLET.match(paragraph):
        return Line("bullet", Block("bullet", (Span(paragraph[marker.end() :].strip()),), len(marker[1]) // _INDENT))
    if marker := _NUMBER.match(paragraph):
        return Line("ordered", Block("ordered", (Span(paragraph[marker.end() :].strip()),), len(marker[1]) // _INDENT))
    if marker := _QUOTE.match(paragraph):
        return Line("quote", Block("quote", (Span(paragraph[marker.end() :].strip()),)))
    return Line("paragraph", Block("paragraph", (Span(paragraph.strip()),)))
