"""Jobs: done after the commit, tried again when they fail, given up at last."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.kit import clock
from app.kit.db import Database
from app.kit.outbox import MAX_ATTEMPTS, Job, Worker, enqueue


async def only_job(database: Database) -> Job:
    async with database.reading() as session:
        return (await session.scalars(select(Job))).one()


async def test_a_job_is_done_once_and_then_forgets_what_it_held(database: Database) -> None:
    done: list[dict[str, Any]] = []

    async def handle(payload: dict[str, Any]) -> None:
        done.append(payload)

    worker = Worker(database, {"greet": handle})
    async with database.writing() as session:
        await enqueue(session, "greet", {"name": "Astrid"})
    assert await worker.work_once()
    assert not await worker.work_once()
    assert done == [{"name": "Astrid"}]
    job = await only_job(database)
    assert job.done_at is not None
    assert job.payload == {}


async def test_a_job_that_fails_is_tried_again_later_and_keeps_its_payload(database: Database) -> None:
    async def handle(_payload: dict[str, Any]) -> None:
        raise ConnectionError("astrid@example.org refused")

    worker = Worker(database, {"greet": handle})
    async with database.writing() as session:
        await enqueue(session, "greet", {"name": "Astrid"})
    assert await worker.work_once()
    assert not await worker.work_once(), "not before its pause is over"
    job = await only_job(database)
    assert job.error == "ConnectionError", "the message could hold an address"
    assert job.payload == {"name": "Astrid"}
    with clock.frozen(job.due_at + timedelta(seconds=1)):
        assert await worker.work_once()


async def test_a_job_is_given_up_after_its_last_attempt(database: Database) -> None:
    async def handle(_payload: dict[str, Any]) -> None:
        raise ConnectionError

    worker = Worker(database, {"greet": handle})
    async with database.writing() as session:
        await enqueue(session, "greet", {})
    at = clock.now()
    for attempt in range(MAX_ATTEMPTS):
        with clock.frozen(at + timedelta(hours=attempt)):
            assert await worker.work_once()
    with clock.frozen(at + timedelta(days=30)):
        assert not await worker.work_once()


async def test_a_job_of_a_kind_that_nobody_does_here_is_left_for_others(database: Database) -> None:
    async with database.writing() as session:
        await enqueue(session, "greet", {})
    assert not await Worker(database, {}).work_once()
