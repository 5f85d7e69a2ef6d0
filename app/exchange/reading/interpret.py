"""Telling title, body and demands apart in a document that may have been written in any way."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.documents.text import Block, MotionText, Span, collapse, normalise_demand
from app.documents.text import Demand as TextDemand
from app.exchange import wording
from app.exchange.paper import levelled, trimmed
from app.exchange.reading.sheet import Dropped, Line, Sheet
from app.kit.i18n import _

LONGEST_TITLE = 300
_TITLE_WITHIN = 10  # lines from the top
_LONGEST_LEAD = 200
_SIGNATURE_LINES = 14
_LONGEST_SIGNATURE = 130

_ADDRESSED = re.compile(r"motion(?:\s+till\s.+|\s*(?:nr|nummer)?[\s:.]*[\d:/-]*)", re.IGNORECASE)
_LABEL = re.compile(r"(?:rubrik|titel|motionens rubrik|motion)\s*[:–]\s*(?=\S)", re.IGNORECASE)
_ATT = re.compile(r"\W{0,3}att\b(?=\s*\S)", re.IGNORECASE)
_BARE_ATT = re.compile(r"\batt\s*[:.…–-]*$", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:bakgrund|inledning|motivering|sammanfattning|argument|förslag|vad vi vill|problem(?:et)?)(?:en)?\s*[:.]?",
    re.IGNORECASE,
)
_DEMANDS_HEADING = re.compile(
    r"(?:mina |våra |motionens )?"
    r"(?:att-?satser(?:na)?|yrkande(?:n|t)?|förslag(?:et)? till beslut|beslutsförslag|hemställan|förslag)\s*[:.]?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\b(?:yrkar?|föreslår|hemställer|beslutar?|besluta|yrkande[nt]?|att-?satser|förslag till beslut)\b"
    r"[^.!?]*[:.…–-]*$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?:(?:därför|därmed|med anledning av detta|mot denna bakgrund|utifrån detta)\s+)?"
    r"(?:(?:yrkar|föreslår|hemställer)\s+(?:jag|vi|undertecknade?|föreningen)|"
    r"(?:jag|vi|undertecknade?|föreningen)\s+(?:\w+\s+)?(?:yrkar|föreslår|hemställer))"
    r"(?:\s+\w+){0,4}?\s+(?=att\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A motion to begin with, and what of the document is not in it. Demands are normalised ("att …")."""

    title: str
    body: tuple[Block, ...]
    demands: tuple[str, ...]
    dropped: tuple[Dropped, ...]

    @property
    def text(self) -> MotionText:
        """The draft as a text whose demands are numbered, their ids not yet given."""
        demands = tuple(TextDemand(str(number), demand) for number, demand in enumerate(self.demands, start=1))
        return MotionText(self.title, self.body, demands)


def interpret(sheet: Sheet) -> Draft:
    """The motion in `sheet`. Every line ends up in the draft or, with the reason, in `dropped`."""
    dropped = list(sheet.dropped)
    lines = _without_surroundings(sheet.lines, dropped)
    title, lines = _title(lines, dropped)
    demands, lines = _demands(lines, dropped)
    if not demands:
        dropped.append(Dropped("", _("No demands were found. Write them one by one, each beginning with “att”.")))
    return Draft(title, _body(lines), demands, tuple(dropped))


def _without_surroundings(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """The lines without those that an export of ours wrote around them."""
    backing = next((index for index, line in enumerate(lines) if line.text == wording.SIGNATORIES), len(lines))
    surroundings = [line for line in lines[:backing] if line.role == "surroundings"] + list(lines[backing:])
    if surroundings:
        dropped.append(Dropped("\n".join(line.text for line in surroundings), _written_anew()))
    return [line for line in lines[:backing] if line.role != "surroundings"]


def _written_anew() -> str:
    return _("Recipient, place, date, names and backing are added when the motion is exported.")


def _title(lines: list[Line], dropped: list[Dropped]) -> tuple[str, list[Line]]:
    """The title, and the lines below and above it that aren't part of it."""
    rest = [line for line in lines[:2] if not _is_addressed(line)] + lines[2:]
    if rest:
        dropped.extend(Dropped(line.text, _written_anew()) for line in lines[:2] if _is_addressed(line))
    else:
        rest = lines
    found = _title_line(rest)
    if found is None:
        dropped.append(Dropped("", _("No title was found. Write one that says what the motion is about.")))
        return "", rest
    title = _LABEL.sub("", collapse(found.text), count=1)
    if len(title) > LONGEST_TITLE:
        reason = _("The title was shortened: it had more than {n} characters.", n=LONGEST_TITLE)
        dropped.append(Dropped(found.text, reason))
        title = title[:LONGEST_TITLE].rsplit(" ", 1)[0]
    position = next(index for index, line in enumerate(rest) if line is found)
    return title, rest[:position] + rest[position + 1 :]


def _title_line(lines: Sequence[Line]) -> Line | None:
    """The line that is the title: by its style, by standing first in bold, as a heading, or just by standing first."""
    top = lines[:_TITLE_WITHIN]
    if titles := [line for line in top if line.role == "title"]:
        return titles[0]
    first = lines[0] if lines and _may_be_title(lines[0]) else None
    if first is not None and all(span.bold for span in first.block.spans):
        return first
    headings = [line for line in top if line.role == "heading" and not _SECTION.fullmatch(line.text.strip())]
    return min(headings, key=lambda line: line.block.level, default=first)


def _may_be_title(line: Line) -> bool:
    text = line.text
    short = len(text) <= LONGEST_TITLE // 2 and "\n" not in text and not text.endswith(".")
    return line.role == "paragraph" and short and _ATT.match(text) is None


def _is_addressed(line: Line) -> bool:
    return _ADDRESSED.fullmatch(line.text.strip()) is not None


def _demands(lines: list[Line], dropped: list[Dropped]) -> tuple[tuple[str, ...], list[Line]]:
    """The demands, and the lines that are the body."""
    styled = [line for line in lines if line.role == "demand"]
    if styled:
        demands = tuple(filter(None, (normalise_demand(line.text) for line in styled)))
        return demands, [line for line in lines if line.role != "demand"]
    first, last = _run(lines)
    if first == last:
        lines = [part for line in lines for part in _split(line)]
        first, last = _run(lines)
    if first == last:
        return _inline_demand(lines)
    before, after = lines[:first], lines[last:]
    demands = tuple(filter(None, (normalise_demand(line.text) for line in lines[first:last])))
    leads: list[str] = []
    while before and len(leads) < 2 and _is_lead(before[-1]):
        leads.append(before.pop().text)
    if leads:
        dropped.append(Dropped("\n".join(reversed(leads)), _("The words before the demands are added on export.")))
    return demands, before + _after(after, dropped)


def _split(line: Line) -> list[Line]:
    """`line` in parts, when it holds demands that are separated by line breaks only."""
    parts = line.text.split("\n")
    if len(parts) == 1 or not any(_ATT.match(part) for part in parts):
        return [line]
    return [replace(line, block=replace(line.block, spans=(Span(part.strip()),))) for part in parts if part.strip()]


def _run(lines: Sequence[Line]) -> tuple[int, int]:
    """Where the demands begin and end: the last run of lines that begin with "att", or else the last list after a line
    that announces demands. Equal when there are none."""
    return _last_run(lines, lambda index: _ATT.match(lines[index].text) is not None) or _announced(lines) or (0, 0)


def _last_run(lines: Sequence[Line], wanted: Callable[[int], bool]) -> tuple[int, int] | None:
    found = None
    start = None
    for index in range(len(lines) + 1):
        inside = index < len(lines) and lines[index].role != "heading" and wanted(index)
        if inside and start is None:
            start = index
        elif not inside and start is not None:
            found, start = (start, index), None
    return found


def _announced(lines: Sequence[Line]) -> tuple[int, int] | None:
    for index in range(len(lines) - 1, 0, -1):
        kind = lines[index].role
        if kind in ("bullet", "ordered") and _is_lead(lines[index - 1]):
            end = index
            while end < len(lines) and lines[end].role == kind:
                end += 1
            return index, end
    return None


def _is_lead(line: Line) -> bool:
    """Whether the line does nothing but announce the demands."""
    text = line.text.strip()
    if _DEMANDS_HEADING.fullmatch(text):
        return True
    if line.role == "heading" or len(text) > _LONGEST_LEAD or text.count(". ") > 0:
        return False
    return _LEAD.search(text) is not None or (_BARE_ATT.search(text) is not None and len(text.split()) < 12)


def _inline_demand(lines: list[Line]) -> tuple[tuple[str, ...], list[Line]]:
    """A single demand inside a sentence: "Därför yrkar vi att …"."""
    for index in range(len(lines) - 1, -1, -1):
        if found := _INLINE.match(lines[index].text):
            demand = normalise_demand(lines[index].text[found.end() :])
            return (demand,), lines[:index] + lines[index + 1 :]
    return (), lines


def _after(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """What of the lines below the demands belongs to the body: all, unless they look like signatures."""
    if len(lines) > _SIGNATURE_LINES or any(
        line.role == "heading" or len(line.text) > _LONGEST_SIGNATURE for line in lines
    ):
        return lines
    if lines:
        dropped.append(Dropped("\n".join(line.text for line in lines), _written_anew()))
    return []


def _body(lines: Sequence[Line]) -> tuple[Block, ...]:
    """The blocks of the body: headings at levels 2 and 3, whatever levels the document used."""
    levels = sorted({line.block.level for line in lines if line.block.kind == "heading"})
    blocks = []
    for line in lines:
        block = replace(line.block, spans=trimmed(line.block.spans))
        if block.kind == "heading":
            block = replace(block, level=2 if block.level == levels[0] else 3)
        blocks.append(block)
    return tuple(levelled(blocks))
