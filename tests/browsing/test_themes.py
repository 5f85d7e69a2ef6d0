"""Themes are suggested from what the author may see, accepted with one click, and nothing is told of closed motions."""

from uuid import UUID

import pytest

from app.access.roles import Visibility
from app.browsing.theme_words import TELLS_OF
from app.documents.editing import TextChange
from app.motions.models import Motion
from app.motions.themes import THEMES
from app.people.models import Person
from tests.cast import Cast
from tests.house import House

BODY = "Den som bor i byn behöver komma till stan på kvällen. Avgångarna är för få, och turerna dras in."


async def take_in(house: House) -> None:
    feed = house.app.state.matching
    await (feed.follow() if feed.missing() is None else feed.build())


async def write(cast: Cast, title: str, body: str = BODY) -> None:
    await cast.desk.edit(cast.motion.document_id, TextChange(title=title, body=body, demands=()))


async def offered(house: House, person: Person) -> list[str]:
    async with house.browser(person) as browser:
        answer = await browser.get(f"/motions/{house.cast.motion.id}/themes", headers={"hx-request": "true"})
    assert answer.status_code == 200, answer.text
    return [theme for theme in THEMES if f'name="theme" value="{theme}"' in answer.text]


async def theme_of(cast: Cast, motion_id: UUID | None = None) -> str | None:
    async with cast.database.reading() as session:
        return (await session.get_one(Motion, motion_id or cast.motion.id)).theme


async def alike(cast: Cast, visibility: Visibility) -> None:
    for n in range(3):
        await cast.another_motion(f"Turerna dras in {n}", cast.bo, body=BODY, visibility=visibility, theme="Energi")


async def test_the_theme_of_motions_that_are_alike_comes_first(house: House) -> None:
    await write(house.cast, "Turerna dras in i byn")
    await alike(house.cast, Visibility.TEXT)
    await take_in(house)
    assert (await offered(house, house.cast.astrid))[:1] == ["Energi"]


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.THEME])
async def test_closed_motions_suggest_nothing(house: House, visibility: Visibility) -> None:
    await write(house.cast, "Turerna dras in i byn")
    await alike(house.cast, visibility)
    await take_in(house)
    assert "Energi" not in await offered(house, house.cast.astrid)


async def test_words_tell_where_there_is_nothing_to_compare_with(house: House) -> None:
    await take_in(house)
    for title, body, theme in (
        ("Fler kvällsbussar", "Kollektivtrafiken är viktig. Bussen och tåget ska gå.", "Transport"),
        ("Läxhjälp", "Skolan ska ge varje elev en lärare som hinner.", "Förskola och skola"),
        ("Hyresrätter", "Hyran ska gå att betala. Bostaden är en rätt.", "Bostad"),
    ):
        await write(house.cast, title, body)
        assert theme in await offered(house, house.cast.astrid), title
    await write(house.cast, "Xyz", "Något helt annat.")
    assert await offered(house, house.cast.astrid) == []


async def test_one_click_accepts_and_another_takes_away(house: House) -> None:
    cast = house.cast
    await take_in(house)
    await write(cast, "Fler bussar", "Bussen och tåget ska gå.")
    path = f"/motions/{cast.motion.id}/theme"
    async with house.browser(cast.astrid) as browser:
        accepted = await browser.post(path, data={"theme": "Transport"}, headers={"hx-request": "true"})
        assert accepted.status_code == 200
        assert "<strong>Transport</strong>" in accepted.text
        assert await theme_of(cast) == "Transport"
        listed = await browser.get("/motions", params={"theme": "Transport"})
        assert f'href="/motions/{cast.motion.id}"' in listed.text
        taken = await browser.post(path, data={"theme": ""}, headers={"hx-request": "true"})
        assert 'value="Transport"' in taken.text, "it is suggested again"
        assert await theme_of(cast) is None
        assert (await browser.post(path, data={"theme": "Transport"})).status_code == 303, "and without a script"
        assert (await browser.post(path, data={"theme": "Rymden"})).status_code == 422
    async with house.program(cast.astrid) as client:
        listed = await client.get("/api/v1/motions", params={"theme": "Transport"})
    assert [each["id"] for each in listed.json()["motions"]] == [str(cast.motion.id)]


async def test_only_authors_choose(house: House) -> None:
    await house.cast.open_to_members()
    for person, status in ((house.cast.gun, 403), (house.cast.ove, 403), (house.cast.mia, 200)):
        async with house.browser(person) as browser:
            assert (await browser.get(f"/motions/{house.cast.motion.id}/themes")).status_code == status
            answer = await browser.post(f"/motions/{house.cast.motion.id}/theme", data={"theme": "Bostad"})
            assert answer.status_code == (303 if status == 200 else 403)


def test_words_tell_of_themes_that_there_are() -> None:
    assert {theme for themes in TELLS_OF.values() for theme in themes} == set(THEMES)
