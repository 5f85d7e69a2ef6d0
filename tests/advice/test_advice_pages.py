"""The advice as people meet it: beside the text, followed with one press, set aside, and before handing in."""

import re
from uuid import UUID

import pytest
from httpx import Response

from app.access.roles import Role, Visibility
from app.advice.actions import FRESH
from app.documents.editing import TextChange
from app.documents.text import MotionText
from app.kit import clock
from app.motions.actions import give_role, set_visibility
from app.motions.models import Motion
from app.motions.versions import versions_of
from app.people.models import Person
from tests.house import House

FRAGMENT = {"hx-request": "true"}


async def write(house: House, *demands: str) -> None:
    """The demands of the motion from now on; each keeps the id of the one that stood in its place."""
    desk, document_id = house.cast.desk, house.cast.motion.document_id
    ids = [demand.id for demand in (await desk.read(document_id)).demands]
    wanted = tuple((ids[at] if at < len(ids) else None, text) for at, text in enumerate(demands))
    await desk.edit(document_id, TextChange(demands=wanted))


async def demands(house: House) -> list[str]:
    return [demand.text for demand in (await house.cast.desk.read(house.cast.motion.document_id)).demands]


def keys(page: str) -> list[str]:
    return re.findall(r'id="advice-([0-9a-f]{32})"', page)


async def test_good_demands_leave_the_section_empty(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        shown = await browser.get(f"/motions/{house.cast.motion.id}/advice", headers=FRAGMENT)
    assert shown.status_code == 200
    assert not shown.text.strip()


async def test_advice_names_the_demand_the_words_and_a_reason(house: House) -> None:
    await write(house, "att styrelsen vilar", "att verka för <b>sena</b> turer")
    async with house.browser(house.cast.astrid) as browser:
        shown = await browser.get(f"/motions/{house.cast.motion.id}/advice", headers=FRAGMENT)
    second = (await house.cast.desk.read(house.cast.motion.document_id)).demands[1]
    assert f"#demand-{second.id}" in shown.text
    assert "att verka" in shown.text
    assert "att partidistriktet ska verka för &lt;b&gt;sena" in shown.text


async def test_one_press_changes_the_demand_and_keeps_how_it_read(house: House) -> None:
    await write(house, "att styrelsen vilar", "att stadgan ändras och att avgiften sänks", "att kören sjunger")
    path = f"/motions/{house.cast.motion.id}/advice"
    async with house.browser(house.cast.gun) as browser:
        (key,) = keys((await browser.get(path)).text)
        done = await browser.post(f"{path}/changes", data={"key": key}, headers=FRAGMENT)
    assert done.status_code == 200
    assert not keys(done.text)
    assert await demands(house) == [
        "att styrelsen vilar",
        "att stadgan ändras",
        "att avgiften sänks",
        "att kören sjunger",
    ]
    async with house.cast.database.reading() as session:
        kept = await versions_of(session, house.cast.motion.id)
    assert "att stadgan ändras och att avgiften sänks" in kept[0].canonical.decode()


async def test_the_same_press_twice_changes_nothing_more(house: House) -> None:
    await write(house, "att partidistriktet köper tält.")
    path = f"/motions/{house.cast.motion.id}/advice"
    async with house.browser(house.cast.astrid) as browser:
        (key,) = keys((await browser.get(path)).text)
        await browser.post(f"{path}/changes", data={"key": key})
        again = await browser.post(f"{path}/changes", data={"key": key})
    assert again.status_code == 409
    assert await demands(house) == ["att partidistriktet köper tält"]


def ways_back(page: str) -> list[str]:
    return re.findall(r'action="([^"]+/reversal)"', page)


async def press(house: House, *written: str) -> str:
    """Writes the demands, follows the first advice on them, and returns the way back."""
    await write(house, *written)
    path = f"/motions/{house.cast.motion.id}/advice"
    async with house.browser(house.cast.astrid) as browser:
        key = keys((await browser.get(path)).text)[0]
        done = await browser.post(f"{path}/changes", data={"key": key}, headers=FRAGMENT)
    assert "Ångra" in done.text
    assert re.search(r'id="followed-[^>]+ autofocus>', done.text)
    (back,) = ways_back(done.text)
    return back


async def undo(house: House, back: str, person: Person | None = None) -> Response:
    async with house.browser(person or house.cast.astrid) as browser:
        return await browser.post(back, headers=FRAGMENT)


@pytest.mark.parametrize(
    "written",
    [
        ("att styrelsen vilar", "att verka för sena turer", "att kören sjunger"),
        ("att stadgan ändras och att avgiften sänks", "att kören sjunger"),
        ("att styrelsen vilar", "att –"),
    ],
)
async def test_what_was_changed_with_one_press_is_taken_back_with_one(house: House, written: tuple[str, ...]) -> None:
    back = await press(house, *written)
    after = await demands(house)
    assert after != list(written)
    undone = await undo(house, back)
    assert undone.status_code == 200
    assert ways_back(undone.text) == []
    assert keys(undone.text)
    assert await demands(house) == list(written)


async def test_taking_back_leaves_what_others_have_written_meanwhile(house: House) -> None:
    back = await press(house, "att verka för sena turer", "att kören sjunger")
    assert (await demands(house))[0] == "att partidistriktet ska verka för sena turer"
    await write(house, "att partidistriktet ska verka för sena turer till byarna", "att kören sjunger högt")
    assert (await undo(house, back, house.cast.mia)).status_code == 200
    assert await demands(house) == ["att verka för sena turer till byarna", "att kören sjunger högt"]


async def test_nothing_is_taken_back_where_others_have_changed_the_same_words(house: House) -> None:
    back = await press(house, "att stadgan ändras och att avgiften sänks")
    await write(house, "att stadgan ändras", "att avgiften halveras")
    assert (await undo(house, back)).status_code == 409
    assert await demands(house) == ["att stadgan ändras", "att avgiften halveras"]
    assert (await undo(house, back)).status_code == 409


async def test_what_has_been_struck_since_need_not_be_taken_back(house: House) -> None:
    back = await press(house, "att stadgan ändras och att avgiften sänks")
    await write(house, "att stadgan ändras")
    assert (await undo(house, back)).status_code == 200
    assert await demands(house) == ["att stadgan ändras och att avgiften sänks"]


async def test_only_those_who_write_take_back_and_only_once_and_for_a_while(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = house.cast
    back = await press(house, "att verka för sena turer")
    async with cast.database.writing() as session:
        await give_role(session, await session.get_one(Motion, cast.motion.id), cast.bo.id, Role.COMMENTER)
    async with house.browser(cast.bo) as browser:
        assert ways_back((await browser.get(f"/motions/{cast.motion.id}/advice")).text) == []
    async with house.browser(cast.mia) as browser:
        shown = (await browser.get(f"/motions/{cast.motion.id}/advice")).text
    assert "Astrid Lind har ändrat en att-sats" in shown
    other = await cast.another_motion("En annan", cast.astrid)
    assert (await undo(house, back, cast.bo)).status_code == 403
    assert (await undo(house, back, cast.ove)).status_code == 404
    assert (await undo(house, back.replace(str(cast.motion.id), str(other)))).status_code == 404
    now = clock.now()
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: now + FRESH * 1.1)
        assert (await undo(house, back)).status_code == 404
    assert await demands(house) == ["att partidistriktet ska verka för sena turer"]
    assert (await undo(house, back)).status_code == 200
    assert (await undo(house, back)).status_code == 404
    assert await demands(house) == ["att verka för sena turer"]


async def test_of_a_change_that_collides_half_way_nothing_is_left(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody rewrites the demand after the advice was looked up, and before its second half is made."""
    await write(house, "att stadgan ändras och att avgiften sänks", "att kören sjunger")
    desk, path = house.app.state.desk, f"/motions/{house.cast.motion.id}/advice"
    edit = desk.edit

    async def interrupted(document_id: UUID, change: TextChange) -> MotionText:
        text: MotionText = await edit(document_id, change)
        if change.amendment is not None and change.amendment.kind == "add":
            await write(house, "att lagen ändras eller så att avgiften höjs", "att avgiften sänks", "att kören sjunger")
        return text

    async with house.browser(house.cast.astrid) as browser:
        key = keys((await browser.get(path)).text)[0]
        monkeypatch.setattr(desk, "edit", interrupted)
        refused = await browser.post(f"{path}/changes", data={"key": key}, headers=FRAGMENT)
        monkeypatch.undo()
        shown = (await browser.get(path)).text
    assert refused.status_code == 409
    assert ways_back(shown) == []
    assert await demands(house) == ["att lagen ändras eller så att avgiften höjs", "att kören sjunger"]


async def test_what_is_set_aside_stays_so_for_all_until_it_is_brought_back(house: House) -> None:
    await write(house, "att verka för sena turer")
    path = f"/motions/{house.cast.motion.id}/advice"
    async with house.browser(house.cast.astrid) as browser:
        (key,) = keys((await browser.get(path)).text)
        for _twice in range(2):
            assert (await browser.post(f"{path}/set-aside", data={"key": key})).status_code == 303
    async with house.browser(house.cast.mia) as browser:
        assert not keys((await browser.get(path)).text)
        await write(house, "att arbeta för sena turer")
        assert len(keys((await browser.get(path)).text)) == 1
        await write(house, "att verka för sena turer")
        await browser.post(f"{path}/return")
        assert keys((await browser.get(path)).text) == [key]


async def test_what_there_is_no_advice_of_can_not_be_set_aside(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        refused = await browser.post(f"/motions/{house.cast.motion.id}/advice/set-aside", data={"key": "0" * 32})
    assert refused.status_code == 422


@pytest.mark.parametrize("act", ["changes", "set-aside", "return"])
async def test_a_commenter_sees_advice_and_can_not_act_on_it(house: House, act: str) -> None:
    cast = house.cast
    async with cast.database.writing() as session:
        await give_role(session, await session.get_one(Motion, cast.motion.id), cast.bo.id, Role.COMMENTER)
    await write(house, "att verka för sena turer")
    path = f"/motions/{cast.motion.id}/advice"
    async with house.browser(cast.bo) as browser:
        shown = await browser.get(path)
        refused = await browser.post(f"{path}/{act}", data={"key": keys(shown.text)[0]})
    assert "/advice/" not in shown.text
    assert refused.status_code == 403


@pytest.mark.parametrize(("visibility", "status"), [(Visibility.HIDDEN, 404), (Visibility.TEXT, 403)])
async def test_outsiders_see_no_advice(house: House, visibility: Visibility, status: int) -> None:
    async with house.cast.database.writing() as session:
        await set_visibility(session, house.cast.motion.id, visibility)
    async with house.browser(house.cast.ove) as browser:
        assert (await browser.get(f"/motions/{house.cast.motion.id}/advice")).status_code == status


async def test_the_page_of_handing_in_points_to_the_advice_and_lets_it_be(house: House) -> None:
    await write(house, "att verka för sena turer")
    path = f"/motions/{house.cast.motion.id}/submission"
    async with house.browser(house.cast.astrid) as browser:
        page = await browser.get(path)
        assert f"/motions/{house.cast.motion.id}/advice" in page.text
        assert (await browser.post(path)).status_code == 303
