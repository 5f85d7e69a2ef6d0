"""Keeps one process's engine in step with the motions: built when the process starts, brought up to date when a motion
changes here, and by looking every few seconds for what other processes have changed.

Only what every member may see goes in. A motion that is hidden, or shows its theme alone, is never in the engine, so it
can be neither found nor learnt from.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.roles import Visibility
from app.associations.models import Association
from app.calls.models import Call
from app.kit import clock
from app.kit.db import Database
from app.matching.cards import Demand, MotionCard, Query
from app.matching.engine import Engine
from app.matching.events import SuggestionsChanged
from app.motions.events import MotionChanged
from app.motions.models import Demand as DemandRow
from app.motions.models import Motion

log = logging.getLogger("verkstad.matching")

#: Seconds between two looks for what other processes have changed.
POLL = 3.0
#: Looks between two that compare everything, for motions that are no longer there at all.
THOROUGH = 20
#: Clocks of nodes differ, and a commit comes later than the time that is written in it.
OVERLAP = timedelta(seconds=30)
#: Motions read at a time.
BATCH = 500
#: The engine learns anew when this share of its motions has changed; after that it rests so many times as long as it
#: took, and REFIT_PAUSE seconds at least.
REFIT_SHARE = 0.01
REFIT_RESTS = 20
REFIT_PAUSE = 5.0
#: Seconds after which it learns anew however few have changed.
REFIT_LATEST = 600.0
#: Motions whose pages are told when one that resembles theirs has changed.
TOLD = 10
_OPEN = (Visibility.DEMANDS, Visibility.TEXT)


class Feed:
    """One process's engine and what keeps it up to date. Not ready before `run()` has built it once."""

    def __init__(self, database: Database) -> None:
        self.engine = Engine()
        self._database = database
        self._changed: set[UUID] = set()
        self._wake = asyncio.Event()
        self._built = False
        self._seen_until: datetime | None = None
        #: When each motion that changed lately had changed last, when it was taken in.
        self._seen: dict[UUID, datetime] = {}
        self._looks = 0
        self._refitting: asyncio.Task[None] | None = None
        self._refitted_at = self._rested_at = 0.0
        database.events.subscribe(MotionChanged, self._on_motion)

    def missing(self) -> str | None:
        """Why suggestions can't be given yet; None when they can."""
        return None if self._built else "the index of motions is being built"

    async def _on_motion(self, event: MotionChanged) -> None:
        self._changed.add(event.motion_id)
        self._wake.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while not self._built:
            try:
                await self.build()
            except Exception:
                log.exception("index_not_built")
                await asyncio.sleep(POLL)
        try:
            while True:
                await self._next_look()
                try:
                    await self.follow()
                except Exception:
                    log.exception("index_not_updated")
                self._refit_if_due()
        finally:
            if self._refitting is not None:
                self._refitting.cancel()

    async def _next_look(self) -> None:
        """Returns when something has changed here, or when it is time to see what has changed elsewhere."""
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await self._wake.wait()
        self._wake.clear()

    async def build(self) -> None:
        """Reads all motions and learns from them."""
        self._seen_until = clock.now()
        after: UUID | None = None
        while True:
            async with self._database.reading() as session:
                query = select(Motion).where(Motion.visibility.in_(_OPEN)).order_by(Motion.id).limit(BATCH)
                motions = list(await session.scalars(query if after is None else query.where(Motion.id > after)))
                read = await cards(session, motions)
            await asyncio.to_thread(self.engine.put_all, read)
            if len(motions) < BATCH:
                break
            after = motions[-1].id
        await self.refit(from_nothing=True)
        self._built = True

    async def follow(self) -> None:
        """Takes in what has changed here or elsewhere, and tells whose suggestions may be others now."""
        here, self._changed = self._changed, set()
        self._looks += 1
        now = clock.now()
        since = (self._seen_until or now) - OVERLAP
        async with self._database.reading() as session:
            rows = await session.execute(select(Motion.id, Motion.changed_at).where(Motion.changed_at >= since))
            recent = dict(rows.all())
            changed = {id_ for id_, at in recent.items() if self._seen.get(id_) != at} | here
            if self._looks % THOROUGH == 0:
                changed |= await self._no_longer_open(session)
        ids = sorted(changed)
        for start in range(0, len(ids), BATCH):
            await self._take_in(ids[start : start + BATCH])
        self._seen_until, self._seen = now, recent
        await self._tell(changed)

    async def _take_in(self, ids: Sequence[UUID]) -> None:
        """Brings the engine up to date with these motions, whatever has become of them."""
        async with self._database.reading() as session:
            query = select(Motion).where(Motion.id.in_(ids), Motion.visibility.in_(_OPEN))
            motions = list(await session.scalars(query))
            read = await cards(session, motions)
        for id_ in set(ids) - {motion.id for motion in motions}:
            self.engine.remove(str(id_))
        await asyncio.to_thread(self.engine.put_all, read)

    async def _no_longer_open(self, session: AsyncSession) -> set[UUID]:
        """The motions in the engine that are not open to all members any more, or gone without a trace."""
        there = set(await session.scalars(select(Motion.id).where(Motion.visibility.in_(_OPEN))))
        return {UUID(id_) for id_ in self.engine.ids()} - there

    async def _tell(self, changed: Collection[UUID]) -> None:
        """Tells the pages of these motions, and of those that resemble them, to look at their suggestions again."""
        told = set(changed)
        if len(changed) <= TOLD:
            for id_ in changed:
                card = self.engine.card(str(id_))
                if card is not None:
                    query = Query(card.title, card.body, card.demands)
                    near = await asyncio.to_thread(self.engine.rank, query, None, TOLD)
                    told |= {UUID(match.id) for match in near}
        await self._database.events.deliver([SuggestionsChanged(id_) for id_ in told])

    def _refit_if_due(self) -> None:
        now, pending = asyncio.get_running_loop().time(), self.engine.pending
        due = pending > REFIT_SHARE * len(self.engine) or (pending and now >= self._refitted_at + REFIT_LATEST)
        busy = self._refitting is not None and not self._refitting.done()
        if due and not busy and now >= self._rested_at:
            self._refitting = asyncio.create_task(self._refit_beside())

    async def _refit_beside(self) -> None:
        try:
            await self.refit()
        except Exception:
            log.exception("index_not_refitted")

    async def refit(self, *, from_nothing: bool = False) -> None:
        """Has the engine learn anew, in a thread of its own; queries and changes go on meanwhile."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.to_thread(self.engine.refit, from_nothing=from_nothing)
        self._refitted_at = loop.time()
        self._rested_at = self._refitted_at + max(REFIT_PAUSE, REFIT_RESTS * (self._refitted_at - began))


async def cards(session: AsyncSession, motions: Sequence[Motion]) -> list[MotionCard]:
    """As much of each motion as every member may see."""
    ids = [motion.id for motion in motions]
    demands: dict[UUID, list[Demand]] = {}
    rows = await session.scalars(
        select(DemandRow).where(DemandRow.motion_id.in_(ids)).order_by(DemandRow.motion_id, DemandRow.position)
    )
    for row in rows:
        demands.setdefault(row.motion_id, []).append(Demand(row.id, row.text))
    associations = await _names(session, Association, {motion.association_id for motion in motions})
    calls = await _names(session, Call, {motion.call_id for motion in motions})
    return [
        MotionCard(
            id=str(motion.id),
            title=motion.title,
            body=motion.body if motion.visibility == Visibility.TEXT else "",
            demands=tuple(demands.get(motion.id, ())),
            association=associations[motion.association_id],
            call=calls[motion.call_id],
        )
        for motion in motions
    ]


async def _names(session: AsyncSession, kind: type[Association | Call], ids: set[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(kind.id, kind.name).where(kind.id.in_(ids)))
    return dict(rows.all())
