"""Keeps one process's engine in step with the motions: built when the process starts, brought up to date when a motion
changes here, and by looking every few seconds for what other processes have changed.

Only what every member may see goes in. A motion that is hidden, or shows its theme alone, is never in the engine, so it
can be neither found nor learnt from.
"""

import asyncio
import gc
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.roles import Visibility
from app.associations.models import Association
from app.calls.models import Call
from app.kit import clock
from app.kit.compute import compute
from app.kit.db import Database
from app.matching.cards import Demand, MotionCard, Query
from app.matching.embeddings import Encoder
from app.matching.engine import Engine
from app.matching.events import SuggestionsChanged
from app.motions.events import MotionChanged
from app.motions.models import Demand as DemandRow
from app.motions.models import Motion

log = logging.getLogger("verkstad.matching")

#: Seconds between two looks for what other processes have changed.
POLL = 2.5
#: Seconds between two times that what has changed here is taken in. After a quiet moment it is taken in at once.
PACE = 0.5
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
#: As much of each motion as every member may see; of one that is not open, no word.
_SHOWN = (
    select(
        Motion.id,
        Motion.changed_at,
        Motion.visibility,
        case((Motion.visibility.in_(_OPEN), Motion.title), else_="").label("title"),
        case((Motion.visibility == Visibility.TEXT, Motion.body), else_="").label("body"),
        Association.name.label("association"),
        Call.name.label("call"),
    )
    .join(Association, Association.id == Motion.association_id)
    .join(Call, Call.id == Motion.call_id)
)


class Feed:
    """One process's engine and what keeps it up to date. Not ready before `run()` has built it once."""

    def __init__(self, database: Database, encoder: Encoder | None = None) -> None:
        self.engine = Engine(encoder=encoder)
        self._database = database
        self._changed: set[UUID] = set()
        self._wake = asyncio.Event()
        self._built = False
        self._seen_until: datetime | None = None
        #: When each motion that changed lately had changed last, when it was taken in.
        self._seen: dict[UUID, datetime] = {}
        self._looks = 0
        self._look_at = 0.0
        self._refitting: asyncio.Task[None] | None = None
        self._refitted_at = self._rested_at = 0.0
        database.events.subscribe(MotionChanged, self._on_motion)

    def missing(self) -> str | None:
        """Why suggestions can't be given yet; None when they can."""
        return None if self._built else "the index of motions is being built"

    @property
    def complete(self) -> Engine | None:
        """The engine, once it holds all the motions that are open."""
        return self.engine if self._built else None

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
        await asyncio.to_thread(_leave_alone)
        loop = asyncio.get_running_loop()
        try:
            while True:
                began = loop.time()
                try:
                    if began >= self._look_at:
                        self._look_at = began + POLL
                        await self.follow()
                    else:
                        await self.take_in_own()
                except Exception:
                    log.exception("index_not_updated")
                self._refit_if_due()
                await asyncio.sleep(PACE - (loop.time() - began))
                await self._wait(self._look_at - loop.time())
        finally:
            if self._refitting is not None:
                self._refitting.cancel()

    async def _wait(self, seconds: float) -> None:
        """Returns when something has changed here, or when the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def build(self) -> None:
        """Reads all motions and learns from them."""
        self._seen_until = clock.now()
        after: UUID | None = None
        while True:
            async with self._database.reading() as session:
                query = _SHOWN.where(Motion.visibility.in_(_OPEN)).order_by(Motion.id).limit(BATCH)
                rows = (await session.execute(query if after is None else query.where(Motion.id > after))).all()
                read = await _cards(session, rows)
            await compute(self.engine.put_all, read)
            if len(rows) < BATCH:
                break
            after = rows[-1].id
        await self.refit(from_nothing=True)
        self._built = True

    async def follow(self) -> None:
        """Takes in what has changed here or elsewhere, and tells whose suggestions may be others now."""
        here = self._take_own()
        self._looks += 1
        now = clock.now()
        since = (self._seen_until or now) - OVERLAP
        try:
            async with self._database.reading() as session:
                rows = await session.execute(select(Motion.id, Motion.changed_at).where(Motion.changed_at >= since))
                recent: dict[UUID, datetime] = dict(rows.all())
                elsewhere = {id_ for id_, at in recent.items() if self._seen.get(id_) != at}
                if self._looks % THOROUGH == 0:
                    elsewhere |= await self._no_longer_open(session)
        except BaseException:
            self._changed |= here
            raise
        await self._take_in(here | elsewhere)
        self._seen_until = now
        self._seen = {id_: at for id_, at in self._seen.items() if at >= since}

    async def take_in_own(self) -> None:
        """Takes in what has changed here, and tells whose suggestions may be others now."""
        await self._take_in(self._take_own())

    def _take_own(self) -> set[UUID]:
        here, self._changed = self._changed, set()
        self._wake.clear()
        return here

    async def _take_in(self, changed: set[UUID]) -> None:
        """Brings the engine up to date with these motions, whatever has become of them, and tells of it."""
        ids = sorted(changed)
        try:
            for start in range(0, len(ids), BATCH):
                await self._take_in_some(ids[start : start + BATCH])
        except BaseException:
            self._changed |= changed
            raise
        await self._tell(changed)

    async def _take_in_some(self, ids: Sequence[UUID]) -> None:
        async with self._database.reading() as session:
            rows = (await session.execute(_SHOWN.where(Motion.id.in_(ids)))).all()
            read = await _cards(session, [row for row in rows if row.visibility in _OPEN])
        for id_ in set(ids) - {row.id for row in rows if row.visibility in _OPEN}:
            self.engine.remove(str(id_))
        if read:
            await compute(self.engine.put_all, read)
        self._seen |= {row.id: row.changed_at for row in rows}

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
                    told |= set(map(UUID, await compute(self.engine.nearest, query, TOLD)))
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


def _leave_alone() -> None:
    """Has Python's garbage collector no longer walk through what the process holds by now. With ten thousand motions
    that takes a quarter of a second each time, in which nobody is answered; and what is no longer used of it goes all
    the same, as there are no circles in it."""
    gc.collect()
    gc.freeze()


async def _cards(session: AsyncSession, rows: Sequence[Row[Any]]) -> list[MotionCard]:
    """The motions of these rows of `_SHOWN`."""
    if not rows:
        return []
    demands: dict[UUID, list[Demand]] = {}
    found = await session.execute(
        select(DemandRow.motion_id, DemandRow.id, DemandRow.text)
        .where(DemandRow.motion_id.in_([row.id for row in rows]))
        .order_by(DemandRow.motion_id, DemandRow.position)
    )
    for motion_id, id_, text in found:
        demands.setdefault(motion_id, []).append(Demand(id_, text))
    return [
        MotionCard(
            id=str(row.id),
            title=row.title,
            body=row.body,
            demands=tuple(demands.get(row.id, ())),
            association=row.association,
            call=row.call,
        )
        for row in rows
    ]
