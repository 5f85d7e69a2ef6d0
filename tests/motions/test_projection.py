"""The tables follow the documents."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select, update

from app.documents.desk import StoreDesk
from app.documents.editing import TextChange
from app.documents.text import MotionText, demand_digest
from app.kit import clock
from app.kit.db import Database
from app.motions.events import MotionChanged
from app.motions.models import Demand, Motion
from app.motions.projection import Projector, reproject_all
from app.motions.queries import demands_of
from tests.cast import DEMANDS, Cast


@dataclass
class News:
    seen: list[MotionChanged] = field(default_factory=list)

    async def handle(self, event: MotionChanged) -> None:
        self.seen.append(event)


@pytest.fixture
def news(database: Database) -> News:
    news = News()
    database.events.subscribe(MotionChanged, news.handle)
    return news


async def projected(cast: Cast) -> tuple[str, str, list[str]]:
    async with cast.database.reading() as session:
        motion = await session.get_one(Motion, cast.motion.id)
        return motion.title, motion.body, [demand.text for demand in await demands_of(session, motion.id)]


async def test_a_change_of_the_text_reaches_the_tables_and_is_told(cast: Cast, news: News) -> None:
    projector = Projector(cast.database, cast.desk)
    await cast.desk.edit(
        cast.motion.document_id, TextChange(title="Fler bussar", demands=((None, "att allt blir bra"),))
    )
    assert (await projected(cast))[0] == "Bättre bussar", "not before it has settled"
    assert await projector.settle()
    assert await projected(cast) == (
        "Fler bussar",
        "Bussen går för sällan.\nVi vill åka mer.",
        ["att allt blir bra"],
    )
    assert [event.motion_id for event in news.seen] == [cast.motion.id]


async def test_a_demand_keeps_its_id_through_rewording_and_moving(cast: Cast) -> None:
    projector = Projector(cast.database, cast.desk)
    first, second = (await cast.desk.read(cast.motion.document_id)).demands
    change = TextChange(demands=((second.id, second.text), (first.id, "att bussen ska gå varje kvart")))
    await cast.desk.edit(cast.motion.document_id, change)
    await projector.settle()
    async with cast.database.reading() as session:
        rows = await demands_of(session, cast.motion.id)
    assert [(row.id, row.position) for row in rows] == [(second.id, 1), (first.id, 2)]


async def test_a_change_that_reads_the_same_is_not_told_again(cast: Cast, news: News) -> None:
    projector = Projector(cast.database, cast.desk)
    await cast.desk.edit(cast.motion.document_id, TextChange(title="Bättre bussar "))
    await projector.settle()
    await cast.desk.edit(cast.motion.document_id, TextChange(title="Bättre bussar"))
    await projector.settle()
    assert len(news.seen) <= 2
    assert (await projected(cast))[0].strip() == "Bättre bussar"


async def test_what_a_process_left_undone_is_caught_up_with(cast: Cast) -> None:
    # Nobody listens while this is committed, as when the process dies before it has projected.
    await cast.desk.edit(cast.motion.document_id, TextChange(title="Efter kraschen"))
    projector = Projector(cast.database, cast.desk)
    for document_id in await projector.behind():
        assert document_id == cast.motion.document_id
        projector.mark(document_id)
    await projector.settle()
    assert (await projected(cast))[0] == "Efter kraschen"
    assert await projector.behind() == set()


async def test_what_was_left_undone_is_asked_for_until_the_database_answers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await cast.desk.edit(cast.motion.document_id, TextChange(title="Efter kraschen"))
    monkeypatch.setattr("app.motions.projection.DELAY", 0)
    monkeypatch.setattr("app.motions.projection.RETRY", 0)
    projector = Projector(cast.database, cast.desk)
    answers = projector.behind
    failures = [ConnectionError(), ConnectionError()]

    async def fail_at_first() -> set[UUID]:
        if failures:
            raise failures.pop()
        return await answers()

    monkeypatch.setattr(projector, "behind", fail_at_first)
    told = asyncio.Event()

    async def tell(_event: MotionChanged) -> None:
        told.set()

    cast.database.events.subscribe(MotionChanged, tell)
    running = asyncio.create_task(projector.run())
    try:
        async with asyncio.timeout(10):
            await asyncio.wait({running, asyncio.create_task(told.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert (await projected(cast))[0] == "Efter kraschen"
    assert caplog.text.count("projection_not_begun") == 2


async def test_tables_that_were_spoilt_are_rebuilt_from_the_documents(cast: Cast) -> None:
    async with cast.database.writing() as session:
        await session.execute(update(Motion).values(title="skräp", body="skräp", changed_at=clock.now()))
        await session.execute(update(Demand).values(text="skräp"))
    assert await reproject_all(cast.database, cast.desk) == 1
    assert await projected(cast) == ("Bättre bussar", "Bussen går för sällan.\nVi vill åka mer.", list(DEMANDS))


class Failing(StoreDesk):
    """A desk that can't give one of its texts."""

    def __init__(self, database: Database, broken: UUID) -> None:
        super().__init__(database)
        self._broken = broken

    async def read(self, document_id: UUID) -> MotionText:
        if document_id == self._broken:
            raise RuntimeError
        return await super().read(document_id)


async def titles(cast: Cast) -> set[str]:
    async with cast.database.reading() as session:
        return set(await session.scalars(select(Motion.title)))


async def three_edited(cast: Cast) -> list[UUID]:
    for title in ("Fler träd", "Fler bänkar"):
        await cast.another_motion(title, cast.astrid)
    async with cast.database.reading() as session:
        documents = list(await session.scalars(select(Motion.document_id).order_by(Motion.id)))
    for number, document_id in enumerate(documents):
        await cast.desk.edit(document_id, TextChange(title=f"Ny {number}"))
    return documents


async def test_texts_that_changed_together_are_projected_in_one_transaction(cast: Cast, news: News) -> None:
    projector = Projector(cast.database, cast.desk)
    documents = await three_edited(cast)
    units = 0

    def count(_connection: object) -> None:
        nonlocal units
        units += 1

    event.listen(Engine, "commit", count)
    assert await projector.settle()
    event.remove(Engine, "commit", count)
    assert units == 1
    assert await titles(cast) == {"Ny 0", "Ny 1", "Ny 2"}
    assert len({seen.motion_id for seen in news.seen}) == len(documents)
    assert await projector.behind() == set()


async def test_a_text_that_cannot_be_read_holds_up_no_other_and_is_tried_again(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    documents = await three_edited(cast)
    projector = Projector(cast.database, Failing(cast.database, documents[1]))
    for document_id in documents:
        projector.mark(document_id)
    assert not await projector.settle()
    assert await titles(cast) == {"Ny 0", "Fler träd", "Ny 2"}
    assert await projector.behind() == {documents[1]}
    assert f"document={documents[1]}" in caplog.text


async def test_a_text_that_the_tables_refuse_holds_up_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    documents = await three_edited(cast)

    def digest_or_fail(words: str) -> str:
        if words == "att det brister":
            raise RuntimeError
        return demand_digest(words)

    monkeypatch.setattr("app.motions.projection.demand_digest", digest_or_fail)
    await cast.desk.edit(documents[1], TextChange(demands=((None, "att det brister"),)))
    projector = Projector(cast.database, cast.desk)
    for document_id in documents:
        projector.mark(document_id)
    assert not await projector.settle()
    assert await titles(cast) == {"Ny 0", "Fler träd", "Ny 2"}
    assert f"document={documents[1]}" in caplog.text
