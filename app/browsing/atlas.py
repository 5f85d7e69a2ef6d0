"""The map of a call, as one reader may see it: which motions are about one matter, and where they stand.

Only motions that are on the reader's own map take part: those that their authors have opened at least to title and
demands, and those handed in that the reader receives. A draft that is not open is on nobody's map, its authors'
neither.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from sqlalchemy import case, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Visibility
from app.browsing.picture import Picture, Plot, drawn
from app.calls.models import Call
from app.kit.db import Database
from app.matching.cards import Demand, MotionCard
from app.matching.engine import Engine
from app.matching.feed import Feed
from app.matching.grouping import Cluster
from app.motions import queries
from app.motions.models import Demand as DemandRow
from app.motions.models import Motion, Status
from app.motions.queries import Filter, MotionRow, readable

#: Motions that are compared with each other, and points on one picture, at the most: the latest, and of those the
#: ones in company first.
MOST_COMPARED = 2_000
MOST_DRAWN = 240
#: Maps that are kept. Each belongs to those who see the same motions in the same words.
KEPT = 32
#: The two widths that a picture is drawn in, with the radius of its points.
WIDE, WIDE_POINT = 1080.0, 17.0
NARROW, NARROW_POINT = 360.0, 15.0
#: Words of a group's label, and how many letters of them are shown: wider ones would push each other from where they
#: belong, and on a phone two stand side by side.
MOST_WORDS = 3
LONG_LABEL = 26
SHORT_LABEL = 19
#: Letters of the line that counts associations.
FEWEST_LETTERS = 14
#: Colours that associations have. There may be more associations: their numbers tell them apart, and in one ring no two
#: have the same colour while there are enough.
COLORS = 8


@dataclass(frozen=True, slots=True)
class Association:
    """An association on the map, with the number that its points carry and their colour, 0 to COLORS - 1."""

    number: int
    name: str
    color: int


@dataclass(frozen=True, slots=True)
class Group:
    """Motions on one matter, or one motion alone. `words` stand in their texts."""

    number: int
    words: tuple[str, ...]
    motions: tuple[MotionRow, ...]

    @property
    def label(self) -> str:
        """As many of the words as fit."""
        return _fitting(self.words, LONG_LABEL)

    @property
    def short_label(self) -> str:
        return _fitting(self.words, SHORT_LABEL)

    @property
    def associations(self) -> int:
        return len({motion.association_id for motion in self.motions})

    @property
    def is_shared(self) -> bool:
        """Whether several associations write about the same matter."""
        return self.associations > 1

    @property
    def handed_in(self) -> int:
        return sum(motion.status != Status.DRAFT for motion in self.motions)

    @property
    def themes(self) -> list[str]:
        """The themes of its motions, the most frequent first."""
        counts: dict[str, int] = {}
        for motion in self.motions:
            if motion.theme:
                counts[motion.theme] = counts.get(motion.theme, 0) + 1
        return sorted(counts, key=lambda theme: (-counts[theme], theme))


@dataclass(frozen=True, slots=True)
class Map:
    """A call's motions as one reader sees them.

    `groups` are those with company, what most associations write about first, and `alone` the rest. `themed` show no
    more than their theme; `closed` counts the reader's own that are not on the map. `drawn` are the groups on the
    pictures, in the order of their discs. `is_cut`: some motions are in the table alone. `left_out`: there are more
    than were compared.
    """

    groups: tuple[Group, ...]
    alone: tuple[Group, ...]
    themed: tuple[MotionRow, ...]
    closed: int
    associations: Mapping[UUID, Association]
    drawn: tuple[Group, ...]
    wide: Picture[UUID]
    narrow: Picture[UUID]
    is_cut: bool
    left_out: bool

    @property
    def has_motions(self) -> bool:
        return bool(self.groups or self.alone)


#: All that a map is made of: who has the same may be shown the same.
_Key = tuple[frozenset[MotionCard], frozenset[tuple[UUID, UUID]]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is kept of a map: ids, words and places, no titles."""

    clusters: tuple[Cluster[UUID], ...]
    on_picture: int
    wide: Picture[UUID]
    narrow: Picture[UUID]


class Atlas:
    """Makes maps, and keeps the latest for whoever sees the same motions."""

    def __init__(self, database: Database, feed: Feed) -> None:
        self._database = database
        self._feed = feed
        self._plans: OrderedDict[_Key, asyncio.Future[_Plan]] = OrderedDict()

    async def map_of(self, call: Call, actor: Actor) -> Map:
        """The call's map as the actor may see it. What takes long is done in a thread, once for all who see the
        same."""
        async with self._database.reading() as session:
            rows, following = await queries.motions(session, actor, Filter(call_id=call.id), limit=MOST_COMPARED)
            shown = {row.id: row for row in rows if _is_shown(row)}
            rest = [row for row in rows if row.id not in shown]
            read = await self._cards(session, actor, list(shown))
        plan = await self._planned(read, {row.id: row.association_id for row in shown.values()})
        return _assembled(plan, shown, rest, left_out=following is not None)

    async def _cards(self, session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> list[MotionCard]:
        """The motions' texts, as far as the actor may read them: the index's own, unless it lacks one of them."""
        held = [card for id_ in ids if (card := self._feed.engine.card(str(id_))) is not None]
        if len(held) == len(ids):
            return held
        demands: dict[UUID, list[Demand]] = {}
        for each in await session.scalars(
            select(DemandRow).where(DemandRow.motion_id.in_(ids)).order_by(DemandRow.position)
        ):
            demands.setdefault(each.motion_id, []).append(Demand(each.id, each.text))
        body = case((readable(actor, at_least=Visibility.TEXT), Motion.body), else_=literal(""))
        titled = readable(actor, at_least=Visibility.DEMANDS)
        rows = await session.execute(select(Motion.id, Motion.title, body).where(Motion.id.in_(ids), titled))
        return [MotionCard(str(id_), title, text, tuple(demands.get(id_, ()))) for id_, title, text in rows]

    async def _planned(self, read: Sequence[MotionCard], of: Mapping[UUID, UUID]) -> _Plan:
        key = frozenset(read), frozenset(of.items())
        future = self._plans.get(key)
        if future is None or future.cancelled() or (future.done() and future.exception() is not None):
            future = asyncio.ensure_future(asyncio.to_thread(_plan, self._feed.engine, list(read), dict(of)))
            self._plans[key] = future
            while len(self._plans) > KEPT:
                self._plans.popitem(last=False)
        self._plans.move_to_end(key)
        # One who leaves the page does not take the map away from those who wait for the same.
        return await asyncio.shield(future)


def _is_shown(row: MotionRow) -> bool:
    is_open = row.visibility in {Visibility.DEMANDS, Visibility.TEXT}
    return row.title is not None and (is_open or row.status != Status.DRAFT)


def _plan(engine: Engine, read: list[MotionCard], of: dict[UUID, UUID]) -> _Plan:
    if not all(card.id in engine for card in read):
        engine = Engine(read)
    ids = sorted(of)
    clusters = tuple(
        sorted(
            engine.clusters(ids),
            key=lambda each: (-len({of[id_] for id_ in each.members}), -len(each.members), min(each.members)),
        )
    )
    layout = engine.layout(ids)
    points = accumulate(len(each.members) for each in clusters)
    count = sum(so_far <= MOST_DRAWN for so_far in points)
    wide = [_plot(each, of, _fitting(each.words[:MOST_WORDS], LONG_LABEL)) for each in clusters[:count]]
    narrow = [_plot(each, of, _fitting(each.words[:MOST_WORDS], SHORT_LABEL)) for each in clusters[:count]]
    return _Plan(
        clusters,
        count,
        drawn(wide, layout, width=WIDE, radius=WIDE_POINT),
        drawn(narrow, layout, width=NARROW, radius=NARROW_POINT),
    )


def _plot(cluster: Cluster[UUID], of: Mapping[UUID, UUID], label: str) -> Plot[UUID]:
    if len(cluster.members) == 1:
        return Plot(cluster.members)
    is_shared = len({of[id_] for id_ in cluster.members}) > 1
    return Plot(cluster.members, 2 if is_shared else 1, max(len(label), FEWEST_LETTERS if is_shared else 0))


def _fitting(words: Sequence[str], most: int) -> str:
    label = ""
    for word in words:
        longer = f"{label}, {word}" if label else word
        if len(longer) <= most:
            label = longer
    return label or (f"{words[0][: most - 1]}…" if words else "")


def _assembled(plan: _Plan, shown: Mapping[UUID, MotionRow], rest: Sequence[MotionRow], *, left_out: bool) -> Map:
    groups = tuple(
        Group(number, cluster.words[:MOST_WORDS], tuple(shown[id_] for id_ in cluster.members))
        for number, cluster in enumerate(plan.clusters, start=1)
    )
    names = sorted({(row.association, row.association_id) for row in shown.values()})
    colors = _colors([id_ for _name, id_ in names], groups)
    return Map(
        groups=tuple(group for group in groups if len(group.motions) > 1),
        alone=tuple(group for group in groups if len(group.motions) == 1),
        themed=tuple(row for row in rest if row.title is None),
        closed=sum(row.title is not None for row in rest),
        associations={id_: Association(number, name, colors[id_]) for number, (name, id_) in enumerate(names, start=1)},
        drawn=groups[: plan.on_picture],
        wide=plan.wide,
        narrow=plan.narrow,
        is_cut=plan.on_picture < len(groups),
        left_out=left_out,
    )


def _colors(ids: Sequence[UUID], groups: Sequence[Group]) -> dict[UUID, int]:
    """A colour for each: by turns, and another one where somebody in the same ring has it."""
    beside: dict[UUID, set[UUID]] = {id_: set() for id_ in ids}
    for group in groups:
        members = {motion.association_id for motion in group.motions}
        for id_ in members:
            beside[id_] |= members - {id_}
    colors: dict[UUID, int] = {}
    for place, id_ in enumerate(ids):
        taken = [colors[other] for other in beside[id_] if other in colors]
        by_turns = [(place + step) % COLORS for step in range(COLORS)]
        colors[id_] = min(by_turns, key=taken.count)
    return colors
