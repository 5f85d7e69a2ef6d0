"""Lists follow the table of permissions: the condition in SQL and the table say the same of everybody."""

from itertools import product

import pytest
from sqlalchemy import delete, select

from app.access.actor import Actor
from app.access.gate import allowed
from app.access.roles import Role, Visibility
from app.access.table import Permission
from app.kit import clock
from app.motions import queries
from app.motions.actions import give_role, invite_association, set_association_role, set_status, set_visibility
from app.motions.gate import subject_of
from app.motions.models import Motion, MotionRole, Showing, Status
from tests.cast import Cast

PERMISSIONS = {
    Visibility.THEME: Permission.MOTION_SEE,
    Visibility.DEMANDS: Permission.MOTION_SEE_DEMANDS,
    Visibility.TEXT: Permission.MOTION_READ,
}


async def actors(cast: Cast) -> dict[str, Actor]:
    people = {"astrid": cast.astrid, "bo": cast.bo, "ove": cast.ove, "gun": cast.gun, "mia": cast.mia}
    found = {name: await cast.actor(person) for name, person in people.items()}
    found["nobody's member"] = Actor(found["ove"].person_id, "Ove", 0)
    assert cast.call.association_id is not None
    district = frozenset({cast.call.association_id})
    found["recipient's officer"] = Actor(found["ove"].person_id, "Dagny", 0, memberships=district, offices=district)
    found["administrator"] = Actor(found["ove"].person_id, "Ove", 0, is_admin=True)
    return found


@pytest.mark.parametrize("role", [Role.READER, Role.COMMENTER, Role.AUTHOR])
async def test_lists_of_all_members_of_an_association_agree_with_the_table(cast: Cast, role: Role) -> None:
    everybody = await actors(cast)
    everybody["guest of the association"] = Actor(
        cast.gun.id, "Gun", 0, is_guest=True, memberships=everybody["ove"].memberships
    )
    async with cast.database.writing() as session:
        await session.execute(delete(MotionRole).where(MotionRole.person_id == cast.gun.id))
        await set_association_role(session, await session.get_one(Motion, cast.motion.id), cast.east.id, role)
    async with cast.database.reading() as session:
        subject = await subject_of(session, await session.get_one(Motion, cast.motion.id))
        seen = set()
        for (name, actor), (extent, permission) in product(everybody.items(), PERMISSIONS.items()):
            listed = set(await session.scalars(select(Motion.id).where(queries.readable(actor, at_least=extent))))
            assert (cast.motion.id in listed) == allowed(actor, permission, subject), (name, extent)
            if cast.motion.id in listed:
                seen.add(name)
    assert seen == {"astrid", "mia", "ove"}


@pytest.mark.parametrize("agreed", ["nothing", "asked", "declined", "agreed"])
@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("status", list(Status))
async def test_the_lists_condition_agrees_with_the_table_for_everybody(
    cast: Cast, asked: bool, agreed: str, status: Status
) -> None:
    """Ove owns a motion, and so do the two others that go by his id; the guest writes in Astrid's alone."""
    other = await cast.another_motion("Bussar i öst", cast.ove, association_id=cast.east.id)
    async with cast.database.writing() as session:
        now = clock.now()
        if agreed != "nothing":
            session.add(Showing(motion_id=other, other_id=cast.motion.id, shown_at=now))
        if agreed in {"declined", "agreed"}:
            declined_at = now if agreed == "declined" else None
            session.add(Showing(motion_id=cast.motion.id, other_id=other, shown_at=now, declined_at=declined_at))
    async with cast.database.writing() as session:
        await set_status(session, cast.motion.id, status)
    if asked:
        async with cast.database.writing() as session:
            await invite_association(session, await session.get_one(Motion, cast.motion.id), cast.south.id)
    everybody = await actors(cast)
    for visibility in Visibility:
        async with cast.database.writing() as session:
            (await session.get_one(Motion, cast.motion.id)).visibility = visibility
        async with cast.database.reading() as session:
            subject = await subject_of(session, await session.get_one(Motion, cast.motion.id))
            for (name, actor), (extent, permission) in product(everybody.items(), PERMISSIONS.items()):
                listed = set(await session.scalars(select(Motion.id).where(queries.readable(actor, at_least=extent))))
                expected = allowed(actor, permission, subject)
                assert (cast.motion.id in listed) == expected, (name, visibility, extent, agreed)


async def test_a_hidden_draft_is_in_no_list_and_no_count(cast: Cast) -> None:
    bo = await cast.actor(cast.bo)
    async with cast.database.reading() as session:
        assert await queries.count(session, bo, queries.Filter(call_id=cast.call.id)) == 0
        assert (await queries.motions(session, bo, queries.Filter()))[0] == []
        assert await queries.by_ids(session, bo, [cast.motion.id]) == {}


async def test_a_motion_that_shows_its_theme_shows_no_title(cast: Cast) -> None:
    async with cast.database.writing() as session:
        await set_visibility(session, cast.motion.id, Visibility.THEME)
    bo = await cast.actor(cast.bo)
    async with cast.database.reading() as session:
        (row,), _following = await queries.motions(session, bo, queries.Filter())
        assert row.title is None


async def test_pages_of_a_list_hold_each_motion_once(cast: Cast) -> None:
    for number in range(7):
        await cast.another_motion(f"Motion {number}", cast.astrid)
    astrid = await cast.actor(cast.astrid)
    seen: list[str | None] = []
    after = None
    async with cast.database.reading() as session:
        while True:
            rows, after = await queries.motions(session, astrid, queries.Filter(), after=after, limit=3)
            seen += [row.title for row in rows]
            if after is None:
                break
    assert len(seen) == len(set(seen)) == 8


async def test_a_role_is_raised_but_never_lowered_by_a_second_link(cast: Cast) -> None:
    async with cast.database.writing() as session:
        motion = await session.get_one(Motion, cast.motion.id)
        await give_role(session, motion, cast.mia.id, Role.READER)
        await give_role(session, motion, cast.bo.id, Role.READER)
        await give_role(session, motion, cast.bo.id, Role.COMMENTER)
    async with cast.database.reading() as session:
        roles = {id_: role for id_, _name, role in await queries.people_of(session, cast.motion.id)}
    assert (roles[cast.mia.id], roles[cast.bo.id]) == ("author", "commenter")
