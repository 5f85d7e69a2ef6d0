"""The log of a document on either database: nothing committed is lost, reordered or seen in part."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update

from app.documents import store
from app.documents.events import DocumentChanged
from app.documents.models import Document, DocumentSnapshot, DocumentUpdate
from app.documents.store import BrokenLog, DocumentsFrozen, DocumentsNotFound, Stored
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Frozen, NotFound


async def begun(database: Database, *document_ids: UUID) -> None:
    async with database.writing() as session:
        for document_id in document_ids:
            await store.create(session, document_id, b"state")


async def appended(database: Database, document_id: UUID, *payloads: bytes) -> None:
    for payload in payloads:
        async with database.writing() as session:
            await store.append(session, {document_id: payload})


async def loaded(database: Database, document_id: UUID) -> Stored:
    async with database.reading() as session:
        return await store.load(session, document_id)


async def test_document_is_its_first_state_and_what_was_appended_in_order(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)
    assert await loaded(database, document_id) == Stored(0, (b"state",), frozen=False)
    await appended(database, document_id, b"a", b"b", b"c")
    assert await loaded(database, document_id) == Stored(3, (b"state", b"a", b"b", b"c"), frozen=False)


async def test_batch_for_many_documents_is_written_and_told_as_one(database: Database) -> None:
    first, second = uuid4(), uuid4()
    await begun(database, first, second)
    await appended(database, first, b"a")
    heard: list[DocumentChanged] = []

    async def hear(event: DocumentChanged) -> None:
        heard.append(event)

    database.events.subscribe(DocumentChanged, hear)
    async with database.writing() as session:
        assert await store.append(session, {first: b"b", second: b"x"}) == {first: 2, second: 1}
        assert heard == []
    assert set(heard) == {DocumentChanged(first, 2), DocumentChanged(second, 1)}
    assert (await loaded(database, second)).parts == (b"state", b"x")


async def test_empty_batch_writes_nothing(database: Database) -> None:
    async with database.writing() as session:
        assert await store.append(session, {}) == {}


async def test_batch_with_a_frozen_document_says_which_and_writes_nothing(database: Database) -> None:
    frozen, other = uuid4(), uuid4()
    await begun(database, frozen, other)
    async with database.writing() as session:
        await store.freeze(session, frozen)
        await store.freeze(session, frozen)
    with pytest.raises(Frozen) as refusal:
        async with database.writing() as session:
            await store.append(session, {frozen: b"a", other: b"b"})
    assert isinstance(refusal.value, DocumentsFrozen)
    assert refusal.value.document_ids == {frozen}
    assert await loaded(database, frozen) == Stored(0, (b"state",), frozen=True)
    assert await loaded(database, other) == Stored(0, (b"state",), frozen=False)


async def test_document_that_is_unknown_or_deleted_is_not_found(database: Database) -> None:
    unknown, gone, other = uuid4(), uuid4(), uuid4()
    await begun(database, gone, other)
    async with database.writing() as session:
        await session.execute(update(Document).where(Document.id == gone).values(deleted_at=clock.now()))
    with pytest.raises(NotFound) as refusal:
        async with database.writing() as session:
            await store.append(session, {unknown: b"a", gone: b"b", other: b"c"})
    assert isinstance(refusal.value, DocumentsNotFound)
    assert refusal.value.document_ids == {unknown, gone}
    for document_id in (unknown, gone):
        with pytest.raises(NotFound):
            await loaded(database, document_id)
        with pytest.raises(NotFound):
            async with database.writing() as session:
                await store.freeze(session, document_id)
        with pytest.raises(NotFound):
            async with database.writing() as session:
                await store.lock(session, document_id)


async def test_appends_made_at_the_same_time_leave_no_hole_and_lose_nothing(database: Database) -> None:
    documents = [uuid4() for _ in range(4)]
    await begun(database, *documents)

    async def write(number: int) -> None:
        # In another order each time: whoever locked in the order given would wait for the other for ever.
        order = documents[number % 4 :] + documents[: number % 4]
        async with database.writing() as session:
            await store.append(session, dict.fromkeys(order, b"%d" % number))

    await asyncio.gather(*(write(number) for number in range(24)))
    for document_id in documents:
        found = await loaded(database, document_id)
        assert found.seq == 24
        assert sorted(found.parts[1:]) == sorted(b"%d" % number for number in range(24))


async def test_what_came_after_a_place_is_told_with_its_places(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)
    await appended(database, document_id, b"a", b"b", b"c")
    async with database.reading() as session:
        assert await store.since(session, document_id, 1) == [(2, b"b"), (3, b"c")]
        assert await store.since(session, document_id, 3) == []
        assert await store.since(session, document_id, 0) == [(1, b"a"), (2, b"b"), (3, b"c")]


async def test_compaction_stands_for_the_log_and_for_what_others_have_not_seen_of_it(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)
    await appended(database, document_id, b"a", b"b", b"c", b"d")
    async with database.writing() as session:
        await store.compact(session, document_id, 3, b"state abc")
    assert await loaded(database, document_id) == Stored(4, (b"state abc", b"d"), frozen=False)
    async with database.reading() as session:
        assert await store.since(session, document_id, 1) == [(3, b"state abc"), (4, b"d")]
        assert await store.since(session, document_id, 3) == [(4, b"d")]
        assert await session.scalar(select(func.count()).select_from(DocumentUpdate)) == 1


async def test_older_compaction_that_comes_late_changes_nothing(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)
    await appended(database, document_id, b"a", b"b", b"c")
    async with database.writing() as session:
        await store.compact(session, document_id, 3, b"state abc")
    async with database.writing() as session:
        await store.compact(session, document_id, 2, b"state ab")
    assert (await loaded(database, document_id)).parts == (b"state abc",)
    with pytest.raises(ValueError, match="newer"):
        async with database.writing() as session:
            await store.compact(session, document_id, 4, b"state abcd")


async def test_loading_while_others_append_and_compact_never_sees_half(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)

    async def write() -> None:
        for number in range(1, 21):
            await appended(database, document_id, b"%d," % number)
            if number % 3 == 0:
                async with database.writing() as session:
                    state = b"".join(b"%d," % n for n in range(1, number + 1))
                    await store.compact(session, document_id, number, state)

    async def read() -> None:
        seen = 0
        while seen < 20:
            found = await loaded(database, document_id)
            assert b"".join(found.parts).removeprefix(b"state") == b"".join(b"%d," % n for n in range(1, found.seq + 1))
            assert found.seq >= seen
            seen = found.seq

    await asyncio.gather(write(), read(), read())


async def test_log_that_has_lost_an_entry_is_not_taken_for_a_document(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)
    await appended(database, document_id, b"a", b"b", b"c")
    async with database.writing() as session:
        await session.execute(delete(DocumentUpdate).where(DocumentUpdate.seq == 2))
    with pytest.raises(BrokenLog):
        await loaded(database, document_id)
    async with database.reading() as session:
        with pytest.raises(BrokenLog):
            await store.since(session, document_id, 1)
        assert await store.since(session, document_id, 2) == [(3, b"c")]


async def test_what_is_rolled_back_was_never_there(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)
    async with database.reading() as session:
        # A reading unit is rolled back at its end, like a writing one that fails.
        await store.append(session, {document_id: b"a"})
    assert (await loaded(database, document_id)).seq == 0
    await appended(database, document_id, b"b")
    assert await loaded(database, document_id) == Stored(1, (b"state", b"b"), frozen=False)


async def test_log_goes_with_its_document(database: Database) -> None:
    document_id = uuid4()
    await begun(database, document_id)
    await appended(database, document_id, b"a")
    async with database.writing() as session:
        assert not await store.is_frozen(session, document_id)
        await session.execute(delete(Document).where(Document.id == document_id))
    async with database.reading() as session:
        for table in (DocumentUpdate, DocumentSnapshot):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
