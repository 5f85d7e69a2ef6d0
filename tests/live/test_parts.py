"""Who hears of what happens in a motion: that something happens, and when, is news too."""

from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role, Visibility
from app.access.table import Subject
from app.live.board import PARTS, Reader, parts_for

NORTH, EAST = UUID(int=1), UUID(int=3)
ASTRID = Actor(UUID(int=11), "Astrid", 0, memberships=frozenset({NORTH}))
GUN = Actor(UUID(int=15), "Gun", 4, is_guest=True)
OVE = Actor(UUID(int=14), "Ove", 3, memberships=frozenset({EAST}))


def motion(visibility: Visibility) -> Subject:
    return Subject(
        association_id=NORTH, roles={ASTRID.person_id: Role.OWNER, GUN.person_id: Role.READER}, visibility=visibility
    )


def test_outsider_hears_no_more_of_a_motion_than_may_be_read() -> None:
    assert parts_for(OVE, motion(Visibility.HIDDEN)) == set()
    assert parts_for(OVE, motion(Visibility.THEME)) == set()
    assert parts_for(OVE, motion(Visibility.DEMANDS)) == set()
    assert parts_for(OVE, motion(Visibility.TEXT)) == {"status", "co-signatures"}


def test_author_hears_of_everything_and_a_guest_of_all_but_contacts() -> None:
    assert parts_for(ASTRID, motion(Visibility.HIDDEN)) == set(PARTS)
    assert parts_for(GUN, motion(Visibility.HIDDEN)) == set(PARTS) - {"contacts"}


async def test_reader_is_not_told_of_other_parts() -> None:
    reader = Reader({"co-signatures"}, lambda: 0.0)
    for part in PARTS:
        reader.signal(part)
    lines = reader.lines()
    await anext(lines)
    assert await anext(lines) == "event: co-signatures\ndata: co-signatures\n\n"
    reader.close()
    assert [line async for line in lines] == []
