"""A motion as plain data: what the live text reads as at one moment, and the frozen forms that hashes are made of."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

#: The version of the frozen forms. Whoever changes `canonical` or `demand_digest` gives it a new number.
FORM = 1

Kind = Literal["paragraph", "heading", "bullet", "ordered", "quote"]

#: Not text: control characters (XML and PostgreSQL refuse them), marks that turn the writing direction, byte order
#: marks, zero-width spaces, half surrogate pairs, and what is no character at all.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]")
_ATT = re.compile(r"(?:att(?=\s|$)\s*)+", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:[-–—•*·]\s*|\d{1,3}[.)]\s*)+(?=att(?:\s|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with the same marks. A newline in `text` is a hard break."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or quoted paragraph. `level` is 2 or 3 for a heading; for list items it is the
    depth of nesting, from 0."""

    kind: Kind
    spans: tuple[Span, ...]
    level: int = 0

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Demand:
    """`text` is normalised ("att …") and never empty; `id` stays the same however the text and order change."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class MotionText:
    """The whole text of a motion. Empty paragraphs and empty demands are not in it."""

    title: str
    body: tuple[Block, ...]
    demands: tuple[Demand, ...]

    @property
    def body_text(self) -> str:
        return "\n".join(block.text for block in self.body)


def clean(raw: str) -> str:
    """`raw` without what can't be shown, stored or exported; a line break inside it becomes a space."""
    return _UNPRINTABLE.sub("", _BREAKS.sub(" ", raw))


def collapse(raw: str) -> str:
    """`raw` cleaned, in NFC, with single spaces and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", clean(raw)).split())


def normalise_demand(raw: str) -> str:
    """`raw` with exactly one leading "att "; "" when there is nothing but "att"."""
    text = _NUMBERED.sub("", collapse(raw))
    rest = text[match.end() :] if (match := _ATT.match(text)) else text
    return f"att {rest}" if rest else ""


def canonical(text: MotionText) -> bytes:
    """The frozen form of a motion: the same words, marks and order give the same bytes, on any machine, for good.

    Ids are not part of it, and neither are runs of spaces nor the way a character was composed.
    """
    return _json(
        {
            "form": FORM,
            "title": collapse(text.title),
            "body": [frozen_block(block) for block in text.body],
            "demands": [normalise_demand(demand.text) for demand in text.demands],
        }
    )


def thaw(form: bytes, demand_ids: Sequence[str] | None = None) -> MotionText:
    """The motion of a frozen form. The form holds no ids: without `demand_ids`, in order, its places serve as such."""
    held = json.loads(form)
    if held["form"] != FORM:
        raise ValueError(f"form {held['form']} is not known")
    ids = demand_ids if demand_ids is not None else [str(number) for number, _ in enumerate(held["demands"], start=1)]
    return MotionText(
        held["title"],
        tuple(Block(kind, tuple(Span(*span) for span in spans), level) for kind, level, spans in held["body"]),
        tuple(Demand(id_, text) for id_, text in zip(ids, held["demands"], strict=True)),
    )


def frozen_block(block: Block) -> list[object]:
    """What of a block is part of the frozen form; two that read alike give the same."""
    return [block.kind, block.level, _spans(block.spans)]


def demand_digest(demand_text: str) -> str:
    """The SHA-256, in hexadecimal, of the frozen form of one demand."""
    return sha256(_json({"form": FORM, "demand": normalise_demand(demand_text)})).hexdigest()


def merged(spans: list[Span]) -> tuple[Span, ...]:
    """`spans` with neighbours of the same marks made one, and empty ones left out."""
    out: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if out and (out[-1].bold, out[-1].italic, out[-1].link) == (span.bold, span.italic, span.link):
            out[-1] = Span(out[-1].text + span.text, span.bold, span.italic, span.link)
        else:
            out.append(span)
    return tuple(out)


def _spans(spans: tuple[Span, ...]) -> list[list[str | bool | None]]:
    folded = [
        Span(re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFC", span.text)), span.bold, span.italic, span.link)
        for span in spans
    ]
    return [[span.text, span.bold, span.italic, span.link] for span in merged(folded)]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
