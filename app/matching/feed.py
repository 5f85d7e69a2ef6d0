"""Keeps one process's engine in step with the motions: built when the process starts, brought up to date when a motion
changes here, and by looking every few seconds for what other processes have changed.

Only what every member may see goes in. A motion that is hidden, or shows its theme alone, is never in the engine, so it
can be neither found nor learnt from.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.roles import Visibility
from app.associations.models import Association
from app.calls.models import Call
from app.kit import clock
from app.kit.db import Database
from app.matching.cards import Demand, MotionCard
from app.matching.engine import Engine
from app.matching.events import SuggestionsChanged
from app.motions.events import MotionChanged
from app.motions.models import Demand as DemandRow
from app.motions.models import Motion

log = logging.getLogger("verkstad.matching")

#: Seconds between two looks for what other processes have changed.
POLL = 3.0
#: Clocks of nodes differ, and a commit comes later than the time that is written in it.
OVERLAP = timedelta(seconds=30)
#: Motions read at a time.
BATCH = 500
#: The engine learns anew when this share of its motions has changed, but not more often than every REFIT_PAUSE seconds.
REFIT_SHARE = 0.05
REFIT_PAUSE = 20.0
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
        self._refitted_at = 0.0
        database.events.subscribe(MotionChanged, self._on_motion)

    def missing(self) -> str | None:
        """Why suggestions can't be given yet; None when they can."""
        return None if self._built else "the index of motions is being built"

    async def _on_motion(self, event: MotionChanged) -> None:
        self._changed.add(event.motion_id)
        self._wake.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                await self.build()
                break
            except Exception:
                log.exception("index_not_built")
                await asyncio.sleep(POLL)
        while True:
            try:
                async with asyncio.timeout(POLL):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self.follow()
            except Exception:
                log.exception("index_not_updated")

    async def build(self) -> None:
        """Reads all motions and learns from them."""
        self._seen_until = clock.now()
        after: UUID | None = None
        while True:
            async with self._database.reading() as session:
                query = select(Motion).where(Motion.visibility.in_(_OPEN)).order_by(Motion.id).limit(BATCH)
                motions = list(await session.scalars(query if after is None else query.where(Motion.id > after)))
                for card in await cards(session, motions):
                    self.engine.put(card)
            if len(motions) < BATCH:
                break
            after = motions[-1].id
        await self._refit(from_nothing=True)
        self._built = True

    async def follow(self) -> None:
        """Takes in what has changed here or elsewhere, and tells whose suggestions may be others now."""
        mine, self._changed = self._changed, set()
        since = (self._seen_until or clock.now()) - OVERLAP
        self._seen_until = clock.now()
        async with self._database.reading() as session:
            rows = await session.scalars(select(Motion).where((Motion.changed_at >= since) | Motion.id.in_(mine)))
            motions = list(rows)
            opened = await cards(session, [motion for motion in motions if motion.visibility in _OPEN])
        for card in opened:
            self.engine.put(card)
        for motion in motions:
            if motion.visibility not in _OPEN:
                self.engine.remove(str(motion.id))
        if self.engine.pending > REFIT_SHARE * len(self.engine):
            await self._refit()
        await self._database.events.deliver([SuggestionsChanged(id_) for id_ in mine])

    async def _refit(self, *, from_nothing: bool = False) -> None:
        loop = asyncio.get_running_loop()
        if not from_nothing and loop.time() - self._refitted_at < REFIT_PAUSE:
            return
        self._refitted_at = loop.time()
        await asyncio.to_thread(self.engine.refit, from_nothing=from_nothing)


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
    return dict(rows.tuples().all())
