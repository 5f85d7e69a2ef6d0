"""The table of permissions. Each line says in words who may; anything that is not in the table may nobody.

A line is a permission and the conditions of which one must hold. The conditions are the small functions below; each
looks at the actor (None: nobody is signed in) and at the subject, the thing that the permission is about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role, Visibility


class Permission(StrEnum):
    SIGNED_IN = "signed in"
    MEMBER = "see what is open to members"
    ADMINISTER = "administer"
    CALL_READ = "read a call"
    CALL_MANAGE = "manage a call"
    ASSOCIATION_READ = "see an association's work"
    MOTION_CREATE = "start a motion for an association"
    MOTION_ASK = "know of a motion, and ask to be let in to it"
    MOTION_SEE = "see that a motion exists"
    MOTION_SEE_DEMANDS = "see a motion's title and demands"
    MOTION_READ = "read a motion"
    MOTION_COMMENTS_READ = "read what is said about a motion"
    MOTION_HISTORY = "see how a motion came about"
    MOTION_COMMENT = "comment on a motion"
    MOTION_WRITE = "write in a motion"
    MOTION_SHARE = "invite others to a motion"
    MOTION_OPEN = "choose how far a motion is open"
    MOTION_SUBMIT = "hand in a motion"
    MOTION_CONTACT = "turn to the authors of another motion, and answer them"
    CO_SIGNATURE_REQUEST = "ask an association to stand behind a motion"
    CO_SIGNATURE_DECIDE = "record an association's decision to stand behind a motion"
    DEMO = "look behind the scenes of the demo"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the table needs to know of a thing.

    `association_id` is the association that the thing belongs to, or in whose name something is done. `roles` are
    people's roles in a motion, `association_roles` what all members of an association are to it. `asked` are the
    associations that were asked to stand behind it, `shown_to` the authors of motions with which its authors have
    agreed to show each other theirs, `handed_in_to` the association whose call it was handed in to, None before that.
    """

    association_id: UUID | None = None
    roles: Mapping[UUID, Role] = field(default_factory=dict)
    association_roles: Mapping[UUID, Role] = field(default_factory=dict)
    visibility: Visibility = Visibility.HIDDEN
    asked: frozenset[UUID] = field(default_factory=frozenset)
    shown_to: frozenset[UUID] = field(default_factory=frozenset)
    handed_in_to: UUID | None = None
    demo: bool = False


Condition = Callable[[Actor | None, Subject], bool]


def anybody_signed_in(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None


def a_member_of_any_association(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and actor.is_member


def a_member_of_the_association(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and not actor.is_guest and subject.association_id in actor.memberships


def the_motions_officer_of_the_association(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and subject.association_id in actor.offices


def somebody_with_the_association_s_mandate(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and not actor.is_guest and subject.association_id in actor.mandates


def an_administrator(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and actor.is_admin


def _own_role(actor: Actor | None, subject: Subject) -> Role | None:
    return subject.roles.get(actor.person_id) if actor is not None else None


def _role(actor: Actor | None, subject: Subject) -> Role | None:
    """The strongest of the person's own role and those that the person has as a member."""
    own = _own_role(actor, subject)
    held = [own] if own is not None else []
    if actor is not None and not actor.is_guest:
        held += [role for id_, role in subject.association_roles.items() if id_ in actor.memberships]
    return min(held, key=lambda role: role.rank, default=None)


def its_owner(actor: Actor | None, subject: Subject) -> bool:
    return _own_role(actor, subject) is Role.OWNER


def its_authors(actor: Actor | None, subject: Subject) -> bool:
    return _role(actor, subject) in {Role.OWNER, Role.AUTHOR}


def its_own_authors_who_are_not_guests(actor: Actor | None, subject: Subject) -> bool:
    """Not those who write only because their whole association may: they decide nothing for the others."""
    return actor is not None and not actor.is_guest and _own_role(actor, subject) in {Role.OWNER, Role.AUTHOR}


def its_commenters(actor: Actor | None, subject: Subject) -> bool:
    return _role(actor, subject) in {Role.OWNER, Role.AUTHOR, Role.COMMENTER}


def everybody_invited(actor: Actor | None, subject: Subject) -> bool:
    return _role(actor, subject) is not None


def somebody_with_mandate_in_an_association_that_was_asked(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and not actor.is_guest and bool(actor.mandates & subject.asked)


def authors_of_a_motion_when_both_have_agreed_to_show_theirs(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and not actor.is_guest and actor.person_id in subject.shown_to


def the_recipient_s_officer_when_it_has_been_handed_in(actor: Actor | None, subject: Subject) -> bool:
    return actor is not None and subject.handed_in_to in actor.offices


def members_when_the_text_is_open(actor: Actor | None, subject: Subject) -> bool:
    return subject.visibility is Visibility.TEXT and a_member_of_any_association(actor, subject)


def members_when_the_demands_are_open(actor: Actor | None, subject: Subject) -> bool:
    return subject.visibility in {Visibility.TEXT, Visibility.DEMANDS} and a_member_of_any_association(actor, subject)


def members_when_it_is_not_hidden(actor: Actor | None, subject: Subject) -> bool:
    return subject.visibility is not Visibility.HIDDEN and a_member_of_any_association(actor, subject)


def anybody_in_the_demo(actor: Actor | None, subject: Subject) -> bool:
    return subject.demo


TABLE: Mapping[Permission, tuple[Condition, ...]] = {
    Permission.SIGNED_IN: (anybody_signed_in,),
    Permission.MEMBER: (a_member_of_any_association,),
    Permission.ADMINISTER: (an_administrator,),
    Permission.CALL_READ: (a_member_of_any_association,),
    Permission.CALL_MANAGE: (the_motions_officer_of_the_association, an_administrator),
    Permission.ASSOCIATION_READ: (a_member_of_the_association, an_administrator),
    Permission.MOTION_CREATE: (a_member_of_the_association, an_administrator),
    Permission.MOTION_ASK: (
        everybody_invited,
        somebody_with_mandate_in_an_association_that_was_asked,
        authors_of_a_motion_when_both_have_agreed_to_show_theirs,
        the_recipient_s_officer_when_it_has_been_handed_in,
        members_when_it_is_not_hidden,
        a_member_of_the_association,
    ),
    Permission.MOTION_SEE: (
        everybody_invited,
        somebody_with_mandate_in_an_association_that_was_asked,
        authors_of_a_motion_when_both_have_agreed_to_show_theirs,
        the_recipient_s_officer_when_it_has_been_handed_in,
        members_when_it_is_not_hidden,
    ),
    Permission.MOTION_SEE_DEMANDS: (
        everybody_invited,
        somebody_with_mandate_in_an_association_that_was_asked,
        authors_of_a_motion_when_both_have_agreed_to_show_theirs,
        the_recipient_s_officer_when_it_has_been_handed_in,
        members_when_the_demands_are_open,
    ),
    Permission.MOTION_READ: (
        everybody_invited,
        somebody_with_mandate_in_an_association_that_was_asked,
        the_recipient_s_officer_when_it_has_been_handed_in,
        members_when_the_text_is_open,
    ),
    Permission.MOTION_COMMENTS_READ: (everybody_invited,),
    Permission.MOTION_HISTORY: (its_commenters,),
    Permission.MOTION_COMMENT: (its_commenters,),
    Permission.MOTION_WRITE: (its_authors,),
    Permission.MOTION_SHARE: (its_own_authors_who_are_not_guests,),
    Permission.MOTION_OPEN: (its_own_authors_who_are_not_guests,),
    Permission.MOTION_SUBMIT: (its_owner,),
    Permission.MOTION_CONTACT: (its_own_authors_who_are_not_guests,),
    Permission.CO_SIGNATURE_REQUEST: (its_own_authors_who_are_not_guests,),
    Permission.CO_SIGNATURE_DECIDE: (somebody_with_the_association_s_mandate,),
    Permission.DEMO: (anybody_in_the_demo,),
}
