"""Motions are sought in what the reader may see of them, and in nothing else; on both databases."""

from typing import Any
from uuid import UUID

import pytest

from app.access.roles import Visibility
from app.associations.models import Association, Kind
from app.browsing.search import Page, browse, words_of
from app.kit.i18n import _
from app.motions.actions import set_status, set_visibility
from app.motions.models import Status
from app.motions.queries import Filter
from app.people.models import Person
from tests.cast import Cast
from tests.house import House


def no_parts(_word: str) -> tuple[str, ...]:
    return ()


async def search(cast: Cast, person: Person, typed: str = "", where: Filter | None = None, **given: Any) -> Page:
    actor = await cast.actor(person)
    async with cast.database.reading() as session:
        return await browse(session, actor, where or Filter(), words_of(typed, no_parts), **given)


async def found(cast: Cast, person: Person, typed: str, where: Filter | None = None) -> list[UUID]:
    page = await search(cast, person, typed, where)
    assert page.total == len(page.hits)
    return [hit.motion.id for hit in page.hits]


async def show(cast: Cast, visibility: Visibility) -> None:
    async with cast.database.writing() as session:
        await set_visibility(session, cast.motion.id, visibility)


async def test_a_hidden_draft_is_found_by_its_authors_alone(cast: Cast) -> None:
    for typed in ("bussar", "sällan", "timme", "Norra", "Bättre bussar"):
        assert await found(cast, cast.astrid, typed) == [cast.motion.id], typed
        assert await found(cast, cast.gun, typed) == [cast.motion.id], typed
        for person in (cast.bo, cast.ove):
            assert await found(cast, person, typed) == []
    assert (await search(cast, cast.bo)).total == 0


async def test_a_motion_that_shows_its_theme_is_found_by_theme_and_association_only(cast: Cast) -> None:
    there = await cast.another_motion("Bussar", cast.bo, visibility=Visibility.THEME, theme="Transport", body="Sällan")
    for typed in ("bussar", "timme", "sällan", "bussar transport"):
        assert await found(cast, cast.ove, typed) == [], typed
    for typed in ("transport", "södra", "transporter södra"):
        page = await search(cast, cast.ove, typed)
        assert [hit.motion.id for hit in page.hits] == [there]
        assert (page.hits[0].motion.title, page.hits[0].title, page.hits[0].excerpt) == (None, None, None)


async def test_a_body_that_is_closed_is_not_sought(cast: Cast) -> None:
    await show(cast, Visibility.DEMANDS)
    assert await found(cast, cast.bo, "sällan") == []
    assert await found(cast, cast.bo, "bussar timme åka") == []
    assert await found(cast, cast.bo, "bussar timme") == [cast.motion.id]
    (hit,) = (await search(cast, cast.bo, "buss")).hits
    assert "sällan" not in str(hit.excerpt)
    await show(cast, Visibility.TEXT)
    assert await found(cast, cast.bo, "sällan") == [cast.motion.id]


async def test_what_was_handed_in_is_found_by_the_recipients_officer(cast: Cast) -> None:
    from app.access.actor import Actor

    district = frozenset({cast.call.association_id or cast.north.id})
    officer = Actor(cast.ove.id, "Dagny", 0, memberships=district, offices=district)
    async with cast.database.reading() as session:
        assert (await browse(session, officer, Filter(), words_of("bussar", no_parts))).total == 0
    async with cast.database.writing() as session:
        await set_status(session, cast.motion.id, Status.SUBMITTED)
    async with cast.database.reading() as session:
        assert (await browse(session, officer, Filter(), words_of("sällan", no_parts))).total == 1


async def test_letters_beyond_english_are_found_in_either_case(cast: Cast) -> None:
    there = await cast.another_motion("ÄLDRE ÅKER", cast.astrid, body="Öppna Ängskolan.")
    for typed in ("äldre", "Äldre", "åker", "öppna ängskolan"):
        assert await found(cast, cast.astrid, typed) == [there], typed


async def test_signs_that_mean_something_to_the_database_find_nothing(cast: Cast) -> None:
    await cast.open_to_members()
    for typed in ("%", "_", "\\", "%%%", "'", "\x00", "_us_"):
        assert await found(cast, cast.bo, typed) == [], typed
    assert await found(cast, cast.bo, "% bussar ' \x00") == [cast.motion.id]


async def test_the_best_match_comes_first_or_the_latest_change(cast: Cast) -> None:
    title = await cast.another_motion("Bussar", cast.astrid, body="Vi vill.")
    body = await cast.another_motion("Resor", cast.astrid, body="Vi vill ha en kvällsbuss.")
    best = [hit.motion.id for hit in (await search(cast, cast.astrid, "bussar vill")).hits]
    latest = [hit.motion.id for hit in (await search(cast, cast.astrid, "bussar vill", order="date")).hits]
    assert best == [title, cast.motion.id, body]
    assert latest == [body, title, cast.motion.id]


@pytest.mark.parametrize("typed", ["", "motion"])
async def test_pages_hold_each_motion_once(cast: Cast, typed: str) -> None:
    for number in range(7):
        await cast.another_motion(f"Motion {number}", cast.astrid)
    seen: list[UUID] = []
    after = None
    while True:
        page = await search(cast, cast.astrid, typed, after=after, limit=3)
        assert page.total == (7 if typed else 8)
        seen += [hit.motion.id for hit in page.hits]
        after = page.following
        if after is None:
            break
    assert len(seen) == len(set(seen)) == page.total


async def the_circuit(cast: Cast) -> UUID:
    async with cast.database.writing() as session:
        circuit = Association(name="Kretsen", kind=Kind.CIRCUIT)
        session.add(circuit)
        await session.flush()
        (await session.get_one(Association, cast.south.id)).parent_id = circuit.id
    return circuit.id


async def test_the_page_narrows_down_by_what_is_chosen_and_leads_on(house: House) -> None:
    cast = house.cast
    circuit = await the_circuit(cast)
    south = await cast.another_motion("Bänkar <i>nu</i>", cast.bo, visibility=Visibility.TEXT, theme="Bostad")
    async with cast.database.writing() as session:
        await set_status(session, south, Status.SUBMITTED)
    async with house.browser(cast.astrid) as browser:
        for chosen, expected in (
            ({}, {south, cast.motion.id}),
            ({"circuit": str(circuit)}, {south}),
            ({"circuit": str(circuit), "association": str(cast.north.id)}, set()),
            ({"association": str(cast.north.id)}, {cast.motion.id}),
            ({"theme": "Bostad"}, {south}),
            ({"status": "draft"}, {cast.motion.id}),
            ({"status": "submitted", "call": str(cast.call.id)}, {south}),
            ({"q": "bänk"}, {south}),
            ({"q": "bänk", "theme": "Transport"}, set()),
            ({"theme": "", "association": "", "call": "x", "status": "x", "sort": "x"}, {south, cast.motion.id}),
        ):
            page = await browser.get("/motions", params=chosen)
            assert page.status_code == 200
            listed = {id_ for id_ in (south, cast.motion.id) if f'href="/motions/{id_}"' in page.text}
            assert listed == expected, chosen
        marked = (await browser.get("/motions", params={"q": "bänkarna"})).text
        assert "<mark>Bänkar</mark> &lt;i&gt;nu&lt;/i&gt;" in marked
        assert f'href="/motions/{south}/similar"' in marked
        part = (await browser.get("/motions", params={"q": "bänk"}, headers={"hx-request": "true"})).text
        assert part.lstrip().startswith("<section")
        assert (await browser.get("/motions", params={"cursor": "x"})).status_code == 422
        assert _("No motion fits") in (await browser.get("/motions", params={"q": "rymdhiss"})).text


async def test_the_api_and_the_page_find_the_same(house: House) -> None:
    cast = house.cast
    circuit = await the_circuit(cast)
    south = await cast.another_motion("Kvällsbussar", cast.bo, visibility=Visibility.TEXT, theme="Transport")
    async with house.program(cast.astrid) as client:
        for params, expected in (
            ({"q": "buss", "sort": "relevance"}, [str(cast.motion.id), str(south)]),
            ({"q": "buss"}, [str(south), str(cast.motion.id)]),
            ({"q": "buss", "theme": "Transport"}, [str(south)]),
            ({"circuit": "Kretsen"}, [str(south)]),
            ({"circuit": str(circuit), "association": "Norra"}, []),
            ({"status": "submitted"}, []),
        ):
            listed = (await client.get("/api/v1/motions", params=params)).json()["motions"]
            assert [each["id"] for each in listed] == expected, params
        for wrong in ({"status": "x"}, {"sort": "x"}, {"cursor": "x"}):
            assert (await client.get("/api/v1/motions", params=wrong)).status_code == 422


async def test_a_guest_sees_only_the_motions_joined_and_no_names_to_choose_from(house: House) -> None:
    await house.cast.another_motion("Öppen för medlemmar", house.cast.bo, visibility=Visibility.TEXT)
    async with house.browser(house.cast.gun) as browser:
        page = (await browser.get("/motions")).text
    assert "Bättre bussar" in page
    assert "Öppen för medlemmar" not in page
    assert "Södra" not in page
    assert "/similar" not in page
    async with house.browser() as nobody:
        assert "/sign-in" in (await nobody.get("/motions")).headers["location"]
