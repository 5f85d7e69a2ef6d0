"""Which motions have the words that somebody seeks.

Permission comes first: the database says how much of each motion the reader may see, and only in that are the words
sought. So nobody learns of a closed text by guessing at its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Row, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Visibility
from app.associations.models import Association
from app.browsing.words import Floats, Words, worth
from app.kit.compute import compute
from app.matching.engine import Engine
from app.matching.lookup import Answers
from app.motions.models import Demand, Motion
from app.motions.queries import Filter, invited, listed, readable

#: What a word counts in each part of a motion.
FIELDS = {"title": 4.0, "theme": 2.0, "association": 2.0, "demands": 2.0, "body": 1.0}
#: The parts that the index holds, in its order.
INDEXED = ("title", "body", "demands")
#: The database is asked for so many motions by their ids; of more, for all.
MOST_NAMED = 1_000
_OPEN = (Visibility.DEMANDS, Visibility.TEXT)

#: How well each motion answers, and when it changed.
Answered = dict[UUID, tuple[float, datetime]]


@dataclass(frozen=True, slots=True)
class Text:
    """As much of a motion as the reader may see; the rest is empty."""

    changed_at: datetime
    title: str
    body: str
    association: str
    theme: str
    demands: tuple[str, ...]

    @property
    def parts(self) -> dict[str, str]:
        return {
            "title": self.title,
            "theme": self.theme,
            "association": self.association,
            "demands": "\n".join(self.demands),
            "body": self.body,
        }


async def read(
    session: AsyncSession, actor: Actor, where: Filter, words: Words, *, unless_in: Engine | None = None
) -> Answered:
    """The motions that have all the words, by reading those that may have them.

    `unless_in` leaves out what that engine can answer for: motions that are open to all members, unless the actor may
    see more of them than other members, or they go on beyond what it reads.
    """
    fits = [listed(actor, where), _may_answer(actor, words)]
    if unless_in is not None:
        fits.append(~_held(actor, unless_in))
    texts = await texts_of(session, actor, and_(*fits))
    return await compute(_ranked, texts, words)


def _ranked(texts: dict[UUID, Text], words: Words) -> Answered:
    found = np.array([words.found(FIELDS, text.parts) for text in texts.values()]).reshape(-1, len(words.terms))
    totals = words.totals(found.T).tolist()
    pairs = zip(texts.items(), totals, strict=True)
    return {id_: (total, text.changed_at) for (id_, text), total in pairs if total}


async def look_up(session: AsyncSession, actor: Actor, where: Filter, words: Words, engine: Engine) -> Answered:
    """The motions that have all the words, of those that `read` leaves to the engine. No text is read."""
    answers = await compute(engine.having, words.terms, words.graded)
    named = [column.ilike(_pattern(term)) for term in words.terms for column in (Association.name, Motion.theme)]
    fits = [listed(actor, where), _held(actor, engine)]
    if len(answers.ids) <= MOST_NAMED:
        fits.append(or_(Motion.id.in_([UUID(id_) for id_ in answers.ids]), *named))
    # There may be ten thousand motions: a row for each costs more than all the rest.
    each = cast(Motion.id, String) + literal(" ") + cast(Motion.changed_at, String)
    rows = await session.execute(
        select(Association.name, Motion.theme, Motion.visibility, func.aggregate_strings(each, ","))
        .join(Association, Association.id == Motion.association_id)
        .where(*fits)
        .group_by(Association.name, Motion.theme, Motion.visibility)
    )
    return await compute(_judged, rows.all(), answers, words)


def _judged(rows: Sequence[Row[*tuple[Any, ...]]], answers: Answers, words: Words) -> Answered:
    """A row is an association's name, a theme, a visibility, and the motions that have them, as one string."""
    place_of = {id_.replace("-", ""): place for place, id_ in enumerate(answers.ids)}
    motions = [(number, *each.split(" ", 1)) for number, row in enumerate(rows) for each in row[3].split(",")]
    row_of = np.array([number for number, _id, _at in motions], np.int64)
    # One more place, for those that are named by their association or theme alone.
    places = np.array([place_of.get(id_.replace("-", ""), len(answers.ids)) for _number, id_, _at in motions], np.int64)
    values = np.pad(worth(answers.grades, answers.counts), ((0, 0), (0, 0), (0, 1)))[:, :, places]
    # The index may not know yet that a body is no longer open.
    values[INDEXED.index("body")] *= np.array([row[2] == Visibility.TEXT for row in rows], np.bool_)[row_of]
    found: Floats = np.zeros((len(words.terms), len(motions)))
    for number, name in enumerate(INDEXED):
        found = np.maximum(found, FIELDS[name] * values[number])
    for column, name in enumerate(("association", "theme")):
        said = np.array([words.answers(row[column] or "") for row in rows]).reshape(-1, len(found))
        found = np.maximum(found, FIELDS[name] * said[row_of].T)
    totals = words.totals(found).tolist()
    return {UUID(id_): (total, _moment(at)) for (_row, id_, at), total in zip(motions, totals, strict=True) if total}


def _moment(text: str) -> datetime:
    """A time as a database writes it: SQLite without a zone, and then in UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _held(actor: Actor, engine: Engine) -> ColumnElement[bool]:
    """The condition that the engine can answer for a motion: it holds as much of it as the actor may see."""
    as_open = or_(Motion.visibility == Visibility.TEXT, and_(Motion.visibility == Visibility.DEMANDS, ~invited(actor)))
    cut = [UUID(id_) for id_ in engine.cut()]
    return and_(as_open, Motion.id.not_in(cut)) if cut else as_open


def _pattern(needle: str) -> str:
    # What changes with the case is left open where a database may know the letters of English alone.
    return "%" + "".join(letter if letter.isascii() else "_" for letter in needle) + "%"


def _may_answer(actor: Actor, words: Words) -> ColumnElement[bool]:
    titled, textual = (readable(actor, at_least=much) for much in _OPEN)
    return and_(
        *(or_(*(and_(*_with(needles, titled, textual)) for needles in sought.needles)) for sought in words.sought)
    )


def _with(
    needles: tuple[str, ...], titled: ColumnElement[bool], textual: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for needle in needles:
        pattern = _pattern(needle)
        in_demands = select(Demand.motion_id).where(Demand.text.ilike(pattern))
        conditions.append(
            or_(
                and_(titled, or_(Motion.title.ilike(pattern), Motion.id.in_(in_demands))),
                and_(textual, Motion.body.ilike(pattern)),
                Association.name.ilike(pattern),
                Motion.theme.ilike(pattern),
            )
        )
    return conditions


async def texts_of(session: AsyncSession, actor: Actor, fits: ColumnElement[bool]) -> dict[UUID, Text]:
    """The motions that fit, each with as much of it as the reader may see."""
    titled, textual = (readable(actor, at_least=much) for much in _OPEN)
    of_an_association = Association.id == Motion.association_id
    rows = await session.execute(
        select(
            Motion.id,
            Motion.changed_at,
            case((titled, Motion.title), else_=literal("")),
            case((textual, Motion.body), else_=literal("")),
            Association.name,
            Motion.theme,
        )
        .join(Association, of_an_association)
        .where(fits)
    )
    asked = select(Motion.id).join(Association, of_an_association).where(fits, titled)
    demands: dict[UUID, list[str]] = {}
    for motion_id, text in await session.execute(
        select(Demand.motion_id, Demand.text).where(Demand.motion_id.in_(asked)).order_by(Demand.position)
    ):
        demands.setdefault(motion_id, []).append(text)
    return {
        id_: Text(changed_at, title, body, association, theme or "", tuple(demands.get(id_, ())))
        for id_, changed_at, title, body, association, theme in rows
    }
