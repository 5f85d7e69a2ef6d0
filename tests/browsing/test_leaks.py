"""Attacks on what is hidden: whatever a member asks, the answer is the same with others' closed drafts as without."""

import re
from uuid import UUID

from httpx import AsyncClient

from app.access.roles import Visibility
from app.documents.editing import TextChange
from app.live.board import PARTS, Board
from app.motions.actions import set_visibility
from app.motions.projection import project
from tests.house import House

WORD = "xylofonundervisning"
BUSES = {"title": "Bussar varje timme", "body": f"Bussen går för sällan. {WORD}", "demands": ["att bussen går oftare"]}


async def settle(house: House) -> None:
    feed = house.app.state.matching
    await (feed.follow() if feed.missing() is None else feed.build())
    await feed.refit()


async def hide_some(house: House, visibility: Visibility, count: int = 7) -> list[UUID]:
    """Drafts of Bo's that are about the very same as what Astrid and Ove ask for."""
    return [
        await house.cast.another_motion(
            f"Bussar varje timme {number}", house.cast.bo, body=f"Bussen går. {WORD}", visibility=visibility
        )
        for number in range(count)
    ]


def pages_of(house: House) -> list[str]:
    motion, call = house.cast.motion.id, house.cast.call.id
    return [
        f"/motions?q={WORD}",
        "/motions?q=bussar",
        f"/motions?call={call}",
        "/motions",
        f"/calls/{call}",
        f"/calls/{call}/map",
        f"/motions/{motion}/suggestions",
        f"/motions/{motion}/themes",
        f"/motions/{motion}/contacts",
        f"/motions/{motion}/similar",
        "/programmes",
        "/home",
        "/api/v1/motions",
        f"/api/v1/motions/{motion}/similar",
    ]


async def everything(house: House, browser: AsyncClient, program: AsyncClient) -> dict[str, tuple[int, str]]:
    """What all questions are answered; without the marks that differ from one page to the next."""
    answers = {}
    for path in pages_of(house):
        answer = await (program if path.startswith("/api") else browser).get(path)
        answers[path] = answer.status_code, re.sub(r"request[-_]id\W+[\w-]+", "", answer.text)
    matched = await program.post("/api/v1/match", json={**BUSES, "limit": 50})
    return {**answers, "/match": (matched.status_code, matched.text)}


async def test_no_answer_changes_by_drafts_that_are_hidden(house: House) -> None:
    cast = house.cast
    await cast.open_to_members()
    await cast.another_motion("Bussar till byarna", cast.mia, association_id=cast.north.id, visibility=Visibility.TEXT)
    await settle(house)
    for person in (cast.astrid, cast.ove):
        async with house.browser(person) as browser, house.program(person) as program:
            before = await everything(house, browser, program)
            assert sum(status == 200 for status, _text in before.values()) >= 8
            hidden = await hide_some(house, Visibility.HIDDEN)
            await settle(house)
            assert await everything(house, browser, program) == before
            for id_ in hidden:
                for path in (f"/motions/{id_}", f"/motions/{id_}/events", f"/motions/{id_}/suggestions"):
                    assert (await browser.get(path)).status_code == 404
                assert (await program.get(f"/api/v1/motions/{id_}/similar")).status_code == 404
                asked = await browser.post(f"/motions/{cast.motion.id}/showings", data={"other": str(id_)})
                assert asked.status_code in {403, 404}


async def test_those_that_show_their_theme_give_no_word_of_their_text(house: House) -> None:
    cast = house.cast
    await cast.open_to_members()
    await hide_some(house, Visibility.THEME)
    await settle(house)
    for person in (cast.astrid, cast.ove):
        async with house.browser(person) as browser, house.program(person) as program:
            for path, (_status, text) in (await everything(house, browser, program)).items():
                shown = text.replace(f"/motions?q={WORD}", "").replace(f'value="{WORD}"', "").replace(f"”{WORD}”", "")
                assert "Bussar varje timme" not in shown, path
                assert WORD not in shown, path


async def test_a_hidden_draft_of_others_causes_no_event_on_my_page(house: House) -> None:
    cast = house.cast
    await cast.open_to_members()
    # At the first look after it was built, the index takes in once more what has just changed.
    for _twice in range(2):
        await settle(house)
    database = house.app.state.database
    board: Board = house.app.state.board
    reader = board.join(cast.motion.id, PARTS)
    lines = reader.lines()
    assert (await anext(lines)).startswith("id:")
    for id_ in await hide_some(house, Visibility.HIDDEN):
        async with database.writing() as session:
            document_id = (await session.get_one(type(cast.motion), id_)).document_id
        await house.app.state.desk.edit(document_id, TextChange(title="Bussar varje timme och oftare"))
        await project(database, house.app.state.desk, document_id)
        await settle(house)
    # What waited would come before this one.
    reader.signal("status")
    assert await anext(lines) == "event: status\ndata: status\n\n"
    # The same change of an open motion does cause one: a name, and no word of the text.
    async with database.writing() as session:
        await set_visibility(session, id_, Visibility.TEXT)
    await settle(house)
    assert await anext(lines) == "event: suggestions\ndata: suggestions\n\n"
    board.leave(cast.motion.id, reader)
