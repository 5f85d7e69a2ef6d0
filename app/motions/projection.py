"""Keeps the tables in step with the documents: title, body and demands, a moment after the text has settled.

The projection of one document runs in the process that committed the change; what a process left undone when it
died is caught up with when the next one starts.
"""

import asyncio
import logging
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.desk import TextDesk
from app.documents.events import DocumentChanged
from app.documents.models import Document
from app.documents.text import MotionText, demand_digest
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.events import announce
from app.motions.events import MotionChanged
from app.motions.models import Demand, Motion

log = logging.getLogger("verkstad.projection")

#: Seconds from the first change to the projection: typing goes on under it, and it stays well within two seconds.
DELAY = 0.7
#: Seconds before what failed is tried again.
RETRY = 5.0


async def write_projection(session: AsyncSession, motion: Motion, text: MotionText, seq: int) -> bool:
    """Brings the tables to `text`, which is at least as new as place `seq` of the log. False when nothing differed."""
    wanted = [(demand.id, position, demand.text) for position, demand in enumerate(text.demands, start=1)]
    rows = await session.scalars(select(Demand).where(Demand.motion_id == motion.id).order_by(Demand.position))
    held = [(row.id, row.position, row.text) for row in rows]
    body = text.body_text
    motion.projected_seq = max(seq, motion.projected_seq)
    if (motion.title, motion.body, held) == (text.title, body, wanted):
        return False
    motion.title, motion.body, motion.changed_at = text.title, body, clock.now()
    if held != wanted:
        await session.execute(delete(Demand).where(Demand.motion_id == motion.id))
        session.add_all(
            Demand(motion_id=motion.id, id=id_, position=position, text=words, digest=demand_digest(words))
            for id_, position, words in wanted
        )
    announce(session, MotionChanged(motion.id))
    return True


async def project(database: Database, desk: TextDesk, document_id: UUID) -> None:
    """Projects one document as its text is now."""
    async with database.reading() as session:
        seq = await session.scalar(select(Document.seq).where(Document.id == document_id))
    if seq is None:
        return
    # The place is read before the text, so that the text can only be newer than it claims.
    text = await desk.read(document_id)
    async with database.writing() as session:
        motion = await session.scalar(select(Motion).where(Motion.document_id == document_id).with_for_update())
        if motion is not None:
            await write_projection(session, motion, text, seq)


class Projector:
    """Projects changed documents, each at most once per DELAY."""

    def __init__(self, database: Database, desk: TextDesk) -> None:
        self._database = database
        self._desk = desk
        self._dirty: set[UUID] = set()
        self._wake = asyncio.Event()
        database.events.subscribe(DocumentChanged, self._on_changed)

    async def _on_changed(self, event: DocumentChanged) -> None:
        self.mark(event.document_id)

    def mark(self, document_id: UUID) -> None:
        """Has the document projected when it has settled."""
        self._dirty.add(document_id)
        self._wake.set()

    async def run(self) -> None:
        """Works until cancelled, beginning with what was left undone."""
        self._dirty |= await self.behind()
        pause = DELAY
        while True:
            if not self._dirty:
                self._wake.clear()
                await self._wake.wait()
            await asyncio.sleep(pause)
            pause = DELAY if await self.settle() else RETRY

    async def settle(self) -> bool:
        """Projects everything that is waiting. False when something failed and waits on."""
        batch, self._dirty = self._dirty, set()
        whole = True
        for document_id in batch:
            try:
                await project(self._database, self._desk, document_id)
            except NotFound:
                continue
            except Exception:
                log.exception("projection_failed document=%s", document_id)
                self._dirty.add(document_id)
                whole = False
        return whole

    async def behind(self) -> set[UUID]:
        """The documents whose projection is older than their log."""
        async with self._database.reading() as session:
            rows = await session.scalars(
                select(Motion.document_id)
                .join(Document, Document.id == Motion.document_id)
                .where(Motion.projected_seq < Document.seq)
            )
            return set(rows)


async def reproject_all(database: Database, desk: TextDesk) -> int:
    """Rebuilds the projection of every motion from its document. Returns how many there were."""
    async with database.reading() as session:
        documents = list(await session.scalars(select(Motion.document_id)))
    for document_id in documents:
        await project(database, desk, document_id)
    return len(documents)
