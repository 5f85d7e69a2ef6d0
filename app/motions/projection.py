"""Keeps the tables in step with the documents: title, body and demands, a moment after the text has settled.

The projection of one document runs in the process that committed the change; what a process left undone when it
died is caught up with when the next one starts.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

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

#: Seconds from the first change to the projection, and between two of the same text: typing goes on under it, and
#: what follows the tables still has its time within two seconds.
DELAY = 1.0
#: Seconds before what failed is tried again.
RETRY = 5.0


#: Texts that are asked for at a time, each of which may have to wait for a commit.
READ_AT_ONCE = 4
#: Motions in one transaction: what is typed meanwhile waits for it.
WRITE_AT_ONCE = 16


async def write_projection(session: AsyncSession, motion: Motion, text: MotionText, seq: int) -> bool:
    """Brings the tables to `text`, which is at least as new as place `seq` of the log. False when nothing differed."""
    return bool(await session.run_sync(_bring, [(motion, text, seq)]))


def _bring(session: Session, wanted: Collection[tuple[Motion, MotionText, int]]) -> list[UUID]:
    """Brings the tables to the texts, and returns which motions differed from theirs."""
    held: dict[UUID, list[tuple[str, int, str]]] = defaultdict(list)
    rows = session.execute(
        select(Demand.motion_id, Demand.id, Demand.position, Demand.text)
        .where(Demand.motion_id.in_([motion.id for motion, _, _ in wanted]))
        .order_by(Demand.motion_id, Demand.position)
    )
    for motion_id, id_, position, words in rows:
        held[motion_id].append((id_, position, words))
    changed: list[UUID] = []
    demands: dict[UUID, list[tuple[str, int, str]]] = {}
    for motion, text, seq in wanted:
        now = [(demand.id, position, demand.text) for position, demand in enumerate(text.demands, start=1)]
        body = text.body_text
        motion.projected_seq = max(seq, motion.projected_seq)
        if now != held[motion.id]:
            demands[motion.id] = now
        elif (motion.title, motion.body) == (text.title, body):
            continue
        motion.title, motion.body, motion.changed_at = text.title, body, clock.now()
        changed.append(motion.id)
        announce(session, MotionChanged(motion.id))
    if demands:
        session.execute(delete(Demand).where(Demand.motion_id.in_(demands)))
        rows_now = [
            {"motion_id": motion_id, "id": id_, "position": position, "text": words, "digest": demand_digest(words)}
            for motion_id, now in demands.items()
            for id_, position, words in now
        ]
        if rows_now:
            session.execute(insert(Demand), rows_now)
    return changed


async def project(database: Database, desk: TextDesk, document_id: UUID) -> None:
    """Projects one document as its text is now. Raises NotFound."""
    for error in (await project_all(database, desk, [document_id])).values():
        raise error


async def project_all(database: Database, desk: TextDesk, document_ids: Collection[UUID]) -> dict[UUID, Exception]:
    """Projects the documents as their texts are now, together. Returns those that could not be, and why."""
    places = await database.read(partial(_places, document_ids=document_ids))
    # The places are read before the texts, so that a text can only be newer than it claims.
    asking = asyncio.Semaphore(READ_AT_ONCE)

    async def read(document_id: UUID) -> MotionText:
        async with asking:
            return await desk.read(document_id)

    answers = dict(zip(places, await asyncio.gather(*map(read, places), return_exceptions=True), strict=True))
    failed = {id_: answer for id_, answer in answers.items() if isinstance(answer, Exception)}
    texts = {id_: (answer, places[id_]) for id_, answer in answers.items() if isinstance(answer, MotionText)}
    try:
        await _write(database, texts)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told
        if len(texts) == 1:
            return failed | dict.fromkeys(texts, error)
        # One of them is to blame, and must not hold up the others.
        for id_, text in texts.items():
            try:
                await _write(database, {id_: text})
            except Exception as blamed:  # noqa: BLE001 - whatever it is, the caller is told
                failed[id_] = blamed
    return failed


def _places(session: Session, document_ids: Collection[UUID]) -> dict[UUID, int]:
    found = session.execute(select(Document.id, Document.seq).where(Document.id.in_(document_ids)))
    return dict(found.all())


async def _write(database: Database, texts: Mapping[UUID, tuple[MotionText, int]]) -> None:
    if texts:
        await database.write(partial(_bring_all, texts=texts))


def _bring_all(session: Session, texts: Mapping[UUID, tuple[MotionText, int]]) -> None:
    # In the order of their ids, so that two processes never wait for each other.
    motions = session.scalars(select(Motion).where(Motion.document_id.in_(texts)).order_by(Motion.id).with_for_update())
    _bring(session, [(motion, *texts[motion.document_id]) for motion in motions])


def _parts(document_ids: Iterable[UUID]) -> list[list[UUID]]:
    """The ids, as many in each part as one transaction takes."""
    ids = sorted(document_ids)
    return [ids[start : start + WRITE_AT_ONCE] for start in range(0, len(ids), WRITE_AT_ONCE)]


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
        await self._recall()
        pause = DELAY
        while True:
            if not self._dirty:
                self._wake.clear()
                await self._wake.wait()
            await asyncio.sleep(pause)
            pause = DELAY if await self.settle() else RETRY

    async def _recall(self) -> None:
        """Marks what was left undone, as soon as the database can say what that is."""
        while True:
            try:
                self._dirty |= await self.behind()
                return
            except Exception:
                log.exception("projection_not_begun")
            await asyncio.sleep(RETRY)

    async def settle(self) -> bool:
        """Projects everything that is waiting. False when something failed and waits on."""
        batch, self._dirty = self._dirty, set()
        whole = True
        for part in _parts(batch):
            try:
                failed = await project_all(self._database, self._desk, part)
            except Exception as unreachable:  # noqa: BLE001 - logged below
                failed = dict.fromkeys(part, unreachable)
            for document_id, error in failed.items():
                if not isinstance(error, NotFound):
                    log.error("projection_failed document=%s", document_id, exc_info=error)
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
    for part in _parts(documents):
        for error in (await project_all(database, desk, part)).values():
            raise error
    return len(documents)
