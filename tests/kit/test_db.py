"""Units of work on both databases: one commit, then the news."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit import clock
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


async def test_work_that_is_a_function_is_one_unit_with_its_news(database: Database) -> None:
    seen: list[tuple[int, int]] = []

    async def handler(event: SomethingHappened) -> None:
        async with database.reading() as session:
            seen.append((event.number, len(list(await session.scalars(select(Person))))))

    def add(session: Session) -> str:
        session.add(Person(name="Astrid", email="astrid@example.org", color=0, created_at=clock.now()))
        announce(session, SomethingHappened(1))
        return "added"

    def fail(session: Session) -> None:
        add(session)
        session.flush()
        raise RuntimeError("half-way")

    database.events.subscribe(SomethingHappened, handler)
    with pytest.raises(RuntimeError, match="half-way"):
        await database.write(fail)
    assert seen == []
    assert await database.write(add) == "added"
    assert seen == [(1, 1)]
    async with database.writing():
        with pytest.raises(RuntimeError, match="inside a writing unit"):
            await database.write(add)


async def test_units_of_either_kind_take_turns(database: Database) -> None:
    async def by_session() -> None:
        async with database.writing() as session:
            await enqueue(session, f"{len(list(await session.scalars(select(Job))))}", {})

    def at_once(session: Session) -> None:
        session.add(Job(kind=f"{len(list(session.scalars(select(Job))))}", payload={}, due_at=clock.now()))

    await asyncio.gather(*(act for _ in range(10) for act in (by_session(), database.write(at_once))))
    async with database.reading() as session:
        kinds = list(await session.scalars(select(Job.kind)))
    assert len(kinds) == 20
    if database.is_sqlite:
        # One writer: each has seen all that were before it.
        assert len(set(kinds)) == 20


async def test_handler_of_news_that_comes_together_is_told_once(database: Database) -> None:
    seen: list[object] = []

    async def one(event: SomethingHappened) -> None:
        seen.append(event.number)

    async def together(events: Sequence[SomethingHappened]) -> None:
        seen.append([event.number for event in events])

    database.events.subscribe_together(SomethingHappened, together)
    database.events.subscribe(SomethingHappened, one)
    async with database.writing() as session:
        for number in (1, 2):
            announce(session, SomethingHappened(number))
    assert seen == [1, 2, [1, 2]]
    await database.events.deliver([])
    assert len(seen) == 3


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
