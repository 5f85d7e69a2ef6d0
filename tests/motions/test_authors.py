"""Who wrote how much of a motion, and who of them is named."""

import pytest
from sqlalchemy import select

from app.documents.editing import TextChange
from app.kit.outbox import Job
from app.motions.actions import take_role
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


async def test_the_owner_is_named_without_being_asked_whether_anything_is_hers_or_not(house: House) -> None:
    path = f"/motions/{house.cast.motion.id}/authors"
    async with house.browser(house.cast.astrid) as browser:
        assert f"{path}/answer" not in (await browser.get(path)).text
    async with house.browser(house.cast.mia) as browser:
        assert f"{path}/answer" in (await browser.get(path)).text


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


async def letters(house: House) -> list[tuple[str, str]]:
    """(to whom, text) of the mail that waits to be sent."""
    async with house.cast.database.reading() as session:
        jobs = await session.scalars(select(Job).order_by(Job.id))
        return [(job.payload["to"], job.payload["text"]) for job in jobs if job.kind == "mail"]


async def test_who_is_asked_gets_one_mail_and_finds_the_question_among_what_there_is_to_do(house: House) -> None:
    cast, path = house.cast, f"/motions/{house.cast.motion.id}/authors"
    await write(house, cast.mia, f"Bättre bussar {LONG}")
    async with house.browser(cast.mia) as browser:
        assert path not in (await browser.get("/home")).text
    async with house.browser(cast.astrid) as browser:
        for _again in range(2):
            await browser.post(f"{path}/questions", data={"person": str(cast.mia.id)})
        assert path not in (await browser.get("/home")).text
    ((to, text),) = await letters(house)
    assert to == cast.mia.email
    assert text.startswith("Hej Mia Berg,\n\nAstrid Lind undrar om du vill")
    assert f"http://verkstad.test{path}" in text
    async with house.browser(cast.mia) as browser:
        home = (await browser.get("/home")).text
        assert f'href="{path}"' in home
        assert "1 fråga till er som skriver" in home
        await browser.post(f"{path}/answer", data={"named": "false"})
        assert path not in (await browser.get("/home")).text


async def test_guest_without_a_mailbox_finds_the_question_too(house: House) -> None:
    cast, path = house.cast, f"/motions/{house.cast.motion.id}/authors"
    await write(house, cast.gun, f"Bättre bussar {LONG}")
    async with house.browser(cast.astrid) as browser:
        await browser.post(f"{path}/questions", data={"person": str(cast.gun.id)})
    assert await letters(house) == []
    async with house.browser(cast.gun) as browser:
        assert f'href="{path}"' in (await browser.get("/home")).text


async def test_who_has_left_the_motion_is_neither_asked_nor_reminded_of_it(house: House) -> None:
    cast, path = house.cast, f"/motions/{house.cast.motion.id}/authors"
    for person in (cast.mia, cast.gun):
        await write(house, person, f"{person.name} {LONG}")
    async with house.browser(cast.astrid) as browser:
        await browser.post(f"{path}/questions", data={"person": str(cast.gun.id)})
        async with cast.database.writing() as session:
            for person in (cast.mia, cast.gun):
                await take_role(session, cast.motion, person.id)
        assert f'value="{cast.mia.id}"' not in (await browser.get(path)).text
        refused = await browser.post(f"{path}/questions", data={"person": str(cast.mia.id)})
    assert refused.status_code == 422
    assert await letters(house) == []
    async with house.browser(cast.gun) as browser:
        assert path not in (await browser.get("/home")).text


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
