"""Turning to another motion's authors: they are asked and told, let in only when they say yes, and nothing leaks."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.access.roles import Role, Visibility
from app.kit.outbox import Job
from app.motions import queries
from app.motions.actions import set_status, take_role
from app.motions.models import Contact, Motion, Status
from app.people.models import Person
from tests.cast import Cast
from tests.house import House


@pytest.fixture
async def theirs(cast: Cast) -> UUID:
    return await cast.another_motion("Bussar i söder", cast.bo, visibility=Visibility.DEMANDS)


async def post(house: House, person: Person, path: str, **data: Any) -> httpx.Response:
    async with house.browser(person) as browser:
        return await browser.post(path, data={name: str(value) for name, value in data.items()})


async def ask(house: House, theirs: UUID, kind: str = "join_theirs", message: str = "Ska vi?") -> httpx.Response:
    path = f"/motions/{house.cast.motion.id}/contacts"
    return await post(house, house.cast.astrid, path, other=theirs, kind=kind, message=message)


async def only(cast: Cast) -> Contact:
    async with cast.database.reading() as session:
        return (await session.scalars(select(Contact))).one()


async def mails(cast: Cast) -> list[dict[str, str]]:
    async with cast.database.reading() as session:
        return [dict(job.payload) for job in await session.scalars(select(Job).order_by(Job.id))]


async def roles(cast: Cast, motion_id: UUID) -> dict[str, str]:
    async with cast.database.reading() as session:
        return {name: role for _id, name, role in await queries.people_of(session, motion_id)}


async def test_the_other_authors_get_a_mail_and_a_notice_that_give_the_draft_not_away(
    house: House, theirs: UUID
) -> None:
    assert (await ask(house, theirs)).status_code == 303
    (mail,) = await mails(house.cast)
    assert mail["to"] == "bo@example.org"
    assert "Norra" in mail["subject"]
    assert "Ska vi?" in mail["text"]
    assert f"/motions/{theirs}/contacts" in mail["text"]
    assert "Bättre bussar" not in mail["text"]
    async with house.browser(house.cast.bo) as browser:
        for page in ("/home", f"/motions/{theirs}/contacts"):
            text = (await browser.get(page)).text
            assert "Norra vill skriva ihop" in text
            assert "Bättre bussar" not in text
        assert (await browser.get(f"/motions/{house.cast.motion.id}")).status_code == 404


async def test_saying_yes_lets_the_askers_who_are_no_guests_in(house: House, theirs: UUID) -> None:
    await ask(house, theirs)
    contact = await only(house.cast)
    before = await roles(house.cast, house.cast.motion.id)
    answer = await post(house, house.cast.bo, f"/motions/{theirs}/contacts/{contact.id}/acceptance")
    assert answer.headers["location"] == f"/motions/{theirs}"
    assert await roles(house.cast, theirs) == {"Bo Ek": "owner", "Astrid Lind": "author", "Mia Berg": "author"}
    assert await roles(house.cast, house.cast.motion.id) == before
    assert [mail["to"] for mail in await mails(house.cast)] == ["bo@example.org", "astrid@example.org"]


async def test_saying_yes_to_come_over_lets_those_who_were_asked_in(house: House, theirs: UUID) -> None:
    await ask(house, theirs, "join_ours")
    contact = await only(house.cast)
    answer = await post(house, house.cast.bo, f"/motions/{theirs}/contacts/{contact.id}/acceptance")
    assert answer.headers["location"] == f"/motions/{house.cast.motion.id}"
    assert (await roles(house.cast, house.cast.motion.id))["Bo Ek"] == Role.AUTHOR
    assert await roles(house.cast, theirs) == {"Bo Ek": "owner"}


async def test_an_offer_that_is_welcome_lets_the_association_s_signers_read(house: House, theirs: UUID) -> None:
    await ask(house, theirs, "back_theirs")
    contact = await only(house.cast)
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.get(f"/motions/{theirs}/co-signatures")).status_code == 403
    answer = await post(house, house.cast.bo, f"/motions/{theirs}/contacts/{contact.id}/acceptance")
    assert answer.headers["location"] == f"/motions/{theirs}/co-signatures"
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.get(f"/motions/{theirs}/co-signatures")).status_code == 200
    assert "Astrid Lind" not in await roles(house.cast, theirs)


@pytest.mark.parametrize("act", ["acceptance", "refusal"])
async def test_nobody_answers_for_the_others(house: House, theirs: UUID, act: str) -> None:
    await ask(house, theirs)
    contact = await only(house.cast)
    cast = house.cast
    for person, motion in (
        (cast.astrid, cast.motion.id),
        (cast.astrid, theirs),
        (cast.ove, theirs),
        (cast.gun, cast.motion.id),
    ):
        answer = await post(house, person, f"/motions/{motion}/contacts/{contact.id}/{act}")
        assert answer.status_code in {403, 404}, (person.name, motion)
    assert (await only(cast)).state == "asked"
    assert await roles(cast, theirs) == {"Bo Ek": "owner"}


async def test_a_question_taken_back_or_declined_lets_nobody_in(house: House, theirs: UUID) -> None:
    await ask(house, theirs)
    contact = await only(house.cast)
    ours, act = house.cast.motion.id, f"/motions/{theirs}/contacts/{contact.id}"
    assert (await ask(house, theirs)).status_code == 409, "it waits already"
    await post(house, house.cast.astrid, f"/motions/{ours}/contacts/{contact.id}/withdrawal")
    assert (await post(house, house.cast.bo, f"{act}/acceptance")).status_code == 409
    assert (await ask(house, theirs)).status_code == 303, "asked again after having been taken back"
    assert (await post(house, house.cast.bo, f"{act}/refusal")).status_code == 303
    assert (await post(house, house.cast.bo, f"{act}/acceptance")).status_code == 409
    assert (await ask(house, theirs)).status_code == 409, "declined is declined"
    assert await roles(house.cast, theirs) == {"Bo Ek": "owner"}


async def test_who_was_removed_after_asking_lets_nobody_into_the_motion(house: House, theirs: UUID) -> None:
    cast = house.cast
    path = f"/motions/{cast.motion.id}/contacts"
    await post(house, cast.mia, path, other=theirs, kind="join_ours", message="")
    contact = await only(cast)
    async with cast.database.writing() as session:
        await take_role(session, await session.get_one(Motion, cast.motion.id), cast.mia.id)
    answer = await post(house, cast.bo, f"/motions/{theirs}/contacts/{contact.id}/acceptance")
    assert answer.status_code == 409
    assert "Bo Ek" not in await roles(cast, cast.motion.id)


async def test_a_hidden_motion_can_be_asked_nothing_whether_it_exists_or_not(house: House) -> None:
    hidden = await house.cast.another_motion("Hemligt", house.cast.bo)
    for other in (hidden, UUID(int=7)):
        answer = await ask(house, other)
        assert answer.status_code == 404
        assert "Hemligt" not in answer.text
        async with house.browser(house.cast.astrid) as browser:
            page = await browser.get(f"/motions/{house.cast.motion.id}/contacts?other={other}")
            assert page.status_code == 404


async def test_guests_and_outsiders_ask_nothing(house: House, theirs: UUID) -> None:
    path = f"/motions/{house.cast.motion.id}/contacts"
    for person, status in ((house.cast.gun, 403), (house.cast.ove, 404)):
        answer = await post(house, person, path, other=theirs, kind="join_theirs")
        assert answer.status_code == status, person.name
        async with house.browser(person) as browser:
            assert (await browser.get(path)).status_code == status


async def test_what_is_handed_in_or_too_long_or_one_s_own_is_refused_in_words(house: House, theirs: UUID) -> None:
    cast = house.cast
    own = await cast.another_motion("Vår andra", cast.astrid, association_id=cast.north.id)
    assert (await ask(house, own)).status_code == 409
    too_long = await ask(house, theirs, message="x" * 2001)
    assert too_long.status_code == 422
    assert "x" * 2001 in too_long.text, "nothing that was written is lost"
    assert (await ask(house, theirs, kind="other")).status_code == 422
    async with cast.database.writing() as session:
        await set_status(session, theirs, Status.SUBMITTED)
    assert (await ask(house, theirs)).status_code == 409
    async with cast.database.reading() as session:
        assert not list(await session.scalars(select(Contact)))
