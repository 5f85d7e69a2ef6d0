"""The page on which a motion is handed in, its receipt, and the same for programs."""

from datetime import timedelta
from hashlib import sha256

import pytest

from app.cosigning.actions import Decision, ask, record
from app.cosigning.models import State
from app.documents.editing import TextChange
from app.documents.models import Document
from app.kit import clock
from app.submissions import queries
from app.submissions.models import Submission
from tests.house import House


def _page(house: House) -> str:
    return f"/motions/{house.cast.motion.id}/submission"


async def _submission(house: House) -> Submission | None:
    async with house.cast.database.reading() as session:
        return await queries.of_motion(session, house.cast.motion.id)


async def _is_locked(house: House) -> bool:
    async with house.cast.database.reading() as session:
        return (await session.get_one(Document, house.cast.motion.document_id)).frozen_at is not None


async def test_owner_hands_in_and_gets_the_receipt(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        before = await browser.get(_page(house))
        assert before.status_code == 200
        assert f'action="{_page(house)}"' in before.text

        handed_in = await browser.post(_page(house))
        assert handed_in.status_code == 303
        assert handed_in.headers["location"] == _page(house)

        after = await browser.get(_page(house))
    made = await _submission(house)
    assert made is not None
    assert made.sha256 in after.text
    assert made.receipt_code in after.text
    assert "Astrid Lind" in after.text
    assert 'class="notice" data-tone="success"' in after.text, "the message of the act is shown once"
    assert f'action="{_page(house)}"' not in after.text


async def test_second_attempt_shows_the_receipt_and_says_so(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        await browser.post(_page(house))
        again = await browser.post(_page(house))
    made = await _submission(house)
    assert made is not None
    assert again.status_code == 409
    assert 'role="alert"' in again.text
    assert made.sha256 in again.text


async def test_motion_without_demands_is_not_handed_in(house: House) -> None:
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(demands=()))
    async with house.browser(house.cast.astrid) as browser:
        before = await browser.get(_page(house))
        assert f'action="{_page(house)}"' not in before.text
        refused = await browser.post(_page(house))
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert not await _is_locked(house)


async def test_late_motion_is_warned_of_before_and_marked_after(house: House) -> None:
    await house.cast.change_call(deadline_at=clock.now() - timedelta(days=1))
    async with house.browser(house.cast.astrid) as browser:
        before = await browser.get(_page(house))
        assert before.text.count('data-tone="warning"') >= 2, "the deadline, and what it means"
        assert f'action="{_page(house)}"' in before.text
        await browser.post(_page(house))
        after = await browser.get(_page(house))
    made = await _submission(house)
    assert made is not None
    assert made.late
    assert 'data-tone="warning"' in after.text


async def test_call_that_takes_nothing_late_offers_no_button(house: House) -> None:
    await house.cast.change_call(deadline_at=clock.now() - timedelta(days=1), accepts_late=False)
    async with house.browser(house.cast.astrid) as browser:
        before = await browser.get(_page(house))
        refused = await browser.post(_page(house))
    assert f'action="{_page(house)}"' not in before.text
    assert "Distriktet" in before.text
    assert refused.status_code == 409
    assert not await _is_locked(house)


async def test_those_who_are_not_the_owner_may_not_hand_in(house: House) -> None:
    """A co-author who is a member, and a guest who writes, see the page, without the button."""
    for person in (house.cast.mia, house.cast.gun):
        async with house.browser(person) as browser:
            page = await browser.get(_page(house))
            assert page.status_code == 200
            assert f'action="{_page(house)}"' not in page.text
            assert "Astrid Lind" in page.text
            assert (await browser.post(_page(house))).status_code == 403
    assert not await _is_locked(house)


async def test_outsider_does_not_learn_that_there_is_a_motion(house: House) -> None:
    async with house.browser(house.cast.ove) as browser:
        for answer in (
            await browser.get(_page(house)),
            await browser.post(_page(house)),
            await browser.get(f"{_page(house)}/canonical.json"),
        ):
            assert answer.status_code == 404
    assert not await _is_locked(house)


async def test_member_who_may_only_read_an_open_motion_may_not_hand_it_in(house: House) -> None:
    await house.cast.open_to_members()
    async with house.browser(house.cast.ove) as browser:
        assert (await browser.get(_page(house))).status_code == 200
        assert (await browser.post(_page(house))).status_code == 403
    assert not await _is_locked(house)


async def test_stranger_is_asked_to_sign_in(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get(_page(house))).headers["location"].startswith("/sign-in")
        assert (await browser.post(_page(house))).status_code == 401


async def test_checklist_advises_to_have_changed_demands_confirmed_again(house: House) -> None:
    cast = house.cast
    bo, text = await cast.actor(cast.bo), await cast.desk.read(cast.motion.document_id)
    async with cast.database.writing() as session:
        await ask(session, cast.motion, cast.east.id, await cast.actor(cast.astrid), "", "http://verkstad.test")
        await record(session, cast.motion, cast.south.id, bo, Decision(state=State.INTENDS), text)
    async with house.browser(cast.astrid) as browser:
        standing = await browser.get(_page(house))
        assert "Södra" in standing.text
        assert "Östra" in standing.text, "it has been asked and has not answered"

        wanted = (
            (text.demands[0].id, "att bussen ska gå två gånger i timmen"),
            (text.demands[1].id, text.demands[1].text),
        )
        await cast.desk.edit(cast.motion.document_id, TextChange(demands=wanted))
        stale = await browser.get(_page(house))
        assert stale.text.count('data-tone="warning"') == standing.text.count('data-tone="warning"') + 1
        assert (await browser.post(_page(house))).status_code == 303, "it is advice, and stops nobody"


async def test_bytes_behind_the_hash_can_be_fetched_and_checked(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        missing = await browser.get(f"{_page(house)}/canonical.json")
        assert missing.status_code == 404
        await browser.post(_page(house))
        fetched = await browser.get(f"{_page(house)}/canonical.json")
    made = await _submission(house)
    assert made is not None
    assert sha256(fetched.content).hexdigest() == made.sha256
    assert fetched.headers["content-type"] == "application/json"
    assert "attachment" in fetched.headers["content-disposition"]


async def test_interrupted_attempt_is_explained_and_can_be_completed(house: House) -> None:
    await house.cast.desk.freeze(house.cast.motion.document_id)
    async with house.browser(house.cast.astrid) as browser:
        page = await browser.get(_page(house))
        assert f'action="{_page(house)}"' in page.text
        assert 'data-tone="warning"' in page.text
        assert (await browser.post(_page(house))).status_code == 303
    assert await _submission(house) is not None


async def test_program_hands_in_once(house: House) -> None:
    address = f"/api/v1{_page(house)}"
    async with house.program(house.cast.astrid) as program:
        first = await program.post(address)
        assert first.status_code == 201
        assert set(first.json()) == {"submitted_at", "sha256", "late"}
        second = await program.post(address)
        assert second.status_code == 409
        assert second.headers["content-type"] == "application/problem+json"
        changed = await program.patch(f"/api/v1/motions/{house.cast.motion.id}", json={"title": "Ändrad"})
        assert changed.status_code == 409
    made = await _submission(house)
    assert made is not None
    assert first.json()["sha256"] == made.sha256
    assert first.json()["late"] is False


async def test_program_is_told_by_field_what_is_missing(house: House) -> None:
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(title="", demands=()))
    async with house.program(house.cast.astrid) as program:
        refused = await program.post(f"/api/v1{_page(house)}")
    assert refused.status_code == 422
    assert set(refused.json()["errors"]) == {"title", "demands"}


@pytest.mark.parametrize(("who", "status"), [("ove", 404), ("mia", 403)])
async def test_programs_of_others_are_refused(house: House, who: str, status: int) -> None:
    async with house.program(getattr(house.cast, who)) as program:
        assert (await program.post(f"/api/v1{_page(house)}")).status_code == status


async def test_cookie_is_not_enough_for_the_interface_of_programs(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.post(f"/api/v1{_page(house)}")).status_code == 401
    assert not await _is_locked(house)
