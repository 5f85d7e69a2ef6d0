"""Asking to be let in to a motion that one may know of, and what the authors answer."""

import pytest
from sqlalchemy import select

from app.access.roles import Role, Visibility
from app.associations.actions import add_member
from app.kit.outbox import Job
from app.motions.actions import set_visibility
from app.motions.gate import writing_role
from app.motions.queries import people_of
from app.people.actions import add_person
from app.people.models import Person
from tests.house import House


async def newcomer(house: House) -> Person:
    """Somebody in the association that writes the motion, and not in the motion."""
    async with house.cast.database.writing() as session:
        person = await add_person(session, "Nils Alm", "nils@example.org")
        await add_member(session, house.cast.north.id, person.id)
        return person


async def role_of(house: House, person: Person) -> str | None:
    async with house.cast.database.reading() as session:
        return {id_: role for id_, _name, role in await people_of(session, house.cast.motion.id)}.get(person.id)


async def mailed(house: House) -> list[str]:
    async with house.cast.database.reading() as session:
        return [job.payload["to"] for job in await session.scalars(select(Job).where(Job.kind == "mail"))]


async def test_member_of_the_association_asks_and_is_let_in(house: House) -> None:
    nils, path = await newcomer(house), f"/motions/{house.cast.motion.id}"
    async with house.browser(nils) as browser, house.browser(house.cast.astrid) as owner:
        closed = await browser.get(path)
        assert closed.status_code == 403
        assert "bussen ska" not in closed.text
        assert "Bättre bussar" not in closed.text
        for _ in range(2):
            assert (await browser.post(f"{path}/access-requests", data={"message": "Får jag?"})).status_code == 303
        assert await mailed(house) == ["astrid@example.org"]
        assert "Får jag?" in (await owner.get(f"{path}/sharing")).text
        given = await owner.post(f"{path}/access-requests/{nils.id}/answer", data={"role": "commenter"})
        assert given.status_code == 303
        assert await role_of(house, nils) == Role.COMMENTER
        assert sorted(await mailed(house)) == ["astrid@example.org", "nils@example.org"]
        assert 'data-role="commenter"' in (await browser.get(path)).text
        again = await owner.post(f"{path}/access-requests/{nils.id}/answer", data={"role": "author"})
        assert again.status_code == 409


async def test_request_can_be_declined_and_made_again(house: House) -> None:
    nils, path = await newcomer(house), f"/motions/{house.cast.motion.id}"
    async with house.browser(nils) as browser, house.browser(house.cast.astrid) as owner:
        await browser.post(f"{path}/access-requests")
        await owner.post(f"{path}/access-requests/{nils.id}/answer", data={"role": "none"})
        assert await role_of(house, nils) is None
        assert (await browser.post(f"{path}/access-requests")).status_code == 303
        assert "Nils Alm" in (await owner.get(f"{path}/sharing")).text


async def test_hidden_motion_does_not_exist_for_others_who_ask(house: House) -> None:
    path = f"/motions/{house.cast.motion.id}"
    async with house.browser(house.cast.ove) as browser:
        assert (await browser.get(path)).status_code == 404
        assert (await browser.post(f"{path}/access-requests")).status_code == 404
    assert await mailed(house) == []


async def test_whoever_sees_the_theme_or_the_demands_may_ask(house: House) -> None:
    async with house.cast.database.writing() as session:
        await set_visibility(session, house.cast.motion.id, Visibility.DEMANDS)
    path = f"/motions/{house.cast.motion.id}"
    async with house.browser(house.cast.ove) as browser:
        assert f"{path}/access-requests" in (await browser.get(path)).text
        assert (await browser.post(f"{path}/access-requests")).status_code == 303


async def test_only_those_who_may_invite_answer_requests_and_change_rights(house: House) -> None:
    nils, path = await newcomer(house), f"/motions/{house.cast.motion.id}"
    async with house.browser(nils) as browser, house.browser(house.cast.gun) as guest:
        await browser.post(f"{path}/access-requests")
        for client in (browser, guest):
            refused = await client.post(f"{path}/access-requests/{nils.id}/answer", data={"role": "author"})
            assert refused.status_code in {403, 404}
            changed = await client.post(f"{path}/people/{house.cast.mia.id}/role", data={"role": "reader"})
            assert changed.status_code in {403, 404}
    assert await role_of(house, nils) is None


@pytest.mark.parametrize("role", [Role.COMMENTER, Role.READER])
async def test_author_who_may_only_comment_from_now_on_writes_no_more_in_the_live_text(
    house: House, role: Role
) -> None:
    cast, path = house.cast, f"/motions/{house.cast.motion.id}"
    async with house.browser(cast.astrid) as owner:
        changed = await owner.post(f"{path}/people/{cast.mia.id}/role", data={"role": role})
        assert changed.status_code == 303
        assert (await owner.post(f"{path}/people/{cast.astrid.id}/role", data={"role": role})).status_code == 422
    opened = await cast.opened(cast.mia)
    assert writing_role(opened.actor, opened.subject) is role
