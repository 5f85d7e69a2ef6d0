"""Coming in by a link or a code, and being out again when it is withdrawn."""

import re
from datetime import timedelta

import pytest
import segno

from app.access.roles import Role
from app.kit import clock
from app.motions.models import ShareLink
from app.motions.queries import colors_in, people_of
from app.motions.sharing import Life, link_token, links_of, make_link
from app.people.models import COLORS
from app.people.routes import SESSION_COOKIE
from tests.house import House

SECRET = "k" * 48


async def a_link(house: House, role: Role = Role.AUTHOR) -> ShareLink:
    cast = house.cast
    async with cast.database.writing() as session:
        return await make_link(session, cast.motion, role, cast.astrid.id)


async def test_a_guest_comes_in_with_nothing_but_a_name(house: House) -> None:
    path = f"/join/{link_token(SECRET, await a_link(house))}"
    async with house.browser() as browser:
        asked = await browser.get(path)
        assert asked.status_code == 200
        assert 'name="name"' in asked.text
        joined = await browser.post(path, data={"name": "Bo Tallgård"})
        assert joined.status_code == 303
        assert joined.headers["location"] == f"/motions/{house.cast.motion.id}"
        assert SESSION_COOKIE in browser.cookies
        page = await browser.get(joined.headers["location"])
        assert page.status_code == 200
        assert 'data-role="author"' in page.text


async def test_guests_are_told_apart_by_their_colours(house: House) -> None:
    path = f"/join/{link_token(SECRET, await a_link(house))}"
    for number in range(COLORS - 3):
        async with house.browser() as browser:
            await browser.post(path, data={"name": f"Gäst {number}"})
    async with house.cast.database.reading() as session:
        people = len(await people_of(session, house.cast.motion.id))
        assert len(await colors_in(session, house.cast.motion.id)) == people == COLORS


async def test_a_guest_without_a_name_is_asked_again_and_nothing_is_made(house: House) -> None:
    path = f"/join/{link_token(SECRET, await a_link(house))}"
    async with house.browser() as browser:
        refused = await browser.post(path, data={"name": " \u200b "})
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
        assert SESSION_COOKIE not in browser.cookies


async def test_a_link_can_be_photographed_from_the_screen(house: House) -> None:
    link = await a_link(house)
    async with house.browser(house.cast.astrid) as browser:
        page = (await browser.get(f"/motions/{house.cast.motion.id}/sharing")).text
    code = segno.make(f"http://verkstad.test/join/{link_token(SECRET, link)}", error="m")
    dark = {(x, y) for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module}
    drawn = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", page)}
    assert drawn == dark


async def test_a_code_leads_to_the_link_however_it_is_typed(house: House) -> None:
    link = await a_link(house)
    typed = f" {link.code[:3].lower()}-{link.code[3:].lower()} "
    async with house.browser() as browser:
        found = await browser.post("/join", data={"code": typed})
        assert found.status_code == 303
        assert found.headers["location"].startswith("/join/")
        wrong = await browser.post("/join", data={"code": "AAAAAA"})
        assert wrong.status_code == 422


async def test_a_whole_hall_may_come_by_one_code_from_one_address(house: House) -> None:
    link = await a_link(house)
    async with house.browser() as browser:
        answers = {(await browser.post("/join", data={"code": link.code})).status_code for _delegate in range(60)}
    assert answers == {303}


async def test_guessing_codes_is_slowed_down(house: House) -> None:
    async with house.browser() as browser:
        answers = [(await browser.post("/join", data={"code": "ACDEFG"})).status_code for _try in range(25)]
    assert 429 in answers


@pytest.mark.parametrize("token", ["x", "forged.signature", "../../etc", "%00"])
async def test_a_forged_link_opens_nothing(house: House, token: str) -> None:
    async with house.browser() as browser:
        assert (await browser.get(f"/join/{token}")).status_code == 404


async def test_a_link_says_when_it_has_run_out_or_was_withdrawn(house: House) -> None:
    link = await a_link(house)
    path = f"/join/{link_token(SECRET, link)}"
    async with house.browser() as browser:
        with clock.frozen(clock.now() + Life.MONTH.length + timedelta(minutes=1)):
            assert (await browser.get(path)).status_code == 410
    async with house.browser(house.cast.astrid) as browser:
        revoked = await browser.post(f"/motions/{house.cast.motion.id}/share-links/{link.id}/revocation")
        assert revoked.status_code == 303
    async with house.browser() as browser:
        assert (await browser.get(path)).status_code == 410
        assert (await browser.post(path, data={"name": "Bo"})).status_code == 410


@pytest.mark.parametrize(("life", "days"), [("day", 1), ("week", 7), ("month", 30)])
async def test_a_link_works_as_long_as_whoever_made_it_chose(house: House, life: str, days: int) -> None:
    async with house.browser(house.cast.astrid) as browser:
        path = f"/motions/{house.cast.motion.id}/share-links"
        assert (await browser.post(path, data={"role": "reader", "life": life})).status_code == 303
        assert (await browser.post(path, data={"role": "reader", "life": "year"})).status_code == 422
    async with house.cast.database.reading() as session:
        (link,) = await links_of(session, house.cast.motion.id)
    assert link.expires_at - link.created_at == timedelta(days=days)
    async with house.browser() as browser:
        for past, status in ((timedelta(minutes=-1), 200), (timedelta(minutes=1), 410)):
            with clock.frozen(link.expires_at + past):
                assert (await browser.get(f"/join/{link_token(SECRET, link)}")).status_code == status


async def test_withdrawing_a_link_puts_those_who_came_by_it_out(house: House) -> None:
    link = await a_link(house)
    motion = f"/motions/{house.cast.motion.id}"
    async with house.browser() as guest, house.browser(house.cast.astrid) as astrid:
        await guest.post(f"/join/{link_token(SECRET, link)}", data={"name": "Bo"})
        assert (await guest.get(motion)).status_code == 200
        await astrid.post(f"{motion}/share-links/{link.id}/revocation")
        assert (await guest.get(motion)).status_code == 404
        assert (await astrid.get(motion)).status_code == 200


async def test_a_link_of_another_motion_can_not_be_withdrawn_here(house: House) -> None:
    link = await a_link(house)
    other = await house.cast.another_motion("En annan", house.cast.bo)
    async with house.browser(house.cast.bo) as browser:
        assert (await browser.post(f"/motions/{other}/share-links/{link.id}/revocation")).status_code == 404
    async with house.cast.database.reading() as session:
        assert [each.id for each in await links_of(session, house.cast.motion.id)] == [link.id]


async def test_only_those_who_may_invite_see_the_links(house: House) -> None:
    path = f"/motions/{house.cast.motion.id}/sharing"
    link = await a_link(house)
    async with house.browser(house.cast.astrid) as browser:
        assert link.code in (await browser.get(path)).text
    async with house.browser(house.cast.gun) as browser:
        assert (await browser.get(path)).status_code == 403
    async with house.browser(house.cast.ove) as browser:
        assert (await browser.get(path)).status_code == 404


async def test_the_owner_stays_and_others_can_be_put_out(house: House) -> None:
    cast = house.cast
    motion = f"/motions/{cast.motion.id}"
    async with house.browser(cast.astrid) as browser:
        assert (await browser.post(f"{motion}/people/{cast.astrid.id}/removal")).status_code == 422
        assert (await browser.post(f"{motion}/people/{cast.gun.id}/removal")).status_code == 303
    async with house.browser(cast.gun) as browser:
        assert (await browser.get(motion)).status_code == 404
