"""Proposals for change: made by whoever may comment, decided upon by authors, put into the text without harm to what
others wrote meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.roles import Role
from app.documents.amending import Amendment, merge
from app.documents.editing import TextChange
from app.documents.engine import Replica
from app.documents.seeding import seed
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.ids import uuid7
from app.motions.actions import give_role
from app.people.models import Person
from tests.house import House

FIRST, SECOND = "att bussen ska gå varje timme", "att biljetten ska gälla i hela länet"


def api(house: House) -> str:
    return f"/api/v1/motions/{house.cast.motion.id}/proposals"


async def demand_ids(house: House) -> list[str]:
    text = await house.cast.desk.read(house.cast.motion.document_id)
    return [demand.id for demand in text.demands]


async def demands(house: House) -> list[str]:
    text = await house.cast.desk.read(house.cast.motion.document_id)
    return [demand.text for demand in text.demands]


async def rewrite(house: House, *wanted: tuple[str | None, str]) -> None:
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(demands=wanted))


async def propose(house: House, person: Person, **wish: Any) -> dict[str, Any]:
    async with house.program(person) as program:
        answer = await program.post(api(house), json=wish)
    assert answer.status_code == 201, answer.text
    proposed: dict[str, Any] = answer.json()
    return proposed


async def accept(house: House, proposal: dict[str, Any], status: int = 201) -> dict[str, Any]:
    async with house.program(house.cast.astrid) as program:
        answer = await program.post(f"{api(house)}/{proposal['id']}/acceptance")
    assert answer.status_code == status, answer.text
    decided: dict[str, Any] = answer.json()
    return decided


@pytest.fixture
async def commenter(house: House) -> Person:
    async with house.cast.database.writing() as session:
        await give_role(session, house.cast.motion, house.cast.bo.id, Role.COMMENTER)
    return house.cast.bo


async def test_commenter_s_wording_is_accepted_and_credited(house: House, commenter: Person) -> None:
    first, _second = await demand_ids(house)
    wish = {"kind": "reword", "target": first, "base": FIRST, "wording": "att bussen ska gå varje halvtimme"}
    proposed = await propose(house, commenter, **wish, reason="Annars missar man tåget.")
    assert await demands(house) == [FIRST, SECOND]
    decided = await accept(house, proposed)
    assert (decided["state"], decided["author"], decided["decided_by"]) == ("accepted", "Bo Ek", "Astrid Lind")
    assert await demands(house) == ["att bussen ska gå varje halvtimme", SECOND]
    assert (await demand_ids(house))[0] == first


async def test_demand_is_added_after_another_and_one_is_struck(house: House, commenter: Person) -> None:
    first, second = await demand_ids(house)
    added = await propose(house, commenter, kind="add", target=first, wording="hållplatsen ska ha ljus")
    struck = await propose(house, commenter, kind="strike", target=second, base=SECOND)
    await accept(house, added)
    assert await demands(house) == [FIRST, "att hållplatsen ska ha ljus", SECOND]
    await accept(house, struck)
    assert await demands(house) == [FIRST, "att hållplatsen ska ha ljus"]


async def test_paragraph_of_the_body_is_reworded_where_it_has_moved_to(house: House, commenter: Person) -> None:
    wish = {
        "kind": "reword",
        "target": "body",
        "base": "Vi vill åka mer.",
        "wording": "Vi vill åka oftare.",
        "place": 1,
    }
    proposed = await propose(house, commenter, **wish)
    body = "Först detta.\nVi vill åka mer, alla.\nBussen går för sällan."
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(body=body))
    await accept(house, proposed)
    text = await house.cast.desk.read(house.cast.motion.document_id)
    assert text.body_text.split("\n")[1] == "Vi vill åka oftare, alla."


async def test_what_was_changed_meanwhile_elsewhere_in_the_demand_stays(house: House, commenter: Person) -> None:
    first, second = await demand_ids(house)
    wish = {"kind": "reword", "target": first, "base": FIRST, "wording": "att bussen ska gå varje halvtimme"}
    proposed = await propose(house, commenter, **wish)
    await rewrite(house, (second, SECOND), (first, "att bussen till Norra ska gå varje timme"))
    await accept(house, proposed)
    assert await demands(house) == [SECOND, "att bussen till Norra ska gå varje halvtimme"]


async def test_same_words_changed_meanwhile_collide_and_the_text_stays(house: House, commenter: Person) -> None:
    first, second = await demand_ids(house)
    wish = {"kind": "reword", "target": first, "base": FIRST, "wording": "att bussen ska gå varje halvtimme"}
    proposed = await propose(house, commenter, **wish)
    struck = await propose(house, commenter, kind="strike", target=first, base=FIRST)
    await rewrite(house, (first, "att bussen ska gå varje kvart"), (second, SECOND))
    for proposal in (proposed, struck):
        await accept(house, proposal, 409)
    assert await demands(house) == ["att bussen ska gå varje kvart", SECOND]
    async with house.program(commenter) as program, house.browser(house.cast.astrid) as browser:
        listed = (await program.get(api(house))).json()
        page = (await browser.get(f"/motions/{house.cast.motion.id}/proposals")).text
    assert [(each["state"], each["collides"]) for each in listed] == [("open", True)] * 2
    assert "Krockar med texten" in page
    assert "att bussen ska gå varje kvart" in page


async def test_proposals_for_the_same_words_are_shown_as_rivals(house: House, commenter: Person) -> None:
    first, _second = await demand_ids(house)
    wish = {"kind": "reword", "target": first, "base": FIRST}
    await propose(house, commenter, **wish, wording="att bussen ska gå varje halvtimme")
    await propose(house, house.cast.mia, **wish, wording="att bussen ska gå varje kvart")
    await propose(house, house.cast.gun, **wish, wording="att den gula bussen ska gå varje timme")
    async with house.program(commenter) as program:
        listed = (await program.get(api(house))).json()
    assert {each["author"]: each["rivals"] for each in listed} == {
        "Bo Ek": ["Mia Berg"],
        "Mia Berg": ["Bo Ek"],
        "Gun": [],
    }


async def test_all_are_accepted_but_those_that_collide(house: House, commenter: Person) -> None:
    first, _second = await demand_ids(house)
    wish = {"kind": "reword", "target": first, "base": FIRST}
    await propose(house, commenter, **wish, wording="att bussen ska gå varje halvtimme")
    await propose(house, house.cast.mia, **wish, wording="att bussen ska gå varje kvart")
    await propose(house, house.cast.gun, **wish, wording="att den gula bussen ska gå varje timme")
    async with house.browser(house.cast.astrid) as browser:
        answer = await browser.post(f"/motions/{house.cast.motion.id}/proposals/acceptance")
        assert answer.status_code == 303
    assert await demands(house) == ["att den gula bussen ska gå varje halvtimme", SECOND]
    async with house.program(commenter) as program:
        listed = (await program.get(api(house))).json()
    assert sorted((each["author"], each["state"]) for each in listed) == [
        ("Bo Ek", "accepted"),
        ("Gun", "accepted"),
        ("Mia Berg", "open"),
    ]


async def test_accepting_again_changes_nothing_more(house: House, commenter: Person) -> None:
    added = await propose(house, commenter, kind="add", wording="hållplatsen ska ha ljus")
    await accept(house, added)
    await accept(house, added, 409)
    assert await demands(house) == [FIRST, SECOND, "att hållplatsen ska ha ljus"]


async def take_back(house: House, proposal: dict[str, Any], status: int = 201) -> dict[str, Any]:
    async with house.program(house.cast.astrid) as program:
        answer = await program.post(f"{api(house)}/{proposal['id']}/reversal")
    assert answer.status_code == status, answer.text
    undone: dict[str, Any] = answer.json()
    return undone


async def test_acceptance_is_undone_and_what_was_changed_meanwhile_stays(house: House, commenter: Person) -> None:
    first, second = await demand_ids(house)
    wish = {"kind": "reword", "target": first, "base": FIRST, "wording": "att bussen ska gå varje halvtimme"}
    proposed = await propose(house, commenter, **wish)
    await take_back(house, proposed, 409)
    await accept(house, proposed)
    await rewrite(house, (first, "att bussen till Norra ska gå varje halvtimme"), (second, SECOND))
    undone = await take_back(house, proposed)
    assert (undone["state"], undone["decided_by"]) == ("open", "")
    assert await demands(house) == ["att bussen till Norra ska gå varje timme", SECOND]
    await take_back(house, proposed, 409)
    await accept(house, proposed)
    assert await demands(house) == ["att bussen till Norra ska gå varje halvtimme", SECOND]


async def test_demand_that_was_added_or_struck_goes_and_comes_back_as_it_was(house: House, commenter: Person) -> None:
    first, second = await demand_ids(house)
    added = await propose(house, commenter, kind="add", target=first, wording="hållplatsen ska ha ljus")
    struck = await propose(house, commenter, kind="strike", target=second, base=SECOND)
    for _ in range(2):
        await accept(house, added)
        await accept(house, struck)
        assert await demands(house) == [FIRST, "att hållplatsen ska ha ljus"]
        await take_back(house, struck)
        await take_back(house, added)
        assert await demands(house) == [FIRST, SECOND]
        assert await demand_ids(house) == [first, second]


async def test_acceptance_of_words_that_were_changed_since_is_not_undone(house: House, commenter: Person) -> None:
    first, second = await demand_ids(house)
    wish = {"kind": "reword", "target": first, "base": FIRST, "wording": "att bussen ska gå varje halvtimme"}
    reworded = await propose(house, commenter, **wish)
    added = await propose(house, commenter, kind="add", wording="hållplatsen ska ha ljus")
    await accept(house, reworded)
    await accept(house, added)
    now = ["att bussen ska gå varje kvart", SECOND, "att hållplatsen ska ha ljus och bänkar"]
    await rewrite(house, (first, now[0]), (second, now[1]), (added["id"], now[2]))
    for proposal in (reworded, added):
        await take_back(house, proposal, 409)
    assert await demands(house) == now


async def test_page_offers_the_way_back_to_those_who_decide(house: House, commenter: Person) -> None:
    added = await propose(house, commenter, kind="add", wording="hållplatsen ska ha ljus")
    await accept(house, added)
    path = f"/motions/{house.cast.motion.id}/proposals"
    async with house.browser(commenter) as browser, house.browser(house.cast.astrid) as owner:
        assert "/reversal" not in (await browser.get(path)).text
        assert (await browser.post(f"{path}/{added['id']}/reversal")).status_code == 403
        page = (await owner.get(path)).text
        assert page.count("/reversal") == 2  # of one form: with a script and without
        with clock.frozen(clock.now() + timedelta(hours=1)):
            assert (await owner.get(path)).text.count("/reversal") == 2
        assert (await owner.post(f"{path}/{added['id']}/reversal")).status_code == 303
    assert await demands(house) == [FIRST, SECOND]


async def test_acceptance_is_not_undone_once_the_motion_is_handed_in(house: House, commenter: Person) -> None:
    added = await propose(house, commenter, kind="add", wording="hållplatsen ska ha ljus")
    await accept(house, added)
    await house.cast.desk.freeze(house.cast.motion.document_id)
    await take_back(house, added, 409)
    assert await demands(house) == [FIRST, SECOND, "att hållplatsen ska ha ljus"]


async def test_nothing_is_proposed_or_accepted_once_the_motion_is_handed_in(house: House, commenter: Person) -> None:
    added = await propose(house, commenter, kind="add", wording="hållplatsen ska ha ljus")
    await house.cast.desk.freeze(house.cast.motion.document_id)
    await accept(house, added, 409)
    async with house.program(commenter) as program:
        refused = await program.post(api(house), json={"kind": "add", "wording": "mer"})
    assert refused.status_code == 409
    assert await demands(house) == [FIRST, SECOND]


async def test_commenter_withdraws_own_proposals_and_decides_upon_none(house: House, commenter: Person) -> None:
    own = await propose(house, commenter, kind="add", wording="ljus")
    others = await propose(house, house.cast.mia, kind="add", wording="bänkar")
    async with house.program(commenter) as program:
        for act in ("acceptance", "rejection"):
            assert (await program.post(f"{api(house)}/{own['id']}/{act}")).status_code == 403
        assert (await program.delete(f"{api(house)}/{others['id']}")).status_code == 403
        assert (await program.delete(f"{api(house)}/{own['id']}")).status_code == 204
        assert [each["id"] for each in (await program.get(api(house))).json()] == [others["id"]]
    await accept(house, own, 409)


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (None, 404)])
async def test_whoever_may_not_comment_proposes_nothing(house: House, role: Role | None, status: int) -> None:
    if role is not None:
        async with house.cast.database.writing() as session:
            await give_role(session, house.cast.motion, house.cast.ove.id, role)
    async with house.program(house.cast.ove) as program:
        assert (await program.post(api(house), json={"kind": "add", "wording": "mer"})).status_code == status


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"kind": "reword", "target": "no-such", "base": FIRST, "wording": "att"}, "target"),
        ({"kind": "reword", "target": "body", "base": "Vi vill åka mer.", "wording": "Vi vill åka mer."}, "wording"),
        ({"kind": "strike", "target": "body", "base": "Vi vill åka mer."}, "kind"),
        ({"kind": "add", "wording": "att "}, "wording"),
        ({"kind": "add", "wording": "x" * 8_001}, "wording"),
        ({"kind": "add", "wording": "mer", "reason": "x" * 1_001}, "reason"),
        ({"kind": "burn", "wording": "mer"}, "kind"),
    ],
)
async def test_bad_proposal_is_refused_with_the_field(house: House, wish: dict[str, Any], field: str) -> None:
    async with house.program(house.cast.astrid) as program:
        answer = await program.post(api(house), json=wish)
        assert answer.status_code == 422
        assert field in answer.json()["errors"]


async def test_page_proposes_and_decides_without_a_script_and_keeps_what_was_refused(
    house: House, commenter: Person
) -> None:
    first, _second = await demand_ids(house)
    path = f"/motions/{house.cast.motion.id}/proposals"
    async with house.browser(commenter) as browser:
        assert FIRST in (await browser.get(f"{path}?about={first}")).text
        refused = await browser.post(
            path, data={"kind": "reword", "target": "gone", "base": "x", "wording": "<b>Mitt</b>"}
        )
        assert refused.status_code == 422
        assert "&lt;b&gt;Mitt&lt;/b&gt;" in refused.text
        wish = {"kind": "reword", "target": first, "base": FIRST, "wording": "att bussen ska gå varje kvart"}
        assert (await browser.post(path, data=wish)).status_code == 303
        page = (await browser.get(path)).text
    assert "<ins>" in page
    assert "/acceptance" not in page


# The text itself.

_SOME = ["att", "bussen", "går", "varje", "timme", "till", "Norra", "och", "åter", "är", "gul"]
WORDS = st.lists(st.sampled_from(_SOME), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, WORDS, WORDS)
def test_accepted_wording_and_what_is_typed_at_the_same_time_end_in_one_text(
    base: list[str], typed: list[str], wanted: list[str]
) -> None:
    """Somebody types while the server accepts: both copies read the same afterwards, and hold what was accepted."""
    document, text = uuid7(), "att x " + " ".join(base)
    state = seed("Titel", "Brödtext.", [text, "att annat"], document)
    server, browser = Replica([state]), Replica([state])
    demand, other = server.read().demands
    amendment = Amendment("reword", demand.id, text, "att x " + " ".join(wanted))
    accepted = server.edit(TextChange(amendment=amendment))
    wish = ((demand.id, f"{text} {' '.join(typed)}"), (other.id, "att annat " + " ".join(typed)))
    written = browser.edit(TextChange(demands=wish))
    if written:
        server.apply(written)
    if accepted:
        browser.apply(accepted)
    assert server.read() == browser.read()
    assert server.read().demands[1].text == "att annat " + " ".join(typed)


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS, WORDS)
def test_merging_favours_neither_and_keeps_what_only_one_has_changed(
    base: list[str], one: list[str], two: list[str]
) -> None:
    a, b, c = (" ".join(words) for words in (base, one, two))
    assert merge(a, b, c) == merge(a, c, b)
    assert merge(a, a, c) == c
    assert merge(a, c, c) == c


def test_amendment_to_a_struck_demand_is_refused_and_nothing_changes() -> None:
    state = seed("Titel", "Brödtext.", [FIRST, SECOND], uuid7())
    replica = Replica([state])
    first, second = replica.read().demands
    replica.edit(TextChange(demands=((second.id, SECOND),)))
    before = replica.state()
    with pytest.raises(Conflict):
        replica.edit(TextChange(amendment=Amendment("reword", first.id, FIRST, "att något annat")))
    assert replica.state() == before
