"""Showing each other what one writes: nothing is seen before both agree, nor after either has changed its mind."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.access.roles import Role, Visibility
from app.motions.actions import give_role, set_theme, set_visibility
from app.motions.models import Motion
from app.people.models import Person
from tests.cast import Cast
from tests.house import House

SECRET = "Xylofonbussar till byn"


@pytest.fixture
async def theirs(cast: Cast) -> UUID:
    """Bo's motion, of which members know the theme alone; Astrid's is on the same theme, and hidden."""
    async with cast.database.writing() as session:
        await set_theme(session, cast.motion.id, "Transport")
    return await cast.another_motion(SECRET, cast.bo, visibility=Visibility.THEME, theme="Transport")


async def post(house: House, person: Person, path: str, **data: Any) -> httpx.Response:
    async with house.browser(person) as browser:
        return await browser.post(path, data={name: str(value) for name, value in data.items()})


async def seen(house: House, person: Person, motion_id: UUID) -> str:
    """All that the person can find out about that motion: its pages, lists, searches and what programs are told."""
    own = house.cast.motion.id
    pages = [
        f"/motions/{motion_id}",
        f"/motions/{motion_id}/text",
        f"/motions/{motion_id}/co-signatures",
        f"/motions/{motion_id}/export.txt",
        f"/motions/{own}/suggestions",
        f"/motions/{own}/contacts",
        f"/motions/{own}/contacts?other={motion_id}",
        "/motions?q=Xylofonbussar",
        "/motions",
        "/home",
        f"/calls/{house.cast.call.id}",
    ]
    text = ""
    async with house.browser(person) as browser:
        for page in pages:
            answer = await browser.get(page)
            text += answer.text if answer.status_code == 200 else ""
    async with house.program(person) as program:
        for path in ("/api/v1/motions", f"/api/v1/motions/{motion_id}", f"/api/v1/motions/{own}/similar"):
            answer = await program.get(path)
            text += answer.text if answer.status_code == 200 else ""
        answer = await program.post("/api/v1/match", json={"title": SECRET, "body": SECRET, "demands": [SECRET]})
        text += answer.text
    # What the search field repeats is not found.
    return text.replace('value="Xylofonbussar"', "")


async def agree(house: House, theirs: UUID) -> None:
    ours = house.cast.motion.id
    assert (await post(house, house.cast.astrid, f"/motions/{ours}/showings", other=theirs)).status_code == 303
    assert (await post(house, house.cast.bo, f"/motions/{theirs}/showings", other=ours)).status_code == 303


async def test_each_side_sees_association_and_theme_and_no_more_before_both_agree(house: House, theirs: UUID) -> None:
    cast = house.cast
    assert "Södra skriver på samma tema: Transport" in await seen(house, cast.astrid, theirs)
    await post(house, cast.astrid, f"/motions/{cast.motion.id}/showings", other=theirs)
    assert "Xylofon" not in await seen(house, cast.astrid, theirs)
    async with house.browser(cast.bo) as browser:
        waiting = await browser.get(f"/motions/{theirs}/contacts", headers={"hx-request": "true"})
        assert "Norra skriver på samma tema: Transport" in waiting.text
        assert "Bättre bussar" not in waiting.text
        assert (await browser.get(f"/motions/{cast.motion.id}")).status_code == 404


async def test_when_both_have_agreed_each_sees_title_and_demands_but_not_the_text(house: House, theirs: UUID) -> None:
    cast = house.cast
    await agree(house, theirs)
    assert SECRET in await seen(house, cast.astrid, theirs)
    async with house.browser(cast.bo) as browser:
        page = await browser.get(f"/motions/{cast.motion.id}")
        assert "Bättre bussar" in page.text
        assert "att bussen ska gå varje timme" in page.text
        assert "Bussen går för sällan" not in page.text
        for closed in ("/text", "/co-signatures", "/export.docx", "/suggestions"):
            assert (await browser.get(f"/motions/{cast.motion.id}{closed}")).status_code == 403, closed


async def test_nobody_but_those_who_write_in_the_two_sees_what_was_agreed(house: House, theirs: UUID) -> None:
    cast = house.cast
    async with cast.database.writing() as session:
        motion = await session.get_one(Motion, cast.motion.id)
        await give_role(session, motion, cast.ove.id, Role.READER)
    await agree(house, theirs)
    for person in (cast.ove, cast.gun):
        assert "Xylofon" not in await seen(house, person, theirs), person.name
    async with cast.database.reading() as session:
        assert (await session.get_one(Motion, theirs)).visibility == Visibility.THEME


@pytest.mark.parametrize("side", ["astrid", "bo"])
async def test_either_may_change_its_mind_and_neither_sees_any_more(house: House, theirs: UUID, side: str) -> None:
    cast = house.cast
    await agree(house, theirs)
    ours = cast.motion.id
    if side == "astrid":
        await post(house, cast.astrid, f"/motions/{ours}/showings/{theirs}/withdrawal")
    else:
        await post(house, cast.bo, f"/motions/{theirs}/showings/{ours}/withdrawal")
    assert "Xylofon" not in await seen(house, cast.astrid, theirs)
    async with house.browser(cast.bo) as browser:
        assert (await browser.get(f"/motions/{ours}")).status_code == 404


async def test_hiding_a_motion_ends_what_was_agreed(house: House, theirs: UUID) -> None:
    cast = house.cast
    await agree(house, theirs)
    async with cast.database.writing() as session:
        await set_visibility(session, theirs, Visibility.HIDDEN)
    text = await seen(house, cast.astrid, theirs)
    assert "Xylofon" not in text
    assert "samma tema: Transport" not in text


async def test_whoever_was_refused_sees_nothing_and_cannot_ask_again(house: House, theirs: UUID) -> None:
    cast = house.cast
    ours = cast.motion.id
    await post(house, cast.astrid, f"/motions/{ours}/showings", other=theirs)
    assert (await post(house, cast.bo, f"/motions/{theirs}/showings/{ours}/refusal")).status_code == 303
    await post(house, cast.astrid, f"/motions/{ours}/showings/{theirs}/withdrawal")
    assert (await post(house, cast.astrid, f"/motions/{ours}/showings", other=theirs)).status_code == 409
    assert "Xylofon" not in await seen(house, cast.astrid, theirs)


async def test_agreeing_by_oneself_with_ids_that_were_guessed_opens_nothing(house: House, theirs: UUID) -> None:
    """A hidden motion, one on another theme and none at all answer alike, and one can't agree for the others."""
    cast = house.cast
    hidden = await cast.another_motion("Hemligt", cast.bo, theme="Transport")
    elsewhere = await cast.another_motion("Hemligt", cast.bo, visibility=Visibility.THEME, theme="Energi")
    for other in (hidden, elsewhere, UUID(int=7), cast.motion.id):
        answer = await post(house, cast.astrid, f"/motions/{cast.motion.id}/showings", other=other)
        assert answer.status_code == 404, other
    for person in (cast.ove, cast.gun):
        for path in (f"/motions/{theirs}/showings", f"/motions/{cast.motion.id}/showings"):
            answer = await post(house, person, path, other=theirs)
            assert answer.status_code in {403, 404}, (person.name, path)
    answer = await post(house, cast.astrid, f"/motions/{theirs}/showings", other=cast.motion.id)
    assert answer.status_code == 403
