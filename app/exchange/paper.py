"""A motion laid out without a file format: every writer prints the same words in the same order.

Here the text is also made fit to print, once for all formats: what no file can hold is taken out, headings and lists
don't skip a level, and only links that are safe to follow stay links.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.documents.text import Block, Span, merged
from app.exchange import wording
from app.exchange.export import Export

# What XML 1.0 can't carry, the C1 controls, Unicode's non-characters, byte order marks, the marks of annotations, and
# the controls that turn the direction of all that follows (names and demands must read as they are stored).
_UNPRINTABLE = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2029\u202f-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufff8\ufffd\U00010000-\U0010fffd]"
)
_NEW_LINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_DEEPEST_LIST = 8
_DEEPEST_HEADING = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A list item, and the lists inside it."""

    spans: tuple[Span, ...]
    inside: "tuple[Listing, ...]"


@dataclass(frozen=True, slots=True)
class Listing:
    """Neighbouring list items of one kind at one depth."""

    kind: Literal["bullet", "ordered"]
    level: int
    items: tuple[Item, ...]


Part = Block | Listing


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed, top to bottom. `rows` has a cell for each of `wording.COLUMNS`."""

    title: str
    addressed: str
    parts: tuple[Part, ...]
    introduction: str
    demands: tuple[str, ...]
    dateline: str
    association: str
    authors: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    handed_in: str | None
    fingerprint: str | None


def compose(export: Export) -> Paper:
    """The paper of `export`. Never fails, whatever the text holds."""
    text = export.text
    demands = tuple(demand for demand in (line(demand.text) for demand in text.demands) if demand)
    call, recipient = line(export.call), line(export.recipient)
    return Paper(
        title=line(text.title) or wording.UNTITLED,
        addressed=wording.addressed(call, recipient),
        parts=nest(levelled(_printable(text.body))),
        introduction=wording.introduction(recipient, call, demands),
        demands=demands,
        dateline=wording.dateline(export.dated),
        association=line(export.association),
        authors=tuple(author for author in map(line, export.authors) if author),
        rows=tuple(
            (
                line(signatory.association),
                line(signatory.body) or "–",
                signatory.decided_on.isoformat(),
                wording.section(line(signatory.paragraph)),
                wording.numbers(signatory.demands),
            )
            for signatory in export.signatories
        ),
        handed_in=wording.handed_in(export.receipt.submitted_at, export.receipt.late) if export.receipt else None,
        fingerprint=line(export.receipt.sha256) if export.receipt else None,
    )


def clean(text: str) -> str:
    """`text` in NFC, with "\\n" as its only line break and without the characters that no file can hold."""
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", _NEW_LINE.sub("\n", text.replace("\t", " "))))


def line(text: str) -> str:
    """`clean`, on one line, white space collapsed."""
    return " ".join(clean(text).split())


def safe_link(href: str | None) -> str | None:
    """`href` if it leads to http, https or mailto and is a plain address; otherwise None."""
    if href is None:
        return None
    href = clean(href).strip()
    return href if _SAFE_LINK.fullmatch(href) else None


def nest(blocks: Sequence[Block]) -> tuple[Part, ...]:
    """`blocks` with each run of list items folded into nested lists. Levels must not skip."""
    parts: list[Part] = []
    index = 0
    while index < len(blocks):
        if blocks[index].kind in ("bullet", "ordered"):
            listing, index = _listing(blocks, index)
            parts.append(listing)
        else:
            parts.append(blocks[index])
            index += 1
    return tuple(parts)


def _listing(blocks: Sequence[Block], index: int) -> tuple[Listing, int]:
    """The list that starts at `index`, and where it ends."""
    kind, level = blocks[index].kind, blocks[index].level
    items: list[Item] = []
    while index < len(blocks) and (blocks[index].kind, blocks[index].level) == (kind, level):
        spans = blocks[index].spans
        index += 1
        inside: list[Listing] = []
        while index < len(blocks) and blocks[index].kind in ("bullet", "ordered") and blocks[index].level > level:
            deeper, index = _listing(blocks, index)
            inside.append(deeper)
        items.append(Item(spans, tuple(inside)))
    return Listing("ordered" if kind == "ordered" else "bullet", level, tuple(items)), index


def _printable(blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        spans = trimmed(Span(clean(span.text), span.bold, span.italic, safe_link(span.link)) for span in block.spans)
        if spans:
            yield replace(block, spans=spans)


def trimmed(spans: Iterable[Span]) -> tuple[Span, ...]:
    """`spans` without white space at either end, neighbours of the same kind joined; empty when there is no text."""
    joined = list(merged(list(spans)))
    while joined and not joined[0].text.strip():
        del joined[0]
    while joined and not joined[-1].text.strip():
        del joined[-1]
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def levelled(blocks: Iterable[Block]) -> list[Block]:
    """No heading more than one level below the one before it (the title is level 1), no list item either: a reader
    who goes by the structure must not look for a level that isn't there."""
    out: list[Block] = []
    heading, item = 1, -1
    for block in blocks:
        level = 0
        if block.kind == "heading":
            heading = level = max(2, min(block.level, heading + 1, _DEEPEST_HEADING))
        if block.kind in ("bullet", "ordered"):
            item = level = max(0, min(block.level, item + 1, _DEEPEST_LIST))
        else:
            item = -1
        out.append(replace(block, level=level))
    return out
