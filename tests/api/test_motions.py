"""The HTTP API of motions, asked by programs."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from app.access.roles import Role
from app.motions import tickets
from app.people.actions import add_person
from tests.house import House

WRITTEN = {
    "title": "Fler bänkar",
    "body": "Äldre behöver vila.\nBänkarna är få.",
    "demands": ["att kommunen ställer ut bänkar", "bänkarna har ryggstöd"],
}


async def create(client: AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/motions", json={**WRITTEN, **given})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_motion_is_made_and_its_text_is_live_before_the_answer(house: House) -> None:
    async with house.program(house.cast.astrid) as client:
        made = await create(client)
    text = await house.cast.desk.read(UUID(made["document_id"]))
    assert (text.title, text.body_text) == (WRITTEN["title"], WRITTEN["body"])
    assert [demand["text"] for demand in made["demands"]] == [
        "att kommunen ställer ut bänkar",
        "att bänkarna har ryggstöd",
    ]
    assert made["association"] == "Norra"
    assert made["call"] == "Kongressen"
    assert made["authors"] == ["Astrid Lind"]
    assert (made["status"], made["visibility"], made["co_signatures"]) == ("draft", "hidden", [])
    assert isinstance(made["version"], int)


async def test_a_motion_that_is_hidden_is_there_for_its_owner_alone(house: House) -> None:
    async with house.program(house.cast.astrid) as astrid, house.program(house.cast.bo) as bo:
        made = await create(astrid)
        assert (await astrid.get(f"/api/v1/motions/{made['id']}")).status_code == 200
        answer = await bo.get(f"/api/v1/motions/{made['id']}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) >= {"type", "title", "status", "detail"}
        assert made["id"] not in (await bo.get("/api/v1/motions")).text


async def test_a_motion_that_is_open_can_be_read_but_not_changed_by_others(house: House) -> None:
    async with house.program(house.cast.astrid) as astrid, house.program(house.cast.bo) as bo:
        made = await create(astrid, visibility="text")
        assert (await bo.get(f"/api/v1/motions/{made['id']}")).status_code == 200
        assert (await bo.patch(f"/api/v1/motions/{made['id']}", json={"title": "Mitt"})).status_code == 403


async def test_a_patch_rewords_moves_adds_and_strikes_and_ids_stay(house: House) -> None:
    async with house.program(house.cast.astrid) as client:
        made = await create(client)
        first, second = made["demands"]
        wanted = [{"id": second["id"], "text": second["text"]}, {"text": "att parken får lampor"}]
        answer = await client.patch(f"/api/v1/motions/{made['id']}", json={"title": "Bänkar", "demands": wanted})
        changed = answer.json()
        assert answer.status_code == 200, answer.text
        assert (changed["title"], changed["body"]) == ("Bänkar", WRITTEN["body"])
        assert [demand["text"] for demand in changed["demands"]] == [second["text"], "att parken får lampor"]
        assert changed["demands"][0]["id"] == second["id"]
        assert first["id"] not in {demand["id"] for demand in changed["demands"]}
        listed = (await client.get("/api/v1/motions", params={"q": "lampor"})).json()
        assert [motion["id"] for motion in listed["motions"]] == [made["id"]], "the list knows of it at once"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "x" * 301}, "title"),
        ({"demands": ["att x"] * 201}, "demands"),
        ({"demands": ["a" * 8001]}, "demands"),
        ({"visibility": "everybody"}, "visibility"),
        ({"association": "Ingenstans"}, "association"),
        ({"call": "Ingen"}, "call"),
        ({"unknown": 1}, "unknown"),
        ({"title": None}, "title"),
    ],
)
async def test_what_can_not_be_taken_is_named_by_field(house: House, body: dict[str, Any], field: str) -> None:
    async with house.program(house.cast.astrid) as client:
        answer = await client.post("/api/v1/motions", json={**WRITTEN, **body})
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


async def test_a_motion_for_somebody_else_s_association_is_refused(house: House) -> None:
    async with house.program(house.cast.astrid) as client:
        answer = await client.post("/api/v1/motions", json={**WRITTEN, "association": "Södra"})
    assert answer.status_code == 403


async def test_nobody_gets_in_without_a_token_and_a_cookie_does_not_count(house: House) -> None:
    async with house.browser() as nobody, house.browser(house.cast.astrid) as browser:
        for client in (nobody, browser):
            answer = await client.get("/api/v1/motions")
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert (await client.post("/api/v1/motions", json=WRITTEN)).status_code == 401


async def test_the_list_comes_in_pages(house: House) -> None:
    async with house.program(house.cast.astrid) as client:
        for number in range(34):
            await create(client, title=f"Motion {number}", demands=[])
        seen: list[str] = []
        cursor: str | None = None
        while True:
            params = {"cursor": cursor} if cursor else None
            page = (await client.get("/api/v1/motions", params=params)).json()
            seen += [motion["id"] for motion in page["motions"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 35
        for broken in ("x", "eA==", "%%%"):
            assert (await client.get("/api/v1/motions", params={"cursor": broken})).status_code == 422


async def test_the_list_is_narrowed_down(house: House) -> None:
    async with house.program(house.cast.astrid) as client:
        await create(client, call=str(house.cast.call.id))
        for params, count in (
            ({"call": "Kongressen"}, 2),
            ({"call": "Ingen"}, 0),
            ({"association": "Norra"}, 2),
            ({"association": "Södra"}, 0),
            ({"theme": "Bostad"}, 0),
            ({"q": "bänkar ryggstöd"}, 1),
        ):
            listed = (await client.get("/api/v1/motions", params=params)).json()["motions"]
            assert len(listed) == count, params


@pytest.mark.parametrize(
    ("person", "asked", "given"),
    [("astrid", None, "author"), ("astrid", "reader", "reader"), ("bo", "author", "reader"), ("bo", None, "reader")],
)
async def test_a_ticket_is_no_stronger_than_the_caller(
    house: House, person: str, asked: str | None, given: str
) -> None:
    await house.cast.open_to_members()
    async with house.program(getattr(house.cast, person)) as client:
        body = {"role": asked} if asked else {}
        answer = await client.post(f"/api/v1/motions/{house.cast.motion.id}/tickets", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["role"] == given
    ticket = tickets.read("k" * 48, made["ticket"])
    assert ticket is not None
    assert (ticket.document_id, ticket.role) == (house.cast.motion.document_id, Role(given))


def test_a_forged_ticket_is_none() -> None:
    made, _expires = tickets.issue("k" * 48, tickets.Ticket(UUID(int=1), UUID(int=2), Role.READER))
    assert tickets.read("k" * 48, made) is not None
    assert tickets.read("another key" * 4, made) is None
    assert tickets.read("k" * 48, made[:-2] + "xx") is None
    assert tickets.read("k" * 48, "") is None


async def test_an_administrator_s_motion_needs_neither_association_nor_call(house: House) -> None:
    async with house.cast.database.writing() as session:
        admin = await add_person(session, "Ada", "ada@example.org", is_admin=True)
    async with house.program(admin) as client:
        made = await create(client)
        assert made["association"] == "Enskild motionär"
        assert (await create(client, association="Ny förening", call="Ny kongress"))["call"] == "Ny kongress"


async def test_the_description_of_the_interface_names_every_call(house: House) -> None:
    async with house.browser() as client:
        paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    for path in (
        "/api/v1/motions",
        "/api/v1/motions/{motion_id}",
        "/api/v1/motions/{motion_id}/similar",
        "/api/v1/match",
        "/api/v1/motions/{motion_id}/co-signatures",
        "/api/v1/motions/{motion_id}/co-signatures/{co_signature_id}/reconfirmation",
        "/api/v1/motions/{motion_id}/submission",
        "/api/v1/motions/{motion_id}/versions",
        "/api/v1/motions/{motion_id}/tickets",
    ):
        assert path in paths
    assert all(path.startswith("/api/") for path in paths)
