"""The pages of a motion's versions, and what is new since one was here last."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.access.roles import Role, Visibility
from app.documents import store
from app.documents.desk import StoreDesk
from app.documents.editing import TextChange
from app.documents.text import Block, Span
from app.history.keeper import QUIET, Keeper
from app.history.visits import AWAY
from app.kit import clock
from app.motions.actions import give_role, set_visibility
from app.motions.models import Motion
from app.motions.projection import project
from app.motions.versions import versions_of
from app.people.models import Person
from tests.house import House

BODY = (Block("heading", (Span("Varför"),), 2), Block("paragraph", (Span("Sista bussen går "), Span("19", bold=True))))


async def write(house: House, change: TextChange) -> None:
    cast = house.cast
    await cast.desk.edit(cast.motion.document_id, change)
    await project(cast.database, cast.desk, cast.motion.document_id)


async def keep(house: House, name: str, person: Person | None = None) -> int:
    """Keeps the text as it is, as a person does; its number."""
    async with house.browser(person or house.cast.astrid) as browser:
        kept = await browser.post(f"/motions/{house.cast.motion.id}/versions", data={"name": name})
    assert kept.status_code == 303
    async with house.cast.database.reading() as session:
        return (await versions_of(session, house.cast.motion.id))[0].number


async def test_a_named_version_is_in_the_list_and_can_be_read(house: House) -> None:
    number = await keep(house, "  Inför <mötet> ")
    await write(house, TextChange(title="Något annat"))
    path = f"/motions/{house.cast.motion.id}/versions"
    async with house.browser(house.cast.mia) as browser:
        listed = await browser.get(path)
        shown = await browser.get(f"{path}/{number}")
    assert "Inför &lt;mötet&gt;" in listed.text
    assert "Behållen av Astrid" in listed.text
    assert house.cast.motion.title in shown.text
    assert "Något annat" not in shown.text.split("<article", 1)[1]


async def test_a_version_without_a_name_is_not_kept(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        refused = await browser.post(f"/motions/{house.cast.motion.id}/versions", data={"name": " \u200b "})
    assert refused.status_code == 422


async def test_the_difference_to_the_text_now_shows_words_and_demands(house: House) -> None:
    number = await keep(house, "Före")
    first, second = (await house.cast.desk.read(house.cast.motion.document_id)).demands
    await write(house, TextChange(demands=((second.id, second.text), (first.id, "att bussen ska gå varje kvart"))))
    async with house.browser(house.cast.astrid) as browser:
        told = await browser.get(f"/motions/{house.cast.motion.id}/versions/difference?from={number}")
    assert "<del>" in told.text
    assert "kvart" in told.text
    assert "Flyttad" in told.text


@pytest.mark.parametrize("query", ["?from=99", "?from=x&to=now", "?from=1&to=99999999999999999999"])
async def test_a_version_that_there_is_none_of_is_not_found(house: House, query: str) -> None:
    await keep(house, "Före")
    async with house.browser(house.cast.astrid) as browser:
        path = f"/motions/{house.cast.motion.id}/versions"
        assert (await browser.get(f"{path}/difference{query}")).status_code == 404
        assert (await browser.get(f"{path}/99999999999999999999")).status_code == 404
        assert (await browser.post(f"{path}/77/restoration")).status_code == 404


async def test_a_version_comes_back_with_its_marks_and_the_same_demands(house: House) -> None:
    await write(house, TextChange(body=BODY))
    before = await house.cast.desk.read(house.cast.motion.document_id)
    number = await keep(house, "Före")
    await write(house, TextChange("Annan rubrik", "Helt ny text", ((None, "att något annat"),)))
    replaced = await house.cast.desk.read(house.cast.motion.document_id)
    async with house.browser(house.cast.astrid) as browser:
        path = f"/motions/{house.cast.motion.id}/versions"
        assert (await browser.post(f"{path}/{number}/restoration")).status_code == 303
        assert await house.cast.desk.read(house.cast.motion.document_id) == before
        # And the change of mind: what was replaced is a version of its own.
        assert (await browser.post(f"{path}/{number + 1}/restoration")).status_code == 303
    assert await house.cast.desk.read(house.cast.motion.document_id) == replaced


async def test_words_that_are_written_while_a_version_comes_back_are_kept_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await keep(house, "Före")
    await write(house, TextChange(title="Ny rubrik"))

    replace = StoreDesk.replace

    async def written_in_until_then(desk: StoreDesk, document_id: UUID, change: TextChange) -> Any:
        await replace(desk, document_id, TextChange(title="Ny rubrik, igen"))
        return await replace(desk, document_id, change)

    with monkeypatch.context() as patch:
        patch.setattr(StoreDesk, "replace", written_in_until_then)
        async with house.browser(house.cast.astrid) as browser:
            path = f"/motions/{house.cast.motion.id}/versions"
            assert (await browser.post(f"{path}/{number}/restoration")).status_code == 303
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.post(f"{path}/{number + 2}/restoration")).status_code == 303
    assert (await house.cast.desk.read(house.cast.motion.document_id)).title == "Ny rubrik, igen"


async def test_nothing_is_brought_back_into_a_motion_that_is_handed_in(house: House) -> None:
    number = await keep(house, "Före")
    await write(house, TextChange(title="Slutlig rubrik"))
    async with house.cast.database.writing() as session:
        await store.freeze(session, house.cast.motion.document_id)
    async with house.browser(house.cast.astrid) as browser:
        refused = await browser.post(f"/motions/{house.cast.motion.id}/versions/{number}/restoration")
    assert refused.status_code == 409
    assert (await house.cast.desk.read(house.cast.motion.document_id)).title == "Slutlig rubrik"


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.TEXT])
async def test_how_a_text_came_about_is_not_for_those_who_only_read_it(house: House, visibility: Visibility) -> None:
    cast = house.cast
    number = await keep(house, "Hemlig")
    async with cast.database.writing() as session:
        await set_visibility(session, cast.motion.id, visibility)
        await give_role(session, await session.get_one(Motion, cast.motion.id), cast.bo.id, Role.READER)
    expected = {cast.bo: 403, cast.ove: 403 if visibility is Visibility.TEXT else 404}
    path = f"/motions/{cast.motion.id}"
    for person, status in expected.items():
        async with house.browser(person) as browser:
            for page in ("versions", f"versions/{number}", f"versions/difference?from={number}"):
                assert (await browser.get(f"{path}/{page}")).status_code == status
            for act in ("versions", f"versions/{number}/restoration", "visits"):
                assert (await browser.post(f"{path}/{act}", data={"name": "x"})).status_code == status
        async with house.program(person) as program:
            told = await program.get(f"/api/v1{path}/versions")
            assert "Hemlig" not in told.text
            assert told.status_code == 404 or told.json() == []


async def test_a_commenter_sees_the_versions_and_brings_none_back(house: House) -> None:
    cast = house.cast
    number = await keep(house, "Före")
    async with cast.database.writing() as session:
        await give_role(session, await session.get_one(Motion, cast.motion.id), cast.bo.id, Role.COMMENTER)
    async with house.browser(cast.bo) as browser:
        path = f"/motions/{cast.motion.id}/versions"
        listed = await browser.get(path)
        assert listed.status_code == 200
        assert "restoration" not in listed.text
        assert (await browser.post(f"{path}/{number}/restoration")).status_code == 403
        assert (await browser.post(path, data={"name": "x"})).status_code == 403


async def test_who_comes_back_is_told_what_is_new_and_who_never_left_is_not(house: House) -> None:
    cast = house.cast
    path = f"/motions/{cast.motion.id}/visits"
    keeper = Keeper(cast.database, cast.desk)
    begun = clock.now()
    async with house.browser(cast.astrid) as astrid, house.browser(cast.mia) as mia:
        with clock.frozen(begun):
            assert "versions" not in (await astrid.post(path)).text
            await mia.post(path)
            await write(house, TextChange(title="Det som Astrid såg"))
            assert (await astrid.post(f"{path}?staying=true")).status_code == 204
        with clock.frozen(begun + QUIET):
            assert await keeper.look() == 1
        later = begun + AWAY
        with clock.frozen(later):
            assert (await mia.post(f"{path}?staying=true")).status_code == 204
            await write(house, TextChange(title="Det som Mia gjorde av det"))
            assert "versions" not in (await mia.post(path)).text
        with clock.frozen(later + timedelta(hours=3)):
            told = (await astrid.post(path)).text
            assert "1 ändring" in told
            assert "difference?from=1" in told
            again = (await astrid.post(path)).text
            assert again == told
