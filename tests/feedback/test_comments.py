"""Comments: said by those who may, about words that stand, heard by those who are meant, and by nobody else."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.access.roles import Role
from app.associations.actions import add_member
from app.feedback.comments import MAX_TEXT, UNDO, mentioned_in
from app.feedback.models import Comment
from app.kit import clock
from app.kit.outbox import Job
from app.motions.actions import give_role, set_association_role, take_role
from app.motions.models import Motion
from app.people.actions import add_person
from app.people.models import Person
from tests.house import House

PLACE = b64encode(b"\x00\x01\x02").decode()
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)"> “citat”'


def api(house: House) -> str:
    return f"/api/v1/motions/{house.cast.motion.id}/comments"


async def make(house: House, person: Person, role: Role) -> None:
    async with house.cast.database.writing() as session:
        await give_role(session, house.cast.motion, person.id, role)


async def say(house: House, person: Person, text: str = "Bra!", **given: Any) -> dict[str, Any]:
    async with house.program(person) as program:
        answer = await program.post(api(house), json={"text": text, **given})
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def demand_ids(house: House) -> list[str]:
    text = await house.cast.desk.read(house.cast.motion.document_id)
    return [demand.id for demand in text.demands]


async def mails(house: House) -> list[dict[str, Any]]:
    async with house.cast.database.reading() as session:
        return [job.payload for job in await session.scalars(select(Job).where(Job.kind == "mail"))]


async def test_commenter_comments_on_words_of_a_demand_without_a_right_to_write(house: House) -> None:
    await make(house, house.cast.bo, Role.COMMENTER)
    demand = (await demand_ids(house))[0]
    anchor = {"target": demand, "from": PLACE, "to": PLACE, "quote": "varje timme"}
    said = await say(house, house.cast.bo, "Varför inte oftare?", **anchor)
    assert (said["author"], said["target"], said["quote"]) == ("Bo Ek", demand, "varje timme")
    async with house.program(house.cast.bo) as program:
        refused = await program.patch(f"/api/v1/motions/{house.cast.motion.id}", json={"title": "Bos"})
    assert refused.status_code == 403


@pytest.mark.parametrize("role", [Role.READER, None])
async def test_whoever_may_not_comment_is_refused(house: House, role: Role | None) -> None:
    if role is not None:
        await make(house, house.cast.bo, role)
    async with house.program(house.cast.bo) as program:
        answer = await program.post(api(house), json={"text": "Får jag?"})
        listed = await program.get(api(house))
    assert answer.status_code == (403 if role else 404)
    assert listed.status_code == (200 if role else 404)


async def test_members_who_may_read_an_open_motion_are_not_shown_what_its_people_say(house: House) -> None:
    await say(house, house.cast.astrid)
    await house.cast.open_to_members()
    for path in (api(house), f"/motions/{house.cast.motion.id}/comments"):
        async with house.program(house.cast.ove) as program, house.browser(house.cast.ove) as browser:
            answer = await (program if path.startswith("/api") else browser).get(path)
        assert answer.status_code == 403
        assert "Bra!" not in answer.text


async def test_right_to_comment_that_is_taken_away_is_gone_at_once(house: House) -> None:
    await make(house, house.cast.bo, Role.COMMENTER)
    said = await say(house, house.cast.bo)
    async with house.cast.database.writing() as session:
        await take_role(session, house.cast.motion, house.cast.bo.id)
    async with house.program(house.cast.bo) as program:
        assert (await program.delete(f"{api(house)}/{said['id']}")).status_code == 404
        assert (await program.post(api(house), json={"text": "Än?"})).status_code == 404


async def test_replies_belong_to_the_thread_and_open_it_again(house: House) -> None:
    said = await say(house, house.cast.mia)
    async with house.program(house.cast.astrid) as program:
        resolved = (await program.patch(f"{api(house)}/{said['id']}", json={"resolved": True})).json()
        assert resolved["resolved_by"] == "Astrid Lind"
    first = await say(house, house.cast.gun, "Håller med", reply_to=said["id"])
    thread = await say(house, house.cast.mia, "Tack", reply_to=first["replies"][0]["id"])
    assert thread["id"] == said["id"]
    assert [each["text"] for each in thread["replies"]] == ["Håller med", "Tack"]
    assert thread["resolved_at"] is None


async def test_commenter_resolves_own_comments_and_no_others(house: House) -> None:
    await make(house, house.cast.bo, Role.COMMENTER)
    own, others = await say(house, house.cast.bo), await say(house, house.cast.mia)
    async with house.program(house.cast.bo) as program:
        assert (await program.patch(f"{api(house)}/{own['id']}", json={"resolved": True})).status_code == 200
        assert (await program.patch(f"{api(house)}/{others['id']}", json={"resolved": True})).status_code == 403


async def test_nobody_rewords_or_removes_what_somebody_else_said(house: House) -> None:
    said = await say(house, house.cast.mia, "Mias ord")
    async with house.program(house.cast.astrid) as program:
        assert (await program.patch(f"{api(house)}/{said['id']}", json={"text": "Andra ord"})).status_code == 403
        assert (await program.delete(f"{api(house)}/{said['id']}")).status_code == 403
        assert (await program.get(api(house))).json()[0]["text"] == "Mias ord"


async def test_removed_comment_can_be_taken_back_and_is_then_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await say(house, house.cast.mia, "Hemligt")
    async with house.program(house.cast.mia) as program:
        assert (await program.delete(f"{api(house)}/{said['id']}")).status_code == 204
        assert (await program.get(api(house))).json()[0]["text"] == ""
        back = await program.patch(f"{api(house)}/{said['id']}", json={"removed": False})
        assert back.json()["text"] == "Hemligt"
        await program.delete(f"{api(house)}/{said['id']}")
        later = clock.now() + UNDO + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        gone = await program.patch(f"{api(house)}/{said['id']}", json={"removed": False})
        assert gone.status_code == 409
    await say(house, house.cast.astrid, "Något annat")
    async with house.cast.database.reading() as session:
        assert (await session.get_one(Comment, UUID(said["id"]))).text == ""


async def test_others_see_nothing_of_a_removed_comment_but_its_replies(house: House) -> None:
    said = await say(house, house.cast.mia, "Hemligt")
    await say(house, house.cast.astrid, "Men vänta", reply_to=said["id"])
    async with house.program(house.cast.mia) as program:
        await program.delete(f"{api(house)}/{said['id']}")
    async with house.program(house.cast.astrid) as program, house.browser(house.cast.astrid) as browser:
        (thread,) = (await program.get(api(house))).json()
        assert (thread["removed"], thread["text"]) == (True, "")
        assert thread["replies"][0]["text"] == "Men vänta"
        assert "Hemligt" not in (await browser.get(f"/motions/{house.cast.motion.id}/comments")).text


async def test_mention_is_mailed_once_and_the_mail_says_nothing_of_the_text(house: House) -> None:
    said = await say(house, house.cast.astrid, "Vad säger du, @Mia? Hemlig mening.")
    async with house.program(house.cast.astrid) as program:
        await program.patch(f"{api(house)}/{said['id']}", json={"text": "Vad säger du, @Mia Berg? Annan mening."})
    (mail,) = await mails(house)
    assert mail["to"] == "mia@example.org"
    assert f"/comments#comment-{said['id']}" in mail["text"]
    assert "mening" not in mail["text"] + mail["subject"]


async def let_members_in(house: House) -> Person:
    """All of Norra may read along; Nils among them, who is named nowhere in the motion."""
    cast = house.cast
    async with cast.database.writing() as session:
        nils = await add_person(session, "Nils Ny", "nils@example.org")
        await add_member(session, cast.north.id, nils.id)
        motion = await session.get_one(Motion, cast.motion.id)
        await set_association_role(session, motion, cast.north.id, Role.READER)
    return nils


async def listed(house: House, person: Person) -> tuple[str, str]:
    """The page where one writes and that of the comments."""
    path = f"/motions/{house.cast.motion.id}"
    async with house.browser(person) as browser:
        return (await browser.get(path)).text, (await browser.get(f"{path}/comments")).text


async def test_member_who_is_let_in_with_the_association_can_be_mentioned_by_fellow_members(house: House) -> None:
    nils = await let_members_in(house)
    await say(house, house.cast.astrid, "Vad säger du, @Nils?")
    await say(house, house.cast.mia, "Och du?", mentions=[str(nils.id)])
    assert [mail["to"] for mail in await mails(house)] == [nils.email, nils.email]
    async with house.browser(nils) as browser:
        assert "@Nils" in (await browser.get(f"/motions/{house.cast.motion.id}/comments")).text
    for page in await listed(house, house.cast.mia):
        assert "Nils Ny" in page


@pytest.mark.parametrize("who", ["gun", "bo"])
async def test_who_is_a_member_of_what_is_told_to_nobody_else(house: House, who: str) -> None:
    """Neither a guest nor a commenter from another association learns who is in Norra, or can write to them."""
    nils, person = await let_members_in(house), getattr(house.cast, who)
    await make(house, person, Role.COMMENTER)
    await say(house, person, "@Nils @Nils Ny", mentions=[str(nils.id)])
    assert await mails(house) == []
    for page in await listed(house, person):
        assert "Nils" not in page.replace("@Nils", "")
        assert str(nils.id) not in page


async def test_members_who_are_not_let_in_can_not_be_mentioned(house: House) -> None:
    nils = await let_members_in(house)
    async with house.cast.database.writing() as session:
        motion = await session.get_one(Motion, house.cast.motion.id)
        await set_association_role(session, motion, house.cast.north.id, None)
    await say(house, house.cast.astrid, "@Nils Ny", mentions=[str(nils.id)])
    assert await mails(house) == []
    for page in await listed(house, house.cast.astrid):
        assert str(nils.id) not in page


async def test_nobody_outside_the_motion_can_be_mentioned(house: House) -> None:
    await say(house, house.cast.astrid, "@Ove @Ove Ås", mentions=[str(house.cast.ove.id)])
    assert await mails(house) == []


def test_first_name_that_two_have_means_neither() -> None:
    people = [Person(id=UUID(int=n), name=name) for n, name in enumerate(["Bo Ek", "Bo Alm", "Gun"])]
    assert mentioned_in("@Bo och @gun", people) == {UUID(int=2)}
    assert mentioned_in("@Bo Ek, skriv till bo@gun", people) == {UUID(int=0)}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \u200b\n"}, "text"),
        ({"text": "x" * (MAX_TEXT + 1)}, "text"),
        ({"text": "x" * 50_000}, "text"),
        ({"text": "hej", "target": "no-such-demand"}, "target"),
        ({"text": "hej", "target": "x" * 65}, "target"),
        ({"text": "hej", "from": PLACE}, "from"),
        ({"text": "hej", "from": "<b>", "to": PLACE}, "from"),
        ({"text": "hej", "from": PLACE, "to": "A" * 404}, "from"),
    ],
)
async def test_bad_comment_is_refused_with_the_field_and_leaves_nothing(
    house: House, given: dict[str, Any], field: str
) -> None:
    before = await house.cast.desk.read(house.cast.motion.document_id)
    async with house.program(house.cast.astrid) as program:
        answer = await program.post(api(house), json=given)
        assert answer.status_code == 422
        assert field in answer.json()["errors"]
        assert (await program.get(api(house))).json() == []
    assert await house.cast.desk.read(house.cast.motion.document_id) == before


async def test_hostile_markup_is_shown_as_what_was_typed(house: House) -> None:
    await say(house, house.cast.astrid, HOSTILE, target="body", quote=HOSTILE, **{"from": PLACE, "to": PLACE})
    async with house.browser(house.cast.astrid) as browser:
        page = (await browser.get(f"/motions/{house.cast.motion.id}/comments")).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_comment_on_a_demand_says_when_that_has_been_struck_and_stays(house: House) -> None:
    first, second = await demand_ids(house)
    await say(house, house.cast.astrid, target=second)
    await say(house, house.cast.astrid, "Om titeln", target="title")
    async with house.program(house.cast.astrid) as program:
        demands = [{"id": first, "text": "att bussen går"}]
        (await program.patch(f"/api/v1/motions/{house.cast.motion.id}", json={"demands": demands})).raise_for_status()
        listed = (await program.get(api(house))).json()
    assert [(each["target"], each["struck"]) for each in listed] == [("title", False), (second, True)]
    async with house.browser(house.cast.astrid) as browser:
        page = (await browser.get(f"/motions/{house.cast.motion.id}/comments")).text
    assert "En att-sats som har tagits bort" in page


async def test_page_lists_comments_and_takes_them_without_a_script(house: House) -> None:
    await make(house, house.cast.bo, Role.COMMENTER)
    path = f"/motions/{house.cast.motion.id}/comments"
    async with house.browser(house.cast.bo) as browser:
        done = await browser.post(path, data={"text": "Rad ett\nRad två", "target": "body"})
        assert done.status_code == 303
        page = (await browser.get(path)).text
        assert "<p>Rad ett</p><p>Rad två</p>" in page
        refused = await browser.post(path, data={"text": "Det jag skrev", "target": "nowhere"})
        assert refused.status_code == 422
        assert "Det jag skrev" in refused.text
        assert (await browser.post(path, data={"text": "", "target": "body"})).status_code == 422


async def test_comment_of_another_motion_can_not_be_reached_through_this_one(house: House) -> None:
    said = await say(house, house.cast.astrid)
    other = await house.cast.another_motion("Annan", house.cast.bo)
    async with house.program(house.cast.bo) as program:
        answer = await program.post(f"/api/v1/motions/{other}/comments", json={"text": "hej", "reply_to": said["id"]})
        assert answer.status_code == 404


async def test_filter_shows_open_resolved_and_own(house: House) -> None:
    mine = await say(house, house.cast.mia, "Mias")
    await say(house, house.cast.astrid, "Astrids")
    path = f"/motions/{house.cast.motion.id}/comments"
    async with house.program(house.cast.mia) as program, house.browser(house.cast.mia) as browser:
        await program.patch(f"{api(house)}/{mine['id']}", json={"resolved": True})
        shown = {show: (await browser.get(f"{path}?show={show}")).text for show in ("open", "resolved", "mine", "odd")}
    holds = {show: ("<p>Mias</p>" in page, "<p>Astrids</p>" in page) for show, page in shown.items()}
    assert holds == {
        "open": (False, True),
        "resolved": (True, False),
        "mine": (True, False),
        "odd": (False, True),
    }
