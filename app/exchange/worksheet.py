"""A sheet on which a motion is written by hand, for whoever has no screen: large letters, ruled lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import zip_longest

import segno

from app.exchange import wording
from app.exchange.paper import clean, line
from app.exchange.typesetting import typeset

_LINES = 6
#: Demands to write, and as many as are printed of those that there are.
_OWN_DEMANDS = 4
_MOST_DEMANDS = 20
_MOST_HEADINGS = 12


@dataclass(frozen=True, slots=True)
class Invitation:
    """How whoever has a phone comes into the motion: the link, its code, and where the code is typed."""

    url: str
    code: str
    join_address: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    """`headings` and `hints` are the call's; `title` and `demands` those of the motion, empty on a blank sheet."""

    call: str
    recipient: str
    headings: Sequence[str]
    hints: Sequence[str]
    deadline_at: datetime | None
    title: str
    demands: Sequence[str]
    invitation: Invitation | None


def worksheet(sheet: Worksheet, dated: date) -> bytes:
    """The sheet as .pdf: A4, PDF/UA-1."""
    demands = [text for text in map(line, sheet.demands) if text][:_MOST_DEMANDS]
    data = {
        "title": wording.WORKSHEET,
        "addressed": wording.addressed(line(sheet.call), line(sheet.recipient)),
        "creators": [],
        "deadline": wording.send_before(sheet.deadline_at) if sheet.deadline_at else None,
        "given_title": line(sheet.title) or None,
        "sections": list(_sections(sheet.headings, sheet.hints)),
        "demands": [*demands, *("att" for _ in range(_OWN_DEMANDS if not demands else 2))],
        **_invitation(sheet.invitation),
        "words": {
            "title": wording.TITLE,
            "demands": wording.DEMANDS,
            "hint": wording.DEMANDS_HINT,
            "names": wording.NAMES,
            "page": wording.PAGE,
            "of": wording.OF,
        },
    }
    return typeset("worksheet.typ", data, dated)


def _sections(headings: Sequence[str], hints: Sequence[str]) -> Iterable[dict[str, object]]:
    given = [(line(heading), clean(hint)) for heading, hint in zip_longest(headings, hints, fillvalue="")]
    sections = [(heading, hint) for heading, hint in given if heading][:_MOST_HEADINGS]
    for heading, hint in sections or [(wording.REASONS, wording.REASONS_HINT)]:
        yield {"heading": heading, "hint": hint or None, "lines": _LINES if sections else 2 * _LINES}


def _invitation(invitation: Invitation | None) -> dict[str, object]:
    if invitation is None:
        return {"code": None}
    out = BytesIO()
    segno.make(invitation.url, error="m").save(out, kind="svg", border=0, scale=4)
    return {
        "code": invitation.code,
        "join": wording.JOIN,
        "address": invitation.join_address,
        "square": out.getvalue().decode(),
        "square_says": wording.SQUARE,
    }
