"""Motions sought by what they say, who writes them and what they are about; for the page and for the API alike.

Permission comes first: the database hands out no more of a motion than the reader may see, and only in that are the
words sought. So nobody learns of a closed text by guessing at its words.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Visibility
from app.associations.models import Association
from app.browsing.words import Marked, Parts, Words
from app.kit.compute import compute
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.motions import queries
from app.motions.models import Demand, Motion
from app.motions.queries import Filter, MotionRow, listed, readable

#: Letters of a search that are read.
LONGEST_SEARCH = 200
#: What a word counts in each part of a motion.
FIELDS = {"title": 4.0, "theme": 2.0, "association": 2.0, "demands": 2.0, "body": 1.0}

Order = Literal["relevance", "date"]
#: Where a page of a list ends: (how well the motion answers, when it changed, its id). By date all answer alike.
Place = tuple[float, datetime, UUID]


@dataclass(frozen=True, slots=True)
class Hit:
    """A motion that was found: its title and an excerpt with the words that were sought marked. Both are None where
    nothing of the kind is open to the reader or answers."""

    motion: MotionRow
    title: Marked | None = None
    excerpt: Marked | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts what the reader may see and nothing else; `following` is where the next page begins."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    following: Place | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: UUID
    changed_at: datetime
    texts: dict[str, str]
    demands: tuple[str, ...]


async def browse(
    session: AsyncSession,
    actor: Actor,
    where: Filter,
    words: Words,
    *,
    order: Order = "relevance",
    after: Place | None = None,
    limit: int = queries.PAGE,
) -> Page:
    """A page of the motions that fit the filter and have all the words, those that answer best first, or the latest."""
    if words.is_noise:
        return Page()
    if not words:
        since = (after[1], after[2]) if after is not None else None
        rows, following = await queries.motions(session, actor, where, after=since, limit=limit)
        total = await queries.count(session, actor, where)
        return Page([Hit(row) for row in rows], total, (0.0, *following) if following is not None else None)
    candidates = await _candidates(session, actor, where, words)
    found = await compute(_ranked, candidates, words, order)
    places = list(found)
    begin = 0 if after is None else next((n for n, place in enumerate(places) if place < after), len(places))
    shown = places[begin : begin + limit]
    rows_by_id = await queries.by_ids(session, actor, [place[2] for place in shown])
    hits = [_hit(rows_by_id[place[2]], found[place], words) for place in shown if place[2] in rows_by_id]
    return Page(hits, len(places), shown[-1] if begin + limit < len(places) else None)


def _ranked(candidates: list[_Candidate], words: Words, order: Order) -> dict[Place, _Candidate]:
    found: dict[Place, _Candidate] = {}
    for each in candidates:
        score = words.score(FIELDS, each.texts)
        if score:
            found[(score if order == "relevance" else 0.0, each.changed_at, each.id)] = each
    return dict(sorted(found.items(), reverse=True))


def _hit(row: MotionRow, candidate: _Candidate, words: Words) -> Hit:
    passages = [*candidate.demands, *candidate.texts["body"].split("\n")]
    return Hit(row, words.marked(row.title) if row.title else None, words.excerpt(passages))


def _pattern(needle: str) -> str:
    # What changes with the case is left open where a database may know the letters of English alone.
    return "%" + "".join(letter if letter.isascii() else "_" for letter in needle) + "%"


def _may_answer(
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


async def _candidates(session: AsyncSession, actor: Actor, where: Filter, words: Words) -> list[_Candidate]:
    """The motions that may have all the words, each with as much of it as the reader may see."""
    titled = readable(actor, at_least=Visibility.DEMANDS)
    textual = readable(actor, at_least=Visibility.TEXT)
    fits = and_(
        listed(actor, where),
        *(or_(*(and_(*_may_answer(each, titled, textual)) for each in sought.needles)) for sought in words.sought),
    )
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
    return [
        _Candidate(
            id_,
            changed_at,
            {
                "title": title,
                "body": body,
                "association": association,
                "theme": theme or "",
                "demands": "\n".join(demands.get(id_, ())),
            },
            tuple(demands.get(id_, ())),
        )
        for id_, changed_at, title, body, association, theme in rows
    ]


def words_of(typed: str | None, parts: Parts) -> Words:
    return Words((typed or "")[:LONGEST_SEARCH], parts)


def write_cursor(place: Place) -> str:
    score, changed_at, motion_id = place
    return urlsafe_b64encode(f"{score!r} {changed_at.isoformat()} {motion_id.hex}".encode()).decode()


def read_cursor(cursor: str | None) -> Place | None:
    """Where the next page begins; refuses what `write_cursor` never wrote."""
    if not cursor:
        return None
    try:
        score, at, id_ = urlsafe_b64decode(cursor.encode()).decode().split(" ")
        place = float(score), datetime.fromisoformat(at), UUID(id_)
        if place[1].tzinfo is None or not isfinite(place[0]):
            raise ValueError(cursor)
    except ValueError:
        text = _("The cursor is not one that this list gave. Begin again without it.")
        raise Invalid(text, fields={"cursor": text}) from None
    return place
