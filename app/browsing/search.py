"""Motions sought by what they say, who writes them and what they are about; for the page and for the API alike.

How motions are found that have the words is in `app.browsing.finding`: in as much of each as the reader may see.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.browsing.finding import Text, look_up, read, texts_of
from app.browsing.words import Marked, Parts, Words
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.matching.engine import Engine
from app.motions import queries
from app.motions.models import Motion
from app.motions.queries import Filter, MotionRow

#: Letters of a search that are read.
LONGEST_SEARCH = 200
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


async def browse(
    session: AsyncSession,
    actor: Actor,
    where: Filter,
    words: Words,
    *,
    engine: Engine | None = None,
    order: Order = "relevance",
    after: Place | None = None,
    limit: int = queries.PAGE,
) -> Page:
    """A page of the motions that fit the filter and have all the words, those that answer best first, or the latest.

    With an `engine`, which holds the open motions, words are looked up there, and only what it does not hold is read.
    """
    if words.is_noise:
        return Page()
    if not words:
        since = (after[1], after[2]) if after is not None else None
        rows, following = await queries.motions(session, actor, where, after=since, limit=limit)
        total = await queries.count(session, actor, where)
        return Page([Hit(row) for row in rows], total, (0.0, *following) if following is not None else None)
    if engine is not None and words.are_telling:
        answered = await look_up(session, actor, where, words, engine)
        answered |= await read(session, actor, where, words, unless_in=engine)
    else:
        answered = await read(session, actor, where, words)
    places = sorted(
        ((score if order == "relevance" else 0.0, at, id_) for id_, (score, at) in answered.items()), reverse=True
    )
    begin = 0 if after is None else next((n for n, place in enumerate(places) if place < after), len(places))
    shown = places[begin : begin + limit]
    ids = [place[2] for place in shown]
    rows_by_id = await queries.by_ids(session, actor, ids)
    texts = await texts_of(session, actor, Motion.id.in_(ids))
    hits = [_hit(rows_by_id[id_], texts[id_], words) for id_ in ids if id_ in rows_by_id and id_ in texts]
    return Page(hits, len(places), shown[-1] if begin + limit < len(places) else None)


def _hit(row: MotionRow, text: Text, words: Words) -> Hit:
    passages = [*text.demands, *text.body.split("\n")]
    return Hit(row, words.marked(row.title) if row.title else None, words.excerpt(passages))


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
