"""The journal writes and reads what the store does, refuses what it refuses, and lets other writers in between."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from app.documents import store
from app.documents.events import DocumentChanged
from app.documents.journal import Journal
from app.documents.models import Document, DocumentUpdate
from app.documents.store import BrokenLog, DocumentsFrozen, DocumentsNotFound, Stored
from app.kit import clock
from app.kit.db import Database

MOTION, OTHER, NOWHERE = (UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
async def journal(database: Database) -> AsyncIterator[Journal]:
    async with database.writing() as session:
        for document_id in (MOTION, OTHER):
            await store.create(session, document_id, b"\x00\x00")
    journal = Journal(database)
    yield journal
    await journal.close()


async def log(database: Database, document_id: UUID) -> list[tuple[int, bytes]]:
    async with database.reading() as session:
        return await store.since(session, document_id, 0)


async def test_journal_and_store_write_one_log(database: Database, journal: Journal) -> None:
    assert await journal.append({MOTION: b"\x01", OTHER: b"\x02"}) == {MOTION: 1, OTHER: 1}
    async with database.writing() as session:
        assert await store.append(session, {MOTION: b"\x03"}) == {MOTION: 2}
    assert await journal.append({MOTION: b"\x04"}) == {MOTION: 3}
    assert await log(database, MOTION) == [(1, b"\x01"), (2, b"\x03"), (3, b"\x04")]
    assert await log(database, OTHER) == [(1, b"\x02")]
    async with database.reading() as session:
        assert (await store.load(session, MOTION)).seq == 3


async def test_journal_tells_what_it_has_committed(database: Database, journal: Journal) -> None:
    told: list[DocumentChanged] = []

    async def note(event: DocumentChanged) -> None:
        told.append(event)
        assert (event.seq, b"\x01") in await log(database, event.document_id)

    database.events.subscribe(DocumentChanged, note)
    await journal.append({MOTION: b"\x01", OTHER: b"\x01"})
    assert sorted(told, key=lambda event: event.document_id) == [DocumentChanged(MOTION, 1), DocumentChanged(OTHER, 1)]
    assert await journal.append({}) == {}


async def test_journal_writes_nothing_of_a_batch_with_a_document_that_is_frozen_or_missing(
    database: Database, journal: Journal
) -> None:
    async with database.writing() as session:
        await store.freeze(session, OTHER)
    with pytest.raises(DocumentsFrozen) as frozen:
        await journal.append({MOTION: b"\x01", OTHER: b"\x01"})
    assert frozen.value.document_ids == {OTHER}
    with pytest.raises(DocumentsNotFound) as missing:
        await journal.append({MOTION: b"\x01", NOWHERE: b"\x01"})
    assert missing.value.document_ids == {NOWHERE}
    assert await log(database, MOTION) == []
    assert await journal.append({MOTION: b"\x01"}) == {MOTION: 1}


async def test_journal_and_sessions_take_turns(database: Database, journal: Journal) -> None:
    async def by_session() -> None:
        async with database.writing() as session:
            await store.append(session, {MOTION: b"\x02"})

    await asyncio.gather(*(act for _ in range(20) for act in (journal.append({MOTION: b"\x01"}), by_session())))
    written = await log(database, MOTION)
    assert [seq for seq, _ in written] == list(range(1, 41))
    assert sorted(payload for _, payload in written) == [b"\x01"] * 20 + [b"\x02"] * 20


async def test_journal_takes_a_batch_of_very_many_documents(database: Database, journal: Journal) -> None:
    many = [UUID(int=number) for number in range(100, 1300)]
    async with database.writing() as session:
        for document_id in many:
            await store.create(session, document_id, b"\x00\x00")
    places = await journal.append(dict.fromkeys(many, b"\x05"))
    assert set(places.values()) == {1}
    assert await log(database, many[-1]) == [(1, b"\x05")]


async def test_places_are_those_of_the_documents_that_there_are(database: Database, journal: Journal) -> None:
    await journal.append({MOTION: b"\x01"})
    await journal.append({MOTION: b"\x01"})
    async with database.reading() as session:
        assert await store.places(session, [MOTION, OTHER, NOWHERE]) == {MOTION: 2, OTHER: 0}


async def test_journal_reads_what_the_store_reads(database: Database, journal: Journal) -> None:
    async def by_store() -> Stored:
        async with database.reading() as session:
            return await store.load(session, MOTION)

    for payload in (b"\x01", b"\x02", b"\x03"):
        await journal.append({MOTION: payload})
    assert await journal.load(MOTION) == await by_store() == Stored(3, (b"\x00\x00", b"\x01", b"\x02", b"\x03"), False)
    async with database.writing() as session:
        await store.compact(session, MOTION, 2, b"\x09")
        await store.freeze(session, MOTION)
    assert await journal.load(MOTION) == await by_store() == Stored(3, (b"\x09", b"\x03"), True)


async def test_journal_does_not_read_what_is_not_there_or_not_whole(database: Database, journal: Journal) -> None:
    for payload in (b"\x01", b"\x02", b"\x03"):
        await journal.append({MOTION: payload})
    async with database.writing() as session:
        await session.execute(delete(DocumentUpdate).where(DocumentUpdate.seq == 2))
        await session.execute(update(Document).where(Document.id == OTHER).values(deleted_at=clock.now()))
    with pytest.raises(BrokenLog):
        await journal.load(MOTION)
    for document_id in (OTHER, NOWHERE):
        with pytest.raises(DocumentsNotFound):
            await journal.load(document_id)


async def test_journal_reads_while_somebody_writes(database: Database, journal: Journal) -> None:
    await journal.append({MOTION: b"\x01"})
    async with database.writing() as session:
        await store.append(session, {MOTION: b"\x02"})
        assert (await journal.load(MOTION)).seq == 1
    assert (await journal.load(MOTION)).seq == 2
