"""Units of work on both databases: one commit, then the news."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.kit.db import Database
from app.kit.events import Event, announce
from app.kit.outbox import Job, enqueue
from app.people.actions import add_person
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class SomethingHappened(Event):
    number: int


async def test_news_goes_out_only_after_the_commit_that_made_it(database: Database) -> None:
    seen: list[tuple[int, int]] = []

    async def handler(event: SomethingHappened) -> None:
        async with database.reading() as session:
            seen.append((event.number, len(list(await session.scalars(select(Person))))))

    database.events.subscribe(SomethingHappened, handler)
    async with database.writing() as session:
        await add_person(session, "Astrid", "astrid@example.org")
        announce(session, SomethingHappened(1))
        assert seen == []
    assert seen == [(1, 1)]


async def test_what_fails_leaves_neither_rows_nor_news_nor_jobs(database: Database) -> None:
    seen: list[int] = []

    async def handler(event: SomethingHappened) -> None:
        seen.append(event.number)

    database.events.subscribe(SomethingHappened, handler)

    async def fail_half_way() -> None:
        async with database.writing() as session:
            await add_person(session, "Astrid", "astrid@example.org")
            await enqueue(session, "mail", {})
            announce(session, SomethingHappened(1))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await fail_half_way()
    async with database.reading() as session:
        assert list(await session.scalars(select(Person))) == []
        assert list(await session.scalars(select(Job))) == []
    assert seen == []


async def test_a_handler_that_fails_does_not_keep_the_news_from_the_others(database: Database) -> None:
    seen: list[int] = []

    async def broken(_event: SomethingHappened) -> None:
        raise RuntimeError("no")

    async def sound(event: SomethingHappened) -> None:
        seen.append(event.number)

    database.events.subscribe(SomethingHappened, broken)
    database.events.subscribe(SomethingHappened, sound)
    async with database.writing() as session:
        announce(session, SomethingHappened(2))
    assert seen == [2]


async def test_a_writing_unit_inside_another_is_refused_rather_than_waited_for(database: Database) -> None:
    async with database.writing():
        with pytest.raises(RuntimeError, match="inside a writing unit"):
            async with database.writing():
                pass


async def test_what_a_reading_unit_changes_is_not_kept(database: Database) -> None:
    async with database.reading() as session:
        await add_person(session, "Astrid", "astrid@example.org")
    async with database.reading() as session:
        assert list(await session.scalars(select(Person))) == []
