"""Showing each other what one writes: two motions on one theme, of which one at least shows no more than that, come to
see each other's title and demands when the authors of both have agreed, and not before."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.access.roles import Role, Visibility
from app.associations.models import Association
from app.kit import clock
from app.kit.errors import Conflict, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.motions.events import ContactsChanged, RightsChanged
from app.motions.models import Motion, MotionRole, Showing, Status

_WRITING = (Role.OWNER, Role.AUTHOR)


def _agreed() -> Select[UUID, UUID]:
    """(motion, the other) of all who have agreed, each pair in both orders."""
    ours, theirs = aliased(Showing), aliased(Showing)
    return (
        select(ours.motion_id, ours.other_id)
        .join(theirs, and_(theirs.motion_id == ours.other_id, theirs.other_id == ours.motion_id))
        .where(ours.declined_at.is_(None), theirs.declined_at.is_(None))
    )


def shown_to(actor: Actor) -> Select[UUID]:
    """The ids of the motions whose title and demands the actor sees as an author of one that has agreed with them."""
    pairs = _agreed().subquery()
    return (
        select(pairs.c.motion_id)
        .join(MotionRole, MotionRole.motion_id == pairs.c.other_id)
        .where(MotionRole.person_id == actor.person_id, MotionRole.role.in_(_WRITING))
    )


def people_shown() -> Select[UUID, UUID]:
    """(motion, person) of all who write in a motion that has agreed with it."""
    pairs = _agreed().subquery()
    return (
        select(pairs.c.motion_id, MotionRole.person_id)
        .join(pairs, pairs.c.other_id == MotionRole.motion_id)
        .where(MotionRole.role.in_(_WRITING))
    )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another association's motion on the same theme, of which only that is known.

    `asked`: they have asked to see ours; `waiting`: we have asked to see theirs; `refused`: they said no to that.
    `agreed`: both show each other, and `title` is theirs; None before.
    """

    motion_id: UUID
    association: str
    theme: str | None
    asked: bool
    waiting: bool
    refused: bool
    agreed: bool
    title: str | None


async def neighbours(session: AsyncSession, motion: Motion, actor: Actor) -> list[Neighbour]:
    """Those that show members their theme alone, on this motion's theme and in its call, and those with which something
    has been asked or agreed; by association. For those who write in the motion and are members, since the titles of
    those that have agreed are among them."""
    if not actor.is_member:
        return []
    rows = await session.execute(
        select(Motion, Association.name)
        .join(Association, Association.id == Motion.association_id)
        .where(
            Motion.id != motion.id,
            or_(
                and_(
                    Motion.visibility == Visibility.THEME,
                    Motion.theme == motion.theme,
                    Motion.call_id == motion.call_id,
                    Motion.association_id != motion.association_id,
                    Motion.status == Status.DRAFT,
                ),
                exists().where(
                    Showing.motion_id == Motion.id, Showing.other_id == motion.id, Showing.declined_at.is_(None)
                ),
                exists().where(Showing.motion_id == motion.id, Showing.other_id == Motion.id),
            ),
        )
        .order_by(Association.name, Motion.id)
    )
    found = [(other, name) for other, name in rows]
    ours, theirs = await _showings(session, motion.id, [other.id for other, _name in found])
    shown: list[Neighbour] = []
    for other, name in found:
        mine, their = ours.get(other.id), theirs.get(other.id)
        asks = their is not None and their.declined_at is None
        waits = mine is not None and mine.declined_at is None
        shown.append(
            Neighbour(
                motion_id=other.id,
                association=name,
                # Whoever hides a motion after it was asked for shows its theme no longer.
                theme=other.theme if asks or other.visibility != Visibility.HIDDEN else None,
                asked=asks and not waits,
                waiting=waits and not asks,
                refused=mine is not None and mine.declined_at is not None,
                agreed=asks and waits,
                title=other.title if asks and waits else None,
            )
        )
    return shown


async def waiting_for(session: AsyncSession, actor: Actor) -> list[tuple[Motion, str]]:
    """(a motion that the actor writes in, the association that has asked to see it), for each that waits for an answer,
    oldest first."""
    if actor.is_guest:
        return []
    asking, answering = aliased(Motion), aliased(Showing)
    rows = await session.execute(
        select(Motion, Association.name)
        .join(Showing, Showing.other_id == Motion.id)
        .join(asking, asking.id == Showing.motion_id)
        .join(Association, Association.id == asking.association_id)
        .join(MotionRole, and_(MotionRole.motion_id == Motion.id, MotionRole.person_id == actor.person_id))
        .where(
            MotionRole.role.in_(_WRITING),
            Motion.status == Status.DRAFT,
            Showing.declined_at.is_(None),
            ~exists().where(answering.motion_id == Motion.id, answering.other_id == asking.id),
        )
        .order_by(Showing.shown_at)
    )
    return [(motion, name) for motion, name in rows]


async def _showings(
    session: AsyncSession, motion_id: UUID, others: Sequence[UUID]
) -> tuple[dict[UUID, Showing], dict[UUID, Showing]]:
    """(what this motion shows the others, what they show it), each by the other's id."""
    rows = await session.scalars(
        select(Showing).where(
            or_(
                and_(Showing.motion_id == motion_id, Showing.other_id.in_(others)),
                and_(Showing.other_id == motion_id, Showing.motion_id.in_(others)),
            )
        )
    )
    ours: dict[UUID, Showing] = {}
    theirs: dict[UUID, Showing] = {}
    for row in rows:
        if row.motion_id == motion_id:
            ours[row.other_id] = row
        else:
            theirs[row.motion_id] = row
    return ours, theirs


async def show(session: AsyncSession, motion: Motion, other_id: UUID, actor: Actor) -> Neighbour:
    """Shows the motion to the authors of the other in return for theirs; both see when both have done so.

    Raises NotFound for a motion that is no neighbour, whether it exists or not, Conflict when they have said no.
    """
    neighbour = next((each for each in await neighbours(session, motion, actor) if each.motion_id == other_id), None)
    if neighbour is None:
        raise NotFound
    if neighbour.refused:
        raise Conflict(_("{association} has said no. They can still turn to you.", association=neighbour.association))
    if not (neighbour.waiting or neighbour.agreed):
        row = Showing(motion_id=motion.id, other_id=other_id, shown_by=actor.person_id, shown_at=clock.now())
        session.add(row)
        await session.flush()
        await _tell(session, motion.id, other_id)
    return neighbour


async def stop_showing(session: AsyncSession, motion: Motion, other_id: UUID) -> None:
    """Takes back what was shown or asked; the other side sees no more from now on, and neither does this one."""
    row = await session.get(Showing, (motion.id, other_id))
    # What they have declined stays declined, or asking could go on for ever.
    if row is None or row.declined_at is not None:
        return
    await session.delete(row)
    await session.flush()
    await _tell(session, motion.id, other_id)


async def decline(session: AsyncSession, motion: Motion, other_id: UUID) -> None:
    """Says no to those who have asked to see this motion. They are told, and can't ask again."""
    row = await session.get(Showing, (other_id, motion.id), with_for_update=True)
    if row is None or row.declined_at is not None:
        raise NotFound
    row.declined_at = clock.now()
    ours = await session.get(Showing, (motion.id, other_id))
    if ours is not None:
        await session.delete(ours)
    await session.flush()
    await _tell(session, motion.id, other_id)


async def stop_showing_to_all(session: AsyncSession, motion_id: UUID) -> None:
    """For a motion that is being hidden."""
    others = list(
        await session.scalars(
            select(Showing.other_id).where(Showing.motion_id == motion_id, Showing.declined_at.is_(None))
        )
    )
    await session.execute(delete(Showing).where(Showing.motion_id == motion_id, Showing.declined_at.is_(None)))
    for other_id in others:
        await _tell(session, motion_id, other_id)


async def _tell(session: AsyncSession, *motion_ids: UUID) -> None:
    documents = await session.execute(select(Motion.id, Motion.document_id).where(Motion.id.in_(motion_ids)))
    for motion_id, document_id in documents:
        announce(session, ContactsChanged(motion_id))
        announce(session, RightsChanged(document_id))
