"""Finding motions for somebody: permission first, likeness after."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Visibility
from app.associations.models import Association
from app.calls.models import Call
from app.documents.text import MotionText
from app.kit import clock
from app.kit.compute import compute
from app.kit.db import Database
from app.matching.cards import Demand, DemandPair, Marks, Match, Query
from app.matching.feed import Feed
from app.matching.models import Dismissal
from app.matching.sentences import say
from app.motions.models import Motion
from app.motions.queries import readable

MAX_RESULTS = 50
#: More than are asked for, since the table has the last word on each.
SPARE = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A motion that resembles the text that asked, as much of it as the reader may see.

    `marks` are the words that both texts share, for `app.matching.marks.pieces`; none unless they were asked for.
    """

    motion: Motion
    association: str
    call: Call
    score: float
    reasons: tuple[str, ...]
    pairs: tuple[DemandPair, ...]
    marks: Marks

    @property
    def is_earlier(self) -> bool:
        """Whether it belongs to a call that is over: to be read and built on, and no longer to be backed."""
        return self.call.is_over


@dataclass(frozen=True, slots=True)
class Beside:
    """What resembles a motion, best first: what is written for this call or another open one, and what once was."""

    present: list[Found]
    earlier: list[Found]


def query_of(text: MotionText) -> Query:
    return Query(text.title, text.body_text, tuple(Demand(demand.id, demand.text) for demand in text.demands))


async def find(
    database: Database,
    feed: Feed,
    actor: Actor,
    query: Query,
    *,
    leave_out: Collection[UUID] = (),
    limit: int = 10,
    at_least: float = 0.0,
    marked: bool = False,
) -> list[Found]:
    """The motions that resemble `query` most, of those that the actor may see and that are not to be left out, and
    whose score is `at_least` so high; of whatever call. Each has a reason: none is found that has nothing to show.

    The engine holds what every member may see and nothing else, so whoever is no member finds nothing; and what has
    been hidden a moment ago is taken out once more by the table's own condition before anything is shown.
    """
    wanted = min(limit, MAX_RESULTS)
    found = await _found(database, feed, actor, query, leave_out, wanted, at_least, apart=(), marked=marked)
    return found[:wanted]


async def find_beside(
    database: Database,
    feed: Feed,
    actor: Actor,
    query: Query,
    *,
    leave_out: Collection[UUID] = (),
    limit: int = 10,
    earlier: int = 3,
    at_least: float = 0.0,
) -> Beside:
    """As `find`, with what was written for calls that are over by itself, `earlier` motions at most: it takes the place
    of none that one can still write with or back."""
    if not actor.is_member:
        return Beside([], [])
    async with database.reading() as session:
        over = await session.scalars(select(Call.name).where(Call.deadline_at < clock.now()))
        apart = frozenset(over)
    wanted = min(max(limit, earlier), MAX_RESULTS)
    found = await _found(database, feed, actor, query, leave_out, wanted, at_least, apart, marked=True)
    return Beside(
        [each for each in found if not each.is_earlier][:limit], [each for each in found if each.is_earlier][:earlier]
    )


async def _found(
    database: Database,
    feed: Feed,
    actor: Actor,
    query: Query,
    leave_out: Collection[UUID],
    wanted: int,
    at_least: float,
    apart: Collection[str],
    *,
    marked: bool,
) -> list[Found]:
    if not actor.is_member:
        return []
    without = {str(id_) for id_ in leave_out}
    matches = await compute(feed.engine.rank, query, lambda id_: id_ not in without, wanted + SPARE, apart, marked)
    async with database.reading() as session:
        held = await _visible(session, actor, matches)
    return [
        Found(motion, association, call, match.score, tuple(map(say, match.reasons)), match.demand_pairs, match.marks)
        for match in matches
        if match.score >= at_least and match.reasons and (row := held.get(match.id)) is not None
        for motion, association, call in (row,)
    ]


async def _visible(
    session: AsyncSession, actor: Actor, matches: Collection[Match]
) -> dict[str, tuple[Motion, str, Call]]:
    rows = await session.execute(
        select(Motion, Association.name, Call)
        .join(Association, Association.id == Motion.association_id)
        .join(Call, Call.id == Motion.call_id)
        .where(
            Motion.id.in_([UUID(match.id) for match in matches]),
            readable(actor, at_least=Visibility.DEMANDS),
        )
    )
    return {str(motion.id): (motion, association, call) for motion, association, call in rows}


async def on_the_theme(session: AsyncSession, actor: Actor, motion: Motion) -> list[str]:
    """The names of the other associations that let members know of a motion on the same theme in the same call, and of
    nothing more."""
    if motion.theme is None or not actor.is_member:
        return []
    rows = await session.scalars(
        select(Association.name)
        .join(Motion, Motion.association_id == Association.id)
        .where(
            Motion.visibility == Visibility.THEME,
            Motion.theme == motion.theme,
            Motion.call_id == motion.call_id,
            Motion.association_id != motion.association_id,
        )
        .distinct()
        .order_by(Association.name)
    )
    return list(rows)


async def left_out(session: AsyncSession, actor: Actor, motion: Motion) -> set[UUID]:
    """What is not suggested beside the motion: itself, the association's other motions, and what this person has
    found not relevant there."""
    own = await session.scalars(select(Motion.id).where(Motion.association_id == motion.association_id))
    dismissed = await session.scalars(
        select(Dismissal.other_id).where(Dismissal.motion_id == motion.id, Dismissal.person_id == actor.person_id)
    )
    return {motion.id, *own, *dismissed}
