"""Motions as JSON lines: one object a line, with `id`, `title`, `body`, `demands` and `association`.

`visibility` and `call` may be there; other fields are ignored. Paragraphs of `body` are separated by newlines. Every
line is judged by itself: what is wrong with one keeps no other out. An id that comes twice is no error: the later
line updates what the earlier one made, in one file as in two.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from app.access.roles import Visibility
from app.documents.text import normalise_demand
from app.exchange.paper import clean, line
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.motions.actions import MAX_BODY, MAX_DEMAND, MAX_DEMANDS, MAX_TITLE

#: Bytes of one line, with room for characters that JSON writes as six bytes.
LONGEST_LINE = 3 * 1024 * 1024
LONGEST_ID = 100
LONGEST_NAME = 160
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """A motion to take in. `number` is its line, from 1; demands are normalised; None is what the line left out."""

    number: int
    id: str
    title: str
    body: str
    demands: tuple[str, ...]
    association: str | None
    visibility: Visibility | None
    call: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that did not go in, and why, in words."""

    number: int
    reason: str

    def __str__(self) -> str:
        return _("Line {number}: {reason}", number=self.number, reason=self.reason)


def read(file: BinaryIO) -> Iterator[Row | Refusal]:
    """A row or a refusal for each line, in order; blank lines are passed over. Holds one line at a time."""
    for number, raw in _lines(file):
        if raw is None:
            yield Refusal(number, _("The line is longer than {n} MB.", n=LONGEST_LINE // 2**20))
        elif raw.strip():
            try:
                yield _row(number, _object(raw))
            except Invalid as error:
                yield Refusal(number, error.message)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their numbers; None in place of one that is too long to be held."""
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_BOM)
        if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, raw


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(raw.decode())
    except UnicodeDecodeError:
        raise Invalid(_("The line is not UTF-8. Save the file in that encoding.")) from None
    except (ValueError, RecursionError):
        raise Invalid(_("The line is not a JSON object by itself.")) from None
    if not isinstance(value, dict):
        raise Invalid(_("The line is not a JSON object by itself."))
    return value


def _row(number: int, given: Mapping[str, Any]) -> Row:
    title = line(_text(given, "title") or "")
    if not title:
        raise Invalid(_("The field {field} is missing or empty.", field="title"))
    if len(title) > MAX_TITLE:
        raise Invalid(_("The title is too long. At most {n} characters can be taken in.", n=MAX_TITLE))
    body = clean(_text(given, "body") or "").strip()
    if len(body) > MAX_BODY:
        raise Invalid(_("The text is too long. At most {n} characters can be taken in.", n=MAX_BODY))
    return Row(
        number=number,
        id=_id(given.get("id")),
        title=title,
        body=body,
        demands=_demands(given.get("demands")),
        association=_name(given, "association"),
        visibility=_visibility(given.get("visibility")),
        call=_name(given, "call"),
    )


def _id(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise Invalid(_("The field {field} is missing or empty.", field="id"))
    if not isinstance(value, str) or not line(value) or len(value) > LONGEST_ID:
        raise Invalid(_("The field {field} must be a text of at most {n} characters.", field="id", n=LONGEST_ID))
    return line(value)


def _text(given: Mapping[str, Any], field: str) -> str | None:
    value = given.get(field)
    if value is not None and not isinstance(value, str):
        raise Invalid(_("The field {field} must be a text.", field=field))
    return value


def _name(given: Mapping[str, Any], field: str) -> str | None:
    name = line(_text(given, field) or "")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("The field {field} must be a text of at most {n} characters.", field=field, n=LONGEST_NAME))
    return name or None


def _demands(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(demand, str) for demand in value):
        raise Invalid(_("The field {field} must be a list of texts.", field="demands"))
    if len(value) > MAX_DEMANDS:
        raise Invalid(_("There are too many demands. At most {n} can be taken in.", n=MAX_DEMANDS))
    if any(len(demand) > MAX_DEMAND for demand in value):
        raise Invalid(_("A demand is too long. At most {n} characters can be taken in.", n=MAX_DEMAND))
    return tuple(filter(None, (normalise_demand(clean(demand)) for demand in value)))


def _visibility(value: object) -> Visibility | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in set(Visibility):
        names = ", ".join(Visibility)
        raise Invalid(_("The field {field} must be one of: {names}.", field="visibility", names=names))
    return Visibility(value)
