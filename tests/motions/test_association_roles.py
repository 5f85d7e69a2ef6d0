"""All members of the association that writes a motion are let in to it, and put out again."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from app.access.roles import Role
from app.associations.actions import add_member
from app.kit.errors import AppError
from app.kit.events import Event
from app.motions.admission import Admitted, Claim, admit_all
from app.motions.events import RightsChanged
from app.people.actions import add_person
from app.people.models import Person
from tests.house import House


@pytest.fixture
async def nils(house: House) -> Person:
    """In the association that writes the motion, and not in the motion."""
    async with house.cast.database.writing() as session:
        person = await add_person(session, "Nils Alm", "nils@example.org")
        await add_member(session, house.cast.north.id, person.id)
        return person


@pytest.fixture
def told(house: House) -> list[UUID | None]:
    """Whom the live text has been told to ask about anew; None stands for everybody."""
    heard: list[UUID | None] = []

    async def note(event: Event) -> None:
        assert isinstance(event, RightsChanged)
        heard.append(event.person_id)

    listener: Callable[[RightsChanged], Awaitable[None]] = note
    house.app.state.database.events.subscribe(RightsChanged, listener)
    return heard


async def give(house: House, members: str, person: Person | None = None, status: int = 303) -> None:
    async with house.browser(person or house.cast.astrid) as browser:
        path = f"/motions/{house.cast.motion.id}/association-role"
        answer = await browser.post(path, data={"members": members})
        assert answer.status_code == status, answer.text


async def admitted(house: House, person: Person) -> Role | None:
    """As what the socket lets the person in."""
    actor = await house.cast.actor(person)
    async with house.cast.database.reading() as session:
        (answer,) = await session.run_sync(admit_all, [Claim(house.cast.motion.document_id, actor, None)])
    assert isinstance(answer, Admitted | AppError)
    return answer.role if isinstance(answer, Admitted) else None


async def test_all_members_come_in_as_what_they_were_given_and_are_out_again(
    house: House, nils: Person, told: list[UUID | None]
) -> None:
    path = f"/motions/{house.cast.motion.id}"
    async with house.browser(nils) as browser:
        assert (await browser.get(path)).status_code == 403
        for role in (Role.READER, Role.COMMENTER, Role.AUTHOR):
            await give(house, role)
            page = await browser.get(path)
            assert page.status_code == 200
            assert (f'data-role="{role}"' in page.text) == (role is not Role.READER)
            assert await admitted(house, nils) is role
        assert path in (await browser.get("/motions")).text
        await give(house, "none")
        assert (await browser.get(path)).status_code == 403
        assert await admitted(house, nils) is None
        assert path not in (await browser.get("/motions")).text
    assert told == [None] * 4


async def test_members_of_others_and_guests_are_not_let_in_with_them(house: House) -> None:
    await give(house, "author")
    for person in (house.cast.ove, house.cast.bo):
        assert await admitted(house, person) is None
        async with house.browser(person) as browser:
            assert (await browser.get(f"/motions/{house.cast.motion.id}")).status_code == 404


async def test_member_who_writes_with_all_others_can_not_take_the_motion_over(house: House, nils: Person) -> None:
    await give(house, "author")
    path = f"/motions/{house.cast.motion.id}"
    attempts = {
        "share-links": {"role": "author"},
        "association-role": {"members": "none"},
        f"people/{house.cast.mia.id}/role": {"role": "reader"},
        f"people/{house.cast.mia.id}/removal": {},
        f"people/{nils.id}/role": {"role": "author"},
        "visibility": {"visibility": "text"},
        "submission": {},
    }
    async with house.browser(nils) as browser:
        assert (await browser.get(f"{path}/sharing")).status_code == 403
        for act, data in attempts.items():
            assert (await browser.post(f"{path}/{act}", data=data)).status_code == 403, act
    assert await admitted(house, house.cast.mia) is Role.AUTHOR


@pytest.mark.parametrize("members", ["owner", "", "AUTHOR", "admin"])
async def test_members_can_be_made_no_owners_and_nothing_unheard_of(house: House, nils: Person, members: str) -> None:
    await give(house, members, status=422)
    assert await admitted(house, nils) is None


async def test_only_those_who_may_invite_let_all_members_in(house: House, nils: Person) -> None:
    await give(house, "author", house.cast.gun, 403)
    await give(house, "author", nils, 404)
    await give(house, "author", house.cast.ove, 404)
    assert await admitted(house, nils) is None
