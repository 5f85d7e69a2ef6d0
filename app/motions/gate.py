"""What the permission table needs to know of a motion, and the dependencies that ask it."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import Depends, Form
from sqlalchemy import BindParameter, CompoundSelect, bindparam, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.gate import allowed, guards, require
from app.access.roles import Role, Visibility
from app.access.table import Permission, Subject
from app.calls.models import Call
from app.kit.errors import NotFound
from app.motions.models import AssociationInvitation, AssociationRole, Motion, MotionRole, Status
from app.motions.showing import people_shown
from app.web.deps import Db, MaybeActor, Member


@dataclass(frozen=True, slots=True)
class OpenedMotion:
    """A motion that somebody was let in to. `actor` is never None where the permission asks for a person."""

    motion: Motion
    subject: Subject
    actor: Actor | None

    @property
    def person(self) -> Actor:
        assert self.actor is not None
        return self.actor


class Openness(NamedTuple):
    """How open a motion is, and whose."""

    id: UUID
    association_id: UUID
    visibility: str


async def subject_of(session: AsyncSession, motion: Motion) -> Subject:
    return (await session.run_sync(subjects_of, [motion]))[motion.id]


def subjects_of(session: Session, motions: Collection[Motion]) -> dict[UUID, Subject]:
    """What the table needs to know of each of the motions, by their ids."""
    return subjects_by_id(
        session, [Openness(motion.id, motion.association_id, motion.visibility) for motion in motions]
    )


def subjects_by_id(session: Session, motions: Collection[Openness]) -> dict[UUID, Subject]:
    """The same, for one who has not read the motions."""
    known: dict[tuple[UUID, str], dict[UUID, str]] = defaultdict(dict)
    if motions:
        for motion_id, what, who, role in session.execute(_KNOWN, {"these": [motion.id for motion in motions]}):
            known[motion_id, what][who] = role
    return {
        motion.id: Subject(
            association_id=motion.association_id,
            roles={person_id: Role(role) for person_id, role in known[motion.id, "person"].items()},
            association_roles={id_: Role(role) for id_, role in known[motion.id, "association"].items()},
            visibility=Visibility(motion.visibility),
            asked=frozenset(known[motion.id, "asked"]),
            shown_to=frozenset(known[motion.id, "shown to"]),
            handed_in_to=next(iter(known[motion.id, "handed in to"]), None),
        )
        for motion in motions
    }


def _known() -> CompoundSelect[UUID, str, UUID, str]:
    these: BindParameter[UUID] = bindparam("these", expanding=True)
    shown = people_shown().subquery()
    nothing = literal("")
    return union_all(
        select(MotionRole.motion_id, literal("person"), MotionRole.person_id, MotionRole.role).where(
            MotionRole.motion_id.in_(these)
        ),
        select(
            AssociationRole.motion_id, literal("association"), AssociationRole.association_id, AssociationRole.role
        ).where(AssociationRole.motion_id.in_(these)),
        select(AssociationInvitation.motion_id, literal("asked"), AssociationInvitation.association_id, nothing).where(
            AssociationInvitation.motion_id.in_(these)
        ),
        select(shown.c.motion_id, literal("shown to"), shown.c.person_id, nothing).where(shown.c.motion_id.in_(these)),
        select(Motion.id, literal("handed in to"), Call.association_id, nothing)
        .join(Call, Call.id == Motion.call_id)
        .where(Motion.id.in_(these), Motion.status == Status.SUBMITTED, Call.association_id.is_not(None)),
    )


#: Built once, and one statement: it is asked with every motion that anybody opens.
_KNOWN: Final = _known()


async def open_motion(
    session: AsyncSession, motion_id: UUID, actor: Actor | None, permission: Permission
) -> OpenedMotion:
    """The motion, if the actor may; NotFound for those who may not know that it exists."""
    motion = await session.get(Motion, motion_id)
    if motion is None:
        # Nobody in particular is asked to sign in for a motion that isn't there, just as for one that is.
        require(actor, Permission.SIGNED_IN)
        raise NotFound
    subject = await subject_of(session, motion)
    require(actor, permission, subject, visible=Permission.MOTION_SEE)
    return OpenedMotion(motion, subject, actor)


def opened_for(permission: Permission) -> Callable[..., Any]:
    """A dependency that gives the motion of the path to those who may."""

    @guards(permission)
    async def dependency(motion_id: UUID, database: Db, actor: MaybeActor) -> OpenedMotion:
        async with database.reading() as session:
            return await open_motion(session, motion_id, actor, permission)

    return dependency


MotionToAskAbout = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_ASK))]
MotionToSee = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_SEE))]
MotionToRead = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_READ))]
MotionWithComments = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_COMMENTS_READ))]
MotionToComment = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_COMMENT))]
MotionToFollow = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_HISTORY))]
MotionToWrite = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_WRITE))]
MotionToShare = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_SHARE))]
MotionToOpen = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_OPEN))]
MotionToSubmit = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_SUBMIT))]
MotionToContact = Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_CONTACT))]
MotionToBack = Annotated[OpenedMotion, Depends(opened_for(Permission.CO_SIGNATURE_REQUEST))]


def writing_role(actor: Actor | None, subject: Subject) -> Role | None:
    """What the actor is in the live text: author, commenter, reader, or None for nobody."""
    for permission, role in (
        (Permission.MOTION_WRITE, Role.AUTHOR),
        (Permission.MOTION_COMMENT, Role.COMMENTER),
        (Permission.MOTION_READ, Role.READER),
    ):
        if allowed(actor, permission, subject):
            return role
    return None


@dataclass(frozen=True, slots=True)
class MayStart:
    """A member who may start motions in the association's name."""

    actor: Actor
    association_id: UUID


@guards(Permission.MOTION_CREATE)
async def _starter(actor: Member, association: Annotated[UUID, Form()]) -> MayStart:
    require(actor, Permission.MOTION_CREATE, Subject(association_id=association))
    return MayStart(actor, association)


#: Whoever starts a motion for the association that the form names.
Starter = Annotated[MayStart, Depends(_starter)]
