"""The table of permissions, asked as people would be."""

from uuid import UUID

import pytest

from app.access.actor import Actor
from app.access.gate import allowed, require
from app.access.roles import Role, Visibility
from app.access.table import TABLE, Permission, Subject
from app.kit.errors import Forbidden, NotFound, NotSignedIn

NORTH, SOUTH = UUID(int=1), UUID(int=2)
ASTRID = Actor(UUID(int=11), "Astrid", 0, memberships=frozenset({NORTH}), mandates=frozenset({NORTH}))
BO = Actor(UUID(int=12), "Bo", 1, memberships=frozenset({SOUTH}), mandates=frozenset({SOUTH}))
INGRID = Actor(UUID(int=13), "Ingrid", 2, memberships=frozenset({SOUTH}))
OVE = Actor(UUID(int=14), "Ove", 3)
GUEST = Actor(UUID(int=15), "Gunnar", 4, is_guest=True)
ADMIN = Actor(UUID(int=16), "Ada", 5, is_admin=True)


def motion(visibility: Visibility = Visibility.HIDDEN, asked: frozenset[UUID] = frozenset()) -> Subject:
    """Astrid's motion, in which the guest writes."""
    roles = {ASTRID.person_id: Role.OWNER, GUEST.person_id: Role.AUTHOR}
    return Subject(association_id=NORTH, roles=roles, visibility=visibility, asked=asked)


def test_whoever_sees_a_motion_may_ask_to_be_let_in() -> None:
    assert set(TABLE[Permission.MOTION_SEE]) < set(TABLE[Permission.MOTION_ASK])


def test_every_permission_has_a_line_in_the_table() -> None:
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize("permission", list(Permission))
def test_nobody_in_particular_may_do_nothing_at_all(permission: Permission) -> None:
    assert not allowed(None, permission, motion(Visibility.TEXT, frozenset({SOUTH})))


@pytest.mark.parametrize("actor", [BO, INGRID, OVE, ADMIN])
@pytest.mark.parametrize("permission", [Permission.MOTION_SEE, Permission.MOTION_READ, Permission.MOTION_WRITE])
def test_a_hidden_draft_is_there_for_nobody_but_those_invited(actor: Actor, permission: Permission) -> None:
    assert not allowed(actor, permission, motion())


def test_a_member_of_the_own_association_does_not_read_a_hidden_draft() -> None:
    neighbour = Actor(UUID(int=17), "Nils", 6, memberships=frozenset({NORTH}))
    assert not allowed(neighbour, Permission.MOTION_SEE, motion())


@pytest.mark.parametrize(
    ("visibility", "sees", "demands", "reads"),
    [
        (Visibility.HIDDEN, False, False, False),
        (Visibility.THEME, True, False, False),
        (Visibility.DEMANDS, True, True, False),
        (Visibility.TEXT, True, True, True),
    ],
)
def test_members_elsewhere_see_as_much_as_the_authors_chose(
    visibility: Visibility, sees: bool, demands: bool, reads: bool
) -> None:
    subject = motion(visibility)
    asked = [Permission.MOTION_SEE, Permission.MOTION_SEE_DEMANDS, Permission.MOTION_READ]
    assert [allowed(INGRID, permission, subject) for permission in asked] == [sees, demands, reads]


def test_somebody_without_an_association_does_not_see_what_is_open_to_members() -> None:
    assert not allowed(OVE, Permission.MOTION_SEE, motion(Visibility.TEXT))


def test_a_guest_writes_but_neither_invites_nor_opens_nor_hands_in() -> None:
    assert allowed(GUEST, Permission.MOTION_WRITE, motion())
    for permission in (
        Permission.MOTION_SHARE,
        Permission.MOTION_OPEN,
        Permission.MOTION_SUBMIT,
        Permission.CO_SIGNATURE_REQUEST,
    ):
        assert not allowed(GUEST, permission, motion(Visibility.TEXT)), permission


RIGHTS = [Permission.MOTION_READ, Permission.MOTION_COMMENT, Permission.MOTION_WRITE]


@pytest.mark.parametrize("role", [Role.READER, Role.COMMENTER, Role.AUTHOR])
def test_all_members_of_an_association_may_what_it_was_given_and_nobody_else(role: Role) -> None:
    subject = Subject(association_id=NORTH, association_roles={SOUTH: role})
    count = [Role.READER, Role.COMMENTER, Role.AUTHOR].index(role) + 1
    assert [each for each in RIGHTS if allowed(INGRID, each, subject)] == RIGHTS[:count]
    strayed = Actor(UUID(int=19), "Gäst", 0, is_guest=True, memberships=frozenset({SOUTH}))
    for actor in (OVE, GUEST, ADMIN, strayed):
        assert not any(allowed(actor, each, subject) for each in RIGHTS), actor.name


def test_whoever_writes_as_a_member_decides_nothing_for_the_others() -> None:
    subject = Subject(association_id=SOUTH, association_roles={SOUTH: Role.AUTHOR})
    assert allowed(BO, Permission.MOTION_WRITE, subject)
    for permission in (
        Permission.MOTION_SHARE,
        Permission.MOTION_OPEN,
        Permission.MOTION_SUBMIT,
        Permission.MOTION_CONTACT,
        Permission.CO_SIGNATURE_REQUEST,
    ):
        assert not allowed(BO, permission, subject), permission


def test_the_stronger_of_one_s_own_role_and_that_of_all_members_counts() -> None:
    people = {INGRID.person_id: Role.COMMENTER}
    weaker = Subject(association_id=SOUTH, roles=people, association_roles={SOUTH: Role.READER})
    stronger = Subject(association_id=SOUTH, roles=people, association_roles={SOUTH: Role.AUTHOR})
    assert allowed(INGRID, Permission.MOTION_COMMENT, weaker)
    assert allowed(INGRID, Permission.MOTION_WRITE, stronger)


def test_a_guest_does_not_see_other_motions_that_are_open_to_members() -> None:
    other = Subject(association_id=SOUTH, visibility=Visibility.TEXT)
    assert not allowed(GUEST, Permission.MOTION_SEE, other)


def test_asking_an_association_lets_only_those_with_its_mandate_read() -> None:
    subject = motion(asked=frozenset({SOUTH}))
    assert allowed(BO, Permission.MOTION_READ, subject)
    assert not allowed(INGRID, Permission.MOTION_SEE, subject)


def test_the_recipient_reads_a_hidden_motion_once_it_has_been_handed_in_but_never_writes_in_it() -> None:
    district = UUID(int=3)
    dagny = Actor(UUID(int=18), "Dagny", 7, memberships=frozenset({district}), offices=frozenset({district}))
    assert not allowed(dagny, Permission.MOTION_SEE, motion())
    handed_in = Subject(association_id=NORTH, handed_in_to=district)
    assert allowed(dagny, Permission.MOTION_READ, handed_in)
    assert not allowed(dagny, Permission.MOTION_WRITE, handed_in)
    assert not allowed(BO, Permission.MOTION_SEE, handed_in)


def test_only_those_with_the_mandate_decide_for_an_association() -> None:
    south = Subject(association_id=SOUTH)
    assert allowed(BO, Permission.CO_SIGNATURE_DECIDE, south)
    for actor in (ASTRID, INGRID, OVE, GUEST, ADMIN):
        assert not allowed(actor, Permission.CO_SIGNATURE_DECIDE, south), actor.name


def test_whoever_may_not_know_of_a_thing_is_told_that_there_is_none() -> None:
    with pytest.raises(NotFound):
        require(OVE, Permission.MOTION_WRITE, motion(), visible=Permission.MOTION_SEE)


def test_whoever_sees_a_thing_but_lacks_the_right_is_told_so() -> None:
    with pytest.raises(Forbidden):
        require(INGRID, Permission.MOTION_WRITE, motion(Visibility.TEXT), visible=Permission.MOTION_SEE)


def test_nobody_is_asked_to_sign_in_whether_the_thing_exists_or_not() -> None:
    with pytest.raises(NotSignedIn):
        require(None, Permission.MOTION_READ, motion(), visible=Permission.MOTION_SEE)
