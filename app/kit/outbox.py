"""Jobs that are written in the same transaction as what caused them, and done after it was committed.

A job is done at least once: a handler must bear being called again. What fails is tried again with growing pauses,
and is kept with its last error when it has been given up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base, Database, UtcDateTime
from app.kit.events import Event, announce
from app.kit.ids import uuid7

log = logging.getLogger("verkstad.outbox")

MAX_ATTEMPTS = 8
#: Nobody else takes a job within this time of its being taken.
LEASE = timedelta(minutes=2)
#: How long the worker waits before it looks for jobs that another process left, in seconds.
POLL = 5.0

JobHandler = Callable[[dict[str, Any]], Awaitable[None]]


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None]


class JobEnqueued(Event):
    """There is something to do."""


async def enqueue(
    session: AsyncSession, kind: str, payload: Mapping[str, Any], *, due_at: datetime | None = None
) -> None:
    """Adds a job to the transaction of `session`. `payload` is JSON."""
    session.add(Job(kind=kind, payload=dict(payload), due_at=due_at or clock.now()))
    announce(session, JobEnqueued())


class Worker:
    """Does the jobs of one process. `handlers` maps a kind to what does it."""

    def __init__(self, database: Database, handlers: Mapping[str, JobHandler]) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._wake = asyncio.Event()
        database.events.subscribe(JobEnqueued, self._on_enqueued)

    async def _on_enqueued(self, _event: JobEnqueued) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._wake.clear()
            try:
                while await self.work_once():
                    pass
            except Exception:
                log.exception("outbox_round_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL)

    async def work_once(self) -> bool:
        """Takes one due job and does it. False when there was none."""
        job = await self._take()
        if job is None:
            return False
        error: str | None = None
        try:
            await self._handlers[job.kind](job.payload)
        except Exception as problem:  # noqa: BLE001 - whatever a handler raises, the job is tried again
            # The type alone: a message could quote an address or a text.
            error = type(problem).__name__
            log.warning("job_failed kind=%s id=%s attempt=%d error=%s", job.kind, job.id, job.attempts, error)
        async with self._database.writing() as session:
            if error is None:
                await session.execute(
                    update(Job).where(Job.id == job.id).values(done_at=clock.now(), error=None, payload={})
                )
            else:
                pause = timedelta(seconds=2**job.attempts)
                await session.execute(
                    update(Job).where(Job.id == job.id).values(error=error, due_at=clock.now() + pause)
                )
        return True

    async def _take(self) -> Job | None:
        now = clock.now()
        due = (Job.done_at.is_(None), Job.due_at <= now, Job.attempts < MAX_ATTEMPTS, Job.kind.in_(self._handlers))
        async with self._database.reading() as session:
            if await session.scalar(select(Job.id).where(*due).limit(1)) is None:
                return None
        async with self._database.writing() as session:
            job = await session.scalar(
                select(Job).where(*due).order_by(Job.due_at).limit(1).with_for_update(skip_locked=True)
            )
            if job is not None:
                job.attempts += 1
                job.due_at = now + LEASE
            return job
