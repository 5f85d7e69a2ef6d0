"""Who wrote how much of a motion, and who of them is named."""

import pytest

from app.documents.editing import TextChange
from app.people.models import Person
from tests.house import House

LONG = " och ".join(["alla byar får en tur"] * 12)


async def write(house: House, person: Person, title: str) -> None:
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(title=title, by=person.id))


async def named(house: House) -> list[str]:
    async with house.program(house.cast.astrid) as program:
        found: list[str] = (await program.get(f"/api/v1/motions/{house.cast.motion.id}")).json()["authors"]
    return found


async def test_only_the_owner_and_those_who_have_agreed_are_named(house: House) -> None:
    cast, path = house.cast, f"/motions/{house.cast.motion.id}"
    assert await named(house) == ["Astrid Lind"]
    async with house.browser(cast.gun) as browser:
        await browser.post(f"{path}/authors/answer", data={"named": "true"})
        assert await named(house) == ["Astrid Lind", "Gun"]
        assert "Gun" in (await browser.get(f"{path}/export.md")).text
        assert "Gun" in (await browser.get(f"{path}/text")).text.split("<main", 1)[1]
        await browser.post(f"{path}/authors/answer", data={"named": "false"})
    assert await named(house) == ["Astrid Lind"]


async def test_who_has_written_much_is_suggested_asked_and_answers(house: House) -> None:
    cast, path = house.cast, f"/motions/{house.cast.motion.id}/authors"
    await write(house, cast.mia, f"Bättre bussar {LONG}")
    async with house.browser(cast.astrid) as browser:
        shown = await browser.get(path)
        assert f'value="{cast.mia.id}"' in shown.text
        assert f'value="{cast.gun.id}"' not in shown.text
        asked = await browser.post(f"{path}/questions", data={"person": str(cast.mia.id)})
        assert asked.status_code == 303
        assert f'value="{cast.mia.id}"' not in (await browser.get(path)).text
    assert await named(house) == ["Astrid Lind"]
    async with house.browser(cast.mia) as browser:
        assert "Du har fått frågan" in (await browser.get(path)).text
        await browser.post(f"{path}/answer", data={"named": "true"})
    assert await named(house) == ["Astrid Lind", "Mia Berg"]


async def test_who_has_written_nothing_is_not_asked(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        refused = await browser.post(
            f"/motions/{house.cast.motion.id}/authors/questions", data={"person": str(house.cast.ove.id)}
        )
    assert refused.status_code == 422


async def test_what_was_there_before_is_nobody_s(house: House) -> None:
    await write(house, house.cast.mia, "Bättre bussar nu")
    async with house.browser(house.cast.gun) as browser:
        shown = await browser.get(f"/motions/{house.cast.motion.id}/authors")
    assert "Okänt" in shown.text
    assert "Mia Berg" in shown.text


@pytest.mark.parametrize("act", ["answer", "questions"])
async def test_outsiders_neither_see_nor_say_who_has_written(house: House, act: str) -> None:
    path = f"/motions/{house.cast.motion.id}/authors"
    async with house.browser(house.cast.ove) as browser:
        assert (await browser.get(path)).status_code == 404
        assert (await browser.post(f"{path}/{act}", data={"person": str(house.cast.ove.id)})).status_code == 404


async def test_only_the_owner_asks(house: House) -> None:
    async with house.browser(house.cast.gun) as browser:
        refused = await browser.post(
            f"/motions/{house.cast.motion.id}/authors/questions", data={"person": str(house.cast.gun.id)}
        )
    assert refused.status_code == 403
