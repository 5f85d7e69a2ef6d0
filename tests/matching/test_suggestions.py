"""Suggestions over pages and over the API: each finds what that person may see, and nothing tells of the rest."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from app.access.roles import Visibility
from app.calls.models import Call
from app.documents.editing import TextChange
from app.kit import clock
from app.matching.cards import Query
from app.matching.search import find_beside
from app.motions.actions import MAX_BODY, set_theme, set_visibility
from app.people.models import Person
from tests.cast import Cast
from tests.house import House

BUSES = {
    "title": "Bussar som går oftare",
    "body": "Den som bor i byn och arbetar i stan behöver en buss varje timme. Biljetten ska gälla överallt.",
    "demands": ["att bussen går varje timme", "att biljetterna höjs", "att skogen gallras"],
}


async def settle(house: House) -> None:
    """Has the index take in all that has happened."""
    feed = house.app.state.matching
    await (feed.follow() if feed.missing() is None else feed.build())


async def open_motion(cast: Cast, title: str = "Bättre bussar i länet", **given: Any) -> UUID:
    values = {"body": "Bussen går för sällan. Med en buss varje timme kan fler arbeta i stan.", **given}
    return await cast.another_motion(title, cast.bo, **{"visibility": Visibility.TEXT, **values})


async def match(client: AsyncClient, **given: Any) -> list[dict[str, Any]]:
    answer = await client.post("/api/v1/match", json={**BUSES, **given})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def panel(house: House, person: Person) -> str:
    async with house.browser(person) as browser:
        answer = await browser.get(f"/motions/{house.cast.motion.id}/suggestions", headers={"hx-request": "true"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_program_gets_matches_with_scores_reasons_and_pairs(house: House) -> None:
    there = await open_motion(house.cast, external_id="A12")
    await settle(house)
    async with house.program(house.cast.astrid) as client:
        (found,) = await match(client)
    assert found["id"] == str(there)
    assert (found["external_id"], found["title"]) == ("A12", "Bättre bussar i länet")
    assert (found["association"], found["call"]) == ("Södra", "Kongressen")
    assert 0 < found["score"] < 1
    assert all(isinstance(reason, str) and reason for reason in found["reasons"])
    assert {
        "mine": "att bussen går varje timme",
        "theirs": "att bussen ska gå varje timme",
        "relation": "same",
    }.items() <= (found["demand_pairs"][0].items())
    assert {pair["relation"] for pair in found["demand_pairs"]} <= {"same", "similar", "opposite", "topic"}


async def test_hidden_motions_change_no_score_and_no_count(house: House) -> None:
    await open_motion(house.cast)
    await open_motion(house.cast, "Bussar till byarna")
    await settle(house)
    async with house.program(house.cast.astrid) as client:
        before = await match(client, limit=50)
        for number in range(12):
            hidden = Visibility.THEME if number % 2 else Visibility.HIDDEN
            await open_motion(house.cast, f"Bussar varje timme {number}", visibility=hidden)
        await settle(house)
        await house.app.state.matching.refit()
        assert await match(client, limit=50) == before


async def test_a_motion_that_is_hidden_again_is_gone_before_the_index_knows(house: House) -> None:
    there = await open_motion(house.cast)
    await settle(house)
    async with house.program(house.cast.astrid) as client:
        assert len(await match(client)) == 1
        async with house.cast.database.writing() as session:
            await set_visibility(session, there, Visibility.HIDDEN)
        assert await match(client) == []


async def test_only_the_title_and_demands_count_where_no_more_is_open(house: House) -> None:
    await open_motion(house.cast, "Månsken", body="Xylofonen ljuder. " * 20, visibility=Visibility.DEMANDS)
    await settle(house)
    async with house.program(house.cast.astrid) as client:
        assert await match(client, title="Xylofoner", body="Xylofonen ljuder så vackert.", demands=[]) == []
        (found,) = await match(client)
    assert "xylofon" not in str(found).lower()


async def test_similar_leaves_the_motion_itself_out_and_sees_the_live_text(house: House) -> None:
    there = await open_motion(house.cast)
    await house.cast.open_to_members()
    await settle(house)
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(body="En buss varje timme till stan och byn."))
    async with house.program(house.cast.astrid) as client:
        answer = await client.get(f"/api/v1/motions/{house.cast.motion.id}/similar?limit=5")
    assert [each["id"] for each in answer.json()["results"]] == [str(there)]


async def test_outsiders_and_guests_are_shown_nothing(house: House) -> None:
    await open_motion(house.cast)
    await settle(house)
    path = f"/motions/{house.cast.motion.id}/suggestions"
    async with house.browser(house.cast.ove) as ove, house.browser(house.cast.gun) as gun, house.browser() as nobody:
        assert (await ove.get(path)).status_code == 404
        assert (await gun.get(path)).status_code == 403
        assert "/sign-in" in (await nobody.get(path)).headers.get("location", "")
    async with house.program(house.cast.gun) as gun:
        assert (await gun.post("/api/v1/match", json=BUSES)).status_code == 403


@pytest.mark.parametrize(
    "given",
    [
        {"limit": 51},
        {"limit": 0},
        {"demands": ["att x"] * 201},
        {"demands": "att x"},
        {"body": "x" * (MAX_BODY + 1)},
        {"extra": 1},
        {"title": None},
    ],
)
async def test_what_is_out_of_bounds_is_refused_in_words(house: House, given: dict[str, Any]) -> None:
    async with house.program(house.cast.astrid) as client:
        answer = await client.post("/api/v1/match", json={**BUSES, **given})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_empty_draft_finds_nothing(house: House) -> None:
    await open_motion(house.cast)
    await settle(house)
    async with house.program(house.cast.astrid) as client:
        assert await match(client, title="", body="", demands=[]) == []
        assert await match(client, title="Buss", body="", demands=[]) == []
        for title in ("", "Buss"):
            await house.cast.desk.edit(house.cast.motion.document_id, TextChange(title=title, body="", demands=()))
            answer = await client.get(f"/api/v1/motions/{house.cast.motion.id}/similar")
            assert answer.json() == {"results": []}


async def test_the_panel_shows_other_associations_motions_with_reasons(house: House) -> None:
    there = await open_motion(house.cast)
    own = await open_motion(house.cast, "Bussar i Norra", association_id=house.cast.north.id)
    await settle(house)
    html = await panel(house, house.cast.astrid)
    assert "Bättre bussar i länet" in html
    assert "Södra" in html
    assert f"/motions/{there}" in html
    assert f"/motions/{own}" not in html
    assert "att <mark>bussen</mark> ska gå varje timme" in html, "what both share is marked"
    assert "Samma krav" in html
    assert "Ni skriver båda om" in html


async def test_the_panel_names_associations_that_show_their_theme_alone(house: House) -> None:
    async with house.cast.database.writing() as session:
        await set_theme(session, house.cast.motion.id, "Transport")
    themed = await open_motion(house.cast, "Hemligt om bussar", visibility=Visibility.THEME, theme="Transport")
    await open_motion(
        house.cast, "Hemligt", visibility=Visibility.HIDDEN, theme="Transport", association_id=house.cast.east.id
    )
    await settle(house)
    html = await panel(house, house.cast.astrid)
    assert "Södra" in html
    assert "Östra" not in html
    assert "Hemligt" not in html
    assert f"/motions/{themed}" not in html, "there is nothing to read"


async def test_not_relevant_is_remembered_for_that_person_and_can_be_undone(house: House) -> None:
    there = await open_motion(house.cast)
    await settle(house)
    base = f"/motions/{house.cast.motion.id}/dismissals"
    async with house.browser(house.cast.astrid) as browser:
        for _twice in range(2):
            answer = await browser.post(base, data={"other": str(there)}, headers={"hx-request": "true"})
            assert answer.status_code == 200
            assert f"{base}/{there}/undoing" in answer.text
    assert f"/motions/{there}" not in (await panel(house, house.cast.astrid))
    assert f"/motions/{there}" in (await panel(house, house.cast.mia))
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.post(f"{base}/{there}/undoing")).status_code == 303
    assert f"/motions/{there}" in (await panel(house, house.cast.astrid))


async def test_earlier_calls_motions_stand_by_themselves_and_displace_none(house: House) -> None:
    async with house.cast.database.writing() as session:
        over = Call(name="Förra kongressen", created_at=clock.now(), deadline_at=clock.now() - timedelta(days=300))
        session.add(over)
    for number in range(30):
        await open_motion(
            house.cast, f"Bättre bussar i länet {number}", call_id=over.id, body="Den som bor i byn behöver en buss."
        )
    there = await open_motion(house.cast, "Tätare turer", body="Bussen behöver gå varje timme.")
    await settle(house)
    state, actor = house.app.state, await house.cast.actor(house.cast.astrid)
    query = Query("Bussar som går oftare", "Den som bor i byn behöver en buss varje timme.")
    found = await find_beside(state.database, state.matching, actor, query, limit=4, earlier=2)
    assert [each.motion.id for each in found.present] == [there]
    assert [(each.call.name, each.is_earlier) for each in found.earlier] == [("Förra kongressen", True)] * 2
    async with house.program(house.cast.astrid) as client:
        assert {each["is_earlier"] for each in await match(client, limit=50)} == {True, False}


async def test_nobody_learns_of_a_hidden_motion_by_dismissing_it(house: House) -> None:
    hidden = await open_motion(house.cast, "Hemligt om bussar", visibility=Visibility.HIDDEN)
    path = f"/motions/{house.cast.motion.id}/dismissals"
    async with house.browser(house.cast.astrid) as browser:
        for other in (str(hidden), "0192f0c1-2b7a-7c00-8000-000000000000"):
            answer = await browser.post(path, data={"other": other}, headers={"hx-request": "true"})
            assert answer.status_code == 404
            assert "Hemligt" not in answer.text


async def test_nothing_is_suggested_while_the_text_is_short(house: House) -> None:
    await open_motion(house.cast)
    await settle(house)
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(title="Bussar", body="", demands=()))
    assert "Bättre bussar" not in await panel(house, house.cast.astrid)


async def test_it_is_ready_when_the_index_is_built(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get("/readyz")).json()["missing"].keys() == {"matching"}
        await settle(house)
        assert (await browser.get("/readyz")).status_code == 200
