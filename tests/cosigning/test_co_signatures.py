"""Associations are asked, decide, and confirm again; over pages and over the API."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.documents.editing import TextChange
from app.documents.text import demand_digest
from app.kit import clock
from app.kit.outbox import Job
from app.people.models import Person
from tests.house import House

TODAY = "2026-01-15"
DECIDED = {"state": "decided", "decided_by": "Medlemsmötet", "decided_on": TODAY, "paragraph": "§ 7"}


def api(house: House, rest: str = "") -> str:
    return f"/api/v1/motions/{house.cast.motion.id}/co-signatures{rest}"


def page(house: House, rest: str = "/co-signatures") -> str:
    return f"/motions/{house.cast.motion.id}{rest}"


async def ask(house: House, person: Person | None = None) -> int:
    async with house.browser(person or house.cast.astrid) as browser:
        form = {"association": str(house.cast.south.id), "message": "Vill ni vara med?"}
        return (await browser.post(page(house, "/co-signature-requests"), data=form)).status_code


async def decide(house: House, **given: Any) -> dict[str, Any]:
    async with house.program(house.cast.bo) as client:
        answer = await client.post(api(house), json={"association": "Södra", **DECIDED, **given})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def change_first_demand(house: House, text: str) -> None:
    demands = (await house.cast.desk.read(house.cast.motion.document_id)).demands
    wanted = tuple((demand.id, text if number == 0 else demand.text) for number, demand in enumerate(demands))
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(demands=wanted))


async def test_those_with_the_mandate_are_mailed_and_may_read_the_hidden_motion(house: House) -> None:
    async with house.browser(house.cast.bo) as bo:
        assert (await bo.get(page(house))).status_code == 404
        assert await ask(house) == 303
        shown = await bo.get(page(house))
        assert shown.status_code == 200
        assert "Vill ni vara med?" in shown.text
    async with house.cast.database.reading() as session:
        (job,) = await session.scalars(select(Job))
    assert job.payload["to"] == "bo@example.org"
    assert page(house) in job.payload["text"]


async def test_asking_twice_is_said_to_be_done_already(house: House) -> None:
    assert await ask(house) == 303
    assert await ask(house) == 409


async def test_a_guest_who_writes_may_not_ask_and_an_outsider_finds_nothing(house: House) -> None:
    assert await ask(house, house.cast.gun) == 403
    assert await ask(house, house.cast.ove) == 404


async def test_a_decision_is_recorded_with_body_date_and_paragraph(house: House) -> None:
    await ask(house)
    made = await decide(house)
    assert made["state"] == "decided"
    assert (made["association"], made["decided_by"], made["decided_on"]) == ("Södra", "Medlemsmötet", TODAY)
    assert made["paragraph"] == "7"
    assert len(made["demands"]) == 2
    assert made["needs_reconfirmation"] is False
    async with house.program(house.cast.astrid) as client:
        motion = (await client.get(f"/api/v1/motions/{house.cast.motion.id}")).json()
        versions = (await client.get(f"/api/v1/motions/{house.cast.motion.id}/versions")).json()
    assert motion["co_signatures"] == [made]
    assert [version["reason"] for version in versions] == ["backed"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"decided_by": " "}, "decided_by"),
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": "2999-01-01"}, "decided_on"),
        ({"demands": []}, "demands"),
        ({"demands": ["no such demand"]}, "demands"),
        ({"paragraph": "§" * 41}, "paragraph"),
    ],
)
async def test_a_decision_that_lacks_something_is_refused_by_field(
    house: House, given: dict[str, Any], field: str
) -> None:
    await ask(house)
    async with house.program(house.cast.bo) as client:
        answer = await client.post(api(house), json={"association": "Södra", **DECIDED, **given})
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


async def test_nobody_decides_for_an_association_without_its_mandate(house: House) -> None:
    await house.cast.open_to_members()
    for person in (house.cast.astrid, house.cast.ove, house.cast.mia):
        async with house.program(person) as client:
            answer = await client.post(api(house), json={"association": "Södra", **DECIDED})
            assert answer.status_code == 403, person.name


async def test_an_association_does_not_back_its_own_motion(house: House) -> None:
    async with house.program(house.cast.astrid) as client:
        answer = await client.post(api(house), json={"association": "Norra", **DECIDED})
    assert answer.status_code == 422


async def test_backing_can_be_offered_for_a_motion_that_is_open(house: House) -> None:
    await house.cast.open_to_members()
    assert (await decide(house, state="intends"))["state"] == "intends"


async def test_a_typo_in_the_body_keeps_the_backing_and_a_changed_demand_does_not(house: House) -> None:
    await ask(house)
    made = await decide(house)
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(title="Bra bussar", body="Annat."))
    async with house.program(house.cast.bo) as client:
        motion = f"/api/v1/motions/{house.cast.motion.id}"
        assert (await client.get(motion)).json()["co_signatures"][0]["needs_reconfirmation"] is False
        await change_first_demand(house, "att bussen ska gå varje kvart")
        assert (await client.get(motion)).json()["co_signatures"][0]["needs_reconfirmation"] is True
        answer = await client.post(api(house, f"/{made['id']}/reconfirmation"))
        assert answer.status_code == 201
        assert answer.json()["needs_reconfirmation"] is False


async def test_the_page_shows_the_difference_and_confirms_what_was_seen(house: House) -> None:
    await ask(house)
    made = await decide(house)
    await change_first_demand(house, "att bussen ska gå varje kvart")
    demands = (await house.cast.desk.read(house.cast.motion.document_id)).demands
    seen = {f"seen-{demand.id}": demand_digest(demand.text) for demand in demands}
    async with house.browser(house.cast.bo) as browser:
        shown = (await browser.get(page(house))).text
        assert "<del>" in shown
        assert "kvart" in shown
        confirm = page(house, f"/co-signatures/{made['id']}/reconfirmation")
        await change_first_demand(house, "att bussen ska gå varje halvtimme")
        assert (await browser.post(confirm, data=seen)).status_code == 409, "the text is not the one that was seen"
        demands = (await house.cast.desk.read(house.cast.motion.document_id)).demands
        seen = {f"seen-{demand.id}": demand_digest(demand.text) for demand in demands}
        assert (await browser.post(confirm, data=seen)).status_code == 303


async def test_backing_some_demands_is_not_touched_by_the_others(house: House) -> None:
    await ask(house)
    second = (await house.cast.desk.read(house.cast.motion.document_id)).demands[1]
    made = await decide(house, demands=[second.id])
    assert made["demands"] == [second.id]
    await change_first_demand(house, "att bussen ska gå varje kvart")
    async with house.program(house.cast.bo) as client:
        answer = (await client.get(f"/api/v1/motions/{house.cast.motion.id}")).json()
    assert answer["co_signatures"][0]["needs_reconfirmation"] is False


async def test_backing_is_withdrawn_and_can_be_given_again(house: House) -> None:
    await ask(house)
    made = await decide(house)
    async with house.program(house.cast.ove) as outsider:
        assert (await outsider.delete(api(house, f"/{made['id']}"))).status_code == 404
    async with house.program(house.cast.astrid) as author:
        assert (await author.delete(api(house, f"/{made['id']}"))).status_code == 403
    async with house.program(house.cast.bo) as client:
        assert (await client.delete(api(house, f"/{made['id']}"))).status_code == 204
        assert (await client.delete(api(house, f"/{made['id']}"))).status_code == 409
    assert (await decide(house))["id"] == made["id"]


async def test_a_form_that_was_refused_keeps_what_was_typed(house: House) -> None:
    await ask(house)
    async with house.browser(house.cast.bo) as browser:
        form = {"association": str(house.cast.south.id), "state": "decided", "decided_by": "Årsmötet", "covers": "all"}
        refused = await browser.post(page(house), data=form)
    assert refused.status_code == 422
    assert 'value="Årsmötet"' in refused.text
    assert 'href="#field-decided_on"' in refused.text


async def test_a_decision_of_today_in_stockholm_is_not_ahead(house: House) -> None:
    await ask(house)
    late_evening = clock.now().replace(hour=22, minute=30) + timedelta(days=1)
    with clock.frozen(late_evening):
        today = late_evening.astimezone(clock.STOCKHOLM).date().isoformat()
        assert (await decide(house, decided_on=today))["decided_on"] == today
