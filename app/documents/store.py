"""The log and snapshot of each document, in SQL. Every function works in the caller's transaction.

The order of the log is the order in which commits become visible: whoever appends locks the document's row first, so
a place in the log is never seen before those below it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, insert, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.events import DocumentChanged
from app.documents.models import Document, DocumentSnapshot, DocumentUpdate
from app.kit import clock
from app.kit.errors import Frozen, NotFound
from app.kit.events import announce


@dataclass(frozen=True, slots=True)
class Stored:
    """What there is of a document: updates in order, the first of them mostly a snapshot, up to place `seq`."""

    seq: int
    parts: tuple[bytes, ...]
    frozen: bool


class DocumentsNotFound(NotFound):
    """Some documents of a batch do not exist; `document_ids` says which."""

    def __init__(self, document_ids: Iterable[UUID]) -> None:
        super().__init__()
        self.document_ids = frozenset(document_ids)


class DocumentsFrozen(Frozen):
    """Some documents of a batch are frozen; `document_ids` says which."""

    def __init__(self, document_ids: Iterable[UUID]) -> None:
        super().__init__()
        self.document_ids = frozenset(document_ids)


class BrokenLog(Exception):
    """The stored log has a hole, which no sequence of commits can make: the storage has lost something."""


async def create(session: AsyncSession, document_id: UUID, state: bytes, kind: str = "motion") -> None:
    """Makes a document that begins with `state`."""
    session.add(Document(id=document_id, kind=kind, created_at=clock.now(), seq=0))
    await session.flush()
    session.add(DocumentSnapshot(document_id=document_id, seq=0, state=state))
    await session.flush()


async def append(session: AsyncSession, updates: Mapping[UUID, bytes]) -> dict[UUID, int]:
    """Writes one update for each of the documents; all of them are in the log when the caller commits, or none.

    Returns each document's new place in its log. Raises DocumentsNotFound or DocumentsFrozen, which say for which
    documents; the others can then be tried again in a transaction of their own. Announces DocumentChanged for each.
    """
    if not updates:
        return {}
    held = await _locked(session, updates)
    frozen = [document_id for document_id, (_, is_frozen) in held.items() if is_frozen]
    if frozen:
        raise DocumentsFrozen(frozen)
    places = {document_id: held[document_id][0] + 1 for document_id in updates}
    await session.execute(update(Document).where(Document.id.in_(places)).values(seq=Document.seq + 1))
    await session.execute(
        insert(DocumentUpdate),
        [{"document_id": id_, "seq": places[id_], "payload": payload} for id_, payload in updates.items()],
    )
    for document_id, seq in places.items():
        announce(session, DocumentChanged(document_id, seq))
    return places


async def load(session: AsyncSession, document_id: UUID) -> Stored:
    """The document as the transaction sees it. Raises NotFound."""
    row = (
        await session.execute(
            select(Document.frozen_at).where(Document.id == document_id, Document.deleted_at.is_(None))
        )
    ).one_or_none()
    if row is None:
        raise DocumentsNotFound([document_id])
    entries = await _entries(session, document_id, None)
    return Stored(entries[-1][0], tuple(payload for _, payload in entries), row.frozen_at is not None)


async def since(session: AsyncSession, document_id: UUID, seq: int) -> list[tuple[int, bytes]]:
    """What came after place `seq`, in order, each with its place.

    When compaction has taken part of that away, the snapshot stands in for it: applying it again what is known
    already changes nothing.
    """
    return await _entries(session, document_id, seq)


async def places(session: AsyncSession, document_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The newest place in the log of each document that there is."""
    rows = await session.execute(
        select(Document.id, Document.seq).where(Document.id.in_(document_ids), Document.deleted_at.is_(None))
    )
    return {row.id: row.seq for row in rows}


async def compact(session: AsyncSession, document_id: UUID, seq: int, state: bytes) -> None:
    """Lets `state` stand for the log up to and with `seq`. Does nothing when a newer snapshot is there already.

    `state` has to hold at least everything up to `seq`; that it holds more does no harm.
    """
    held = await _locked(session, [document_id])
    if seq > held[document_id][0]:
        raise ValueError("a snapshot can't be newer than the log")
    moved = await session.execute(
        update(DocumentSnapshot)
        .where(DocumentSnapshot.document_id == document_id, DocumentSnapshot.seq <= seq)
        .values(seq=seq, state=state)
        .returning(DocumentSnapshot.seq)
    )
    if moved.scalar_one_or_none() is not None:
        await session.execute(
            delete(DocumentUpdate).where(DocumentUpdate.document_id == document_id, DocumentUpdate.seq <= seq)
        )


async def freeze(session: AsyncSession, document_id: UUID) -> None:
    """Refuses every later append. Freezing again changes nothing. Raises NotFound."""
    held = await _locked(session, [document_id])
    if not held[document_id][1]:
        await session.execute(update(Document).where(Document.id == document_id).values(frozen_at=clock.now()))


async def is_frozen(session: AsyncSession, document_id: UUID) -> bool:
    """Whether the document refuses appends. One that does not exist is not frozen."""
    return await session.scalar(select(Document.frozen_at).where(Document.id == document_id)) is not None


async def lock(session: AsyncSession, document_id: UUID) -> None:
    """Holds back every other append and compaction until the caller's transaction ends. Raises NotFound."""
    await _locked(session, [document_id])


async def _locked(session: AsyncSession, document_ids: Iterable[UUID]) -> dict[UUID, tuple[int, bool]]:
    """Locks the rows in the order of their ids, so that two batches never wait for each other, and returns
    (seq, frozen) of each."""
    wanted = list(document_ids)
    rows = await session.execute(
        select(Document.id, Document.seq, Document.frozen_at)
        .where(Document.id.in_(wanted), Document.deleted_at.is_(None))
        .order_by(Document.id)
        .with_for_update()
    )
    held = {row.id: (row.seq, row.frozen_at is not None) for row in rows}
    missing = [document_id for document_id in wanted if document_id not in held]
    if missing:
        raise DocumentsNotFound(missing)
    return held


async def _entries(session: AsyncSession, document_id: UUID, after: int | None) -> list[tuple[int, bytes]]:
    """Snapshot and log in one statement: between two, a compaction could take away what the first one left out."""
    snapshot = select(DocumentSnapshot.seq, DocumentSnapshot.state).where(DocumentSnapshot.document_id == document_id)
    start = select(DocumentSnapshot.seq).where(DocumentSnapshot.document_id == document_id).scalar_subquery()
    log = select(DocumentUpdate.seq, DocumentUpdate.payload).where(
        DocumentUpdate.document_id == document_id, DocumentUpdate.seq > start
    )
    if after is not None:
        snapshot = snapshot.where(DocumentSnapshot.seq > after)
        log = log.where(DocumentUpdate.seq > after)
    entries = union_all(
        snapshot.add_columns(literal(0).label("part")), log.add_columns(literal(1).label("part"))
    ).subquery()
    rows = (await session.execute(select(entries).order_by(entries.c.part, entries.c.seq))).all()
    found = [(int(seq), bytes(payload)) for seq, payload, _ in rows]
    known = [after] if after is not None and rows and rows[0].part == 1 else []
    require_unbroken(document_id, [*known, *(place for place, _ in found)])
    return found


def require_unbroken(document_id: UUID, places: Iterable[int]) -> None:
    """Raises BrokenLog when there is a hole in these places of the log, which are in order."""
    for before, place in pairwise(places):
        if place != before + 1:
            raise BrokenLog(f"document {document_id}: nothing between places {before} and {place}")
