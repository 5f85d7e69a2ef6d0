"""Handing in: what is refused, what is kept, and what happens when it breaks off half-way."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.associations.actions import find_or_add as add_association
from app.collab.wiring import create_hub
from app.cosigning.actions import Decision, record
from app.cosigning.models import State
from app.documents.desk import StoreDesk
from app.documents.editing import TextChange
from app.documents.models import Document
from app.documents.text import MotionText, canonical
from app.kit import clock
from app.kit.errors import Frozen, Invalid
from app.kit.outbox import Job
from app.motions import queries as motions
from app.motions.models import Motion, MotionVersion, Status
from app.motions.versions import Reason, versions_of
from app.settings import load
from app.submissions import queries
from app.submissions.actions import AlreadySubmitted, DeadlinePassed, submit
from app.submissions.events import SubmissionMade
from app.submissions.models import Submission
from tests.cast import Cast

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class InterruptedDesk(StoreDesk):
    """Locks the text, and then the process dies: nobody gets the answer."""

    async def freeze(self, document_id: UUID) -> MotionText:
        await super().freeze(document_id)
        raise ConnectionError


class DeskInBetween(StoreDesk):
    """Something happens between the last check and the lock."""

    happens: Callable[[], Awaitable[None]]

    async def freeze(self, document_id: UUID) -> MotionText:
        await self.happens()
        return await super().freeze(document_id)


async def _is_locked(cast: Cast) -> bool:
    async with cast.database.reading() as session:
        return (await session.get_one(Document, cast.motion.document_id)).frozen_at is not None


async def _submission(cast: Cast) -> Submission | None:
    async with cast.database.reading() as session:
        return await queries.of_motion(session, cast.motion.id)


async def _submit(cast: Cast, desk: StoreDesk | None = None, **options: Any) -> Submission:
    opened = await cast.opened()
    return await submit(cast.database, desk or cast.desk, opened, opened.person, **options)


async def test_receipt_holds_time_and_hash_of_the_text_as_it_was(cast: Cast) -> None:
    heard: list[SubmissionMade] = []

    async def hear(event: SubmissionMade) -> None:
        heard.append(event)

    cast.database.events.subscribe(SubmissionMade, hear)
    await cast.desk.edit(cast.motion.document_id, TextChange(title="Mycket bättre bussar"))
    with clock.frozen(NOON):
        made = await _submit(cast)

    text = await cast.desk.read(cast.motion.document_id)
    assert text.title == "Mycket bättre bussar"
    assert made.submitted_at == NOON
    assert made.submitted_by == cast.astrid.id
    assert made.sha256 == sha256(canonical(text)).hexdigest()
    assert not made.late
    assert len(made.receipt_code) == 8
    assert heard == [SubmissionMade(cast.motion.id)]
    async with cast.database.reading() as session:
        kept = await queries.of_motion(session, cast.motion.id)
        form = await queries.frozen_form(session, cast.motion.id)
        version = await session.get_one(MotionVersion, (cast.motion.id, made.version))
        motion = await session.get_one(Motion, cast.motion.id)
        demands = await motions.demands_of(session, cast.motion.id)
        document = await session.get_one(Document, cast.motion.document_id)
    assert kept is not None
    assert (kept.sha256, kept.late, kept.submitted_at) == (made.sha256, False, NOON)
    assert form is not None
    assert sha256(form).hexdigest() == made.sha256
    assert json.loads(form)["title"] == "Mycket bättre bussar"
    assert version.reason == Reason.SUBMITTED
    assert (motion.status, motion.title) == (Status.SUBMITTED, "Mycket bättre bussar")
    assert motion.projected_seq == document.seq
    assert tuple(demand.text for demand in demands) == tuple(demand.text for demand in text.demands)


async def test_text_can_not_be_changed_afterwards(cast: Cast) -> None:
    await _submit(cast)
    with pytest.raises(Frozen):
        await cast.desk.edit(cast.motion.document_id, TextChange(title="Ändrad"))
    assert (await cast.desk.read(cast.motion.document_id)).title == "Bättre bussar"


async def test_what_was_typed_last_in_an_open_room_is_handed_in_and_the_room_locked(cast: Cast, tmp_path: Path) -> None:
    hub = create_hub(cast.database, load({"VERKSTAD_DATA_DIR": str(tmp_path)}, demo=True))
    await hub.start()
    try:
        await hub.edit(cast.motion.document_id, TextChange(title="Skrivet i sista stund"))
        opened = await cast.opened()
        made = await submit(cast.database, hub, opened, opened.person)
        with pytest.raises(Frozen):
            await hub.edit(cast.motion.document_id, TextChange(title="För sent"))
    finally:
        await hub.close()
    assert json.loads(await _form(cast))["title"] == "Skrivet i sista stund"
    assert made.sha256 == sha256(await _form(cast)).hexdigest()


async def test_second_attempt_is_told_when_and_by_whom(cast: Cast) -> None:
    with clock.frozen(NOON):
        made = await _submit(cast)
    with pytest.raises(AlreadySubmitted, match=r"22 november 2026 kl\. 13:00") as refused:
        await _submit(cast)
    assert "Astrid Lind" in refused.value.message
    kept = await _submission(cast)
    assert kept is not None
    assert (kept.receipt_code, kept.submitted_at) == (made.receipt_code, NOON)


@pytest.mark.parametrize(
    ("change", "field"),
    [(TextChange(title="  "), "title"), (TextChange(demands=((None, "att "),)), "demands")],
)
async def test_motion_without_title_or_demands_is_refused_and_stays_open(
    cast: Cast, change: TextChange, field: str
) -> None:
    await cast.desk.edit(cast.motion.document_id, change)
    with pytest.raises(Invalid) as refused:
        await _submit(cast)
    assert set(refused.value.fields) == {field}
    assert not await _is_locked(cast)
    assert await _submission(cast) is None


async def test_late_motion_is_taken_and_marked(cast: Cast) -> None:
    await cast.change_call(deadline_at=NOON)
    with clock.frozen(NOON + timedelta(seconds=1)):
        assert (await _submit(cast)).late


async def test_motion_handed_in_on_the_stroke_is_in_time(cast: Cast) -> None:
    await cast.change_call(deadline_at=NOON)
    with clock.frozen(NOON):
        assert not (await _submit(cast)).late


async def test_call_without_a_deadline_has_nothing_late(cast: Cast) -> None:
    await cast.change_call(deadline_at=None, accepts_late=False)
    assert not (await _submit(cast)).late


async def test_call_that_takes_nothing_late_refuses_and_says_whom_to_ask(cast: Cast) -> None:
    await cast.change_call(deadline_at=NOON, accepts_late=False)
    with clock.frozen(NOON + timedelta(minutes=1)):
        with pytest.raises(DeadlinePassed, match="Distriktet") as refused:
            await _submit(cast)
        assert "22 november 2026" in refused.value.message
        assert not await _is_locked(cast)
        await cast.desk.edit(cast.motion.document_id, TextChange(title="Går att ändra"))

        await cast.change_call(deadline_at=NOON + timedelta(days=1))
        assert not (await _submit(cast)).late


async def test_deadline_that_passes_while_the_text_is_being_locked_makes_it_late(cast: Cast) -> None:
    await cast.change_call(deadline_at=NOON, accepts_late=False)
    desk = DeskInBetween(cast.database)
    with ExitStack() as stopped:
        stopped.enter_context(clock.frozen(NOON - timedelta(seconds=1)))

        async def the_clock_strikes() -> None:
            stopped.enter_context(clock.frozen(NOON + timedelta(seconds=1)))

        desk.happens = the_clock_strikes
        made = await _submit(cast, desk)
    assert made.late
    assert made.submitted_at == NOON + timedelta(seconds=1)


async def test_attempt_that_broke_off_after_the_lock_succeeds_when_repeated(cast: Cast) -> None:
    await cast.change_call(deadline_at=NOON, accepts_late=False)
    with clock.frozen(NOON - timedelta(seconds=1)), pytest.raises(ConnectionError):
        await _submit(cast, InterruptedDesk(cast.database))
    assert await _is_locked(cast)
    assert await _submission(cast) is None

    with clock.frozen(NOON + timedelta(hours=1)):
        made = await _submit(cast)
    assert made.submitted_at == NOON - timedelta(seconds=1)
    assert not made.late
    assert made.sha256 == sha256(canonical(await cast.desk.read(cast.motion.document_id))).hexdigest()


async def test_demand_struck_in_the_instant_before_the_lock_leaves_no_dead_end(cast: Cast) -> None:
    desk = DeskInBetween(cast.database)

    async def the_demands_are_struck() -> None:
        await cast.desk.edit(cast.motion.document_id, TextChange(demands=()))

    desk.happens = the_demands_are_struck
    made = await _submit(cast, desk)
    assert json.loads(await _form(cast))["demands"] == []
    assert made.sha256 == sha256(await _form(cast)).hexdigest()


async def _form(cast: Cast) -> bytes:
    async with cast.database.reading() as session:
        form = await queries.frozen_form(session, cast.motion.id)
    assert form is not None
    return form


async def test_two_at_once_get_one_receipt_and_one_refusal(cast: Cast) -> None:
    both = await asyncio.gather(_submit(cast), _submit(cast), return_exceptions=True)
    assert {type(each) for each in both} == {Submission, AlreadySubmitted}
    async with cast.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Submission)) == 1
        versions = await session.scalar(select(func.count()).select_from(MotionVersion))
    assert versions == 1


async def test_decisions_recorded_at_the_same_moment_get_versions_of_their_own(cast: Cast) -> None:
    bo, text = await cast.actor(cast.bo), await cast.desk.read(cast.motion.document_id)
    async with cast.database.writing() as session:
        backers = [(await add_association(session, f"Förening {number}")).id for number in range(6)]

    async def decide(association_id: UUID) -> None:
        async with cast.database.writing() as session:
            await record(session, cast.motion, association_id, bo, Decision(state=State.INTENDS), text)

    await asyncio.gather(*(decide(backer) for backer in backers), _submit(cast))
    async with cast.database.reading() as session:
        kept = await versions_of(session, cast.motion.id)
    assert [version.number for version in kept] == [7, 6, 5, 4, 3, 2, 1]
    assert [version.reason for version in kept].count(Reason.SUBMITTED) == 1


async def test_owner_is_mailed_the_receipt_once(cast: Cast) -> None:
    made = await _submit(cast, base_url="https://verkstad.example")
    async with cast.database.reading() as session:
        jobs = list(await session.scalars(select(Job).where(Job.kind == "mail")))
    assert [job.payload["to"] for job in jobs] == ["astrid@example.org"]
    text = jobs[0].payload["text"]
    assert made.receipt_code in text
    assert made.sha256 in text
    assert f"https://verkstad.example/motions/{cast.motion.id}/submission" in text


async def test_refused_attempt_mails_nobody(cast: Cast) -> None:
    await cast.desk.edit(cast.motion.document_id, TextChange(title=""))
    with pytest.raises(Invalid):
        await _submit(cast, base_url="https://verkstad.example")
    async with cast.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Job)) == 0
