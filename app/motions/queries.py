"""Lists of motions, always of those only that the reader may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Visibility
from app.associations.models import Association, Membership
from app.calls.models import Call
from app.motions.models import AssociationInvitation, AssociationRole, Demand, Motion, MotionRole, Status
from app.motions.showing import shown_to
from app.people.models import Person

PAGE = 30


@dataclass(frozen=True, slots=True)
class MotionRow:
    """A motion in a list. `title` is None where its authors show only the theme."""

    id: UUID
    external_id: str | None
    document_id: UUID
    title: str | None
    status: str
    visibility: str
    theme: str | None
    association_id: UUID
    association: str
    call_id: UUID
    call: str
    deadline_at: datetime | None
    changed_at: datetime
    mine: bool


def invited(actor: Actor) -> ColumnElement[bool]:
    """The condition that a motion's own rights let the actor read it: a role of one's own or as a member, a
    mandate in an association that was asked, or the office of the recipient that it was handed in to."""
    roles = select(MotionRole.motion_id).where(MotionRole.person_id == actor.person_id)
    condition: ColumnElement[bool] = Motion.id.in_(roles)
    if actor.memberships and not actor.is_guest:
        of_all = select(AssociationRole.motion_id).where(AssociationRole.association_id.in_(actor.memberships))
        condition = or_(condition, Motion.id.in_(of_all))
    if actor.mandates and not actor.is_guest:
        asked = select(AssociationInvitation.motion_id).where(AssociationInvitation.association_id.in_(actor.mandates))
        condition = or_(condition, Motion.id.in_(asked))
    if actor.offices:
        own_calls = select(Call.id).where(Call.association_id.in_(actor.offices))
        condition = or_(condition, and_(Motion.status == Status.SUBMITTED, Motion.call_id.in_(own_calls)))
    return condition


# A list asks several times, and putting it together costs more than many an answer.
@lru_cache(maxsize=1_000)
def readable(actor: Actor, *, at_least: Visibility = Visibility.THEME) -> ColumnElement[bool]:
    """The condition that the actor may see a motion, to the extent `at_least`; the table of permissions as SQL.

    tests/motions compares it with the table for every kind of actor.
    """
    order = [Visibility.THEME, Visibility.DEMANDS, Visibility.TEXT]
    enough = order[order.index(at_least) :]
    open_to_members = Motion.visibility.in_(enough) if actor.is_member else false()
    condition = or_(invited(actor), open_to_members)
    if at_least is not Visibility.TEXT and not actor.is_guest:
        condition = or_(condition, Motion.id.in_(shown_to(actor)))
    return condition


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Motion,
            Association.name,
            Call.name,
            Call.deadline_at,
            readable(actor, at_least=Visibility.DEMANDS).label("titled"),
            Motion.id.in_(select(MotionRole.motion_id).where(MotionRole.person_id == actor.person_id)).label("mine"),
        )
        .join(Association, Association.id == Motion.association_id)
        .join(Call, Call.id == Motion.call_id)
    )


def _row(
    motion: Motion, association: str, call: str, deadline_at: datetime | None, titled: bool, mine: bool
) -> MotionRow:
    return MotionRow(
        id=motion.id,
        external_id=motion.external_id,
        document_id=motion.document_id,
        title=motion.title if titled else None,
        status=motion.status,
        visibility=motion.visibility,
        theme=motion.theme,
        association_id=motion.association_id,
        association=association,
        call_id=motion.call_id,
        call=call,
        deadline_at=deadline_at,
        changed_at=motion.changed_at,
        mine=bool(mine),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which motions to list."""

    call_id: UUID | None = None
    association_ids: frozenset[UUID] | None = None
    theme: str | None = None
    status: str | None = None
    mine: bool | None = None


def listed(actor: Actor, where: Filter) -> ColumnElement[bool]:
    """The condition that a motion fits the filter and that the actor may see it."""
    conditions = [readable(actor)]
    if where.call_id is not None:
        conditions.append(Motion.call_id == where.call_id)
    if where.association_ids is not None:
        conditions.append(Motion.association_id.in_(where.association_ids))
    if where.theme is not None:
        conditions.append(Motion.theme == where.theme)
    if where.status is not None:
        conditions.append(Motion.status == where.status)
    if where.mine is not None:
        own = Motion.id.in_(select(MotionRole.motion_id).where(MotionRole.person_id == actor.person_id))
        conditions.append(own if where.mine else ~own)
    return and_(*conditions)


async def motions(
    session: AsyncSession, actor: Actor, where: Filter, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[list[MotionRow], tuple[datetime, UUID] | None]:
    """(a page of motions, newest change first; where the next page begins, or None)."""
    query = _rows(actor).where(listed(actor, where))
    if after is not None:
        query = query.where(tuple_(Motion.changed_at, Motion.id) < tuple_(*after))
    query = query.order_by(Motion.changed_at.desc(), Motion.id.desc()).limit(limit + 1)
    rows = [_row(*row) for row in await session.execute(query)]
    following = (rows[limit - 1].changed_at, rows[limit - 1].id) if len(rows) > limit else None
    return rows[:limit], following


async def by_ids(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, MotionRow]:
    """The rows of those of the motions that the actor may see."""
    rows = await session.execute(_rows(actor).where(Motion.id.in_(ids), readable(actor)))
    return {row.id: row for row in (_row(*each) for each in rows)}


async def count(session: AsyncSession, actor: Actor, where: Filter) -> int:
    """How many motions a list with this filter has; those that the actor may not see are no part of any count."""
    return int(await session.scalar(select(func.count()).select_from(Motion).where(listed(actor, where))) or 0)


async def any_handed_in(session: AsyncSession, actor: Actor, call_id: UUID) -> bool:
    """Whether a motion that the actor may read has been handed in to the call."""
    handed_in = (Motion.call_id == call_id, Motion.status == Status.SUBMITTED)
    query = select(Motion.id).where(*handed_in, readable(actor, at_least=Visibility.TEXT)).limit(1)
    return await session.scalar(query) is not None


async def one(session: AsyncSession, actor: Actor, motion_id: UUID) -> MotionRow | None:
    """The row of one motion, if the actor may see it."""
    row = (await session.execute(_rows(actor).where(Motion.id == motion_id, readable(actor)))).one_or_none()
    return _row(*row) if row is not None else None


async def people_of(session: AsyncSession, motion_id: UUID) -> list[tuple[UUID, str, str]]:
    """(person, name, role) of everybody with a role in the motion, the owner first."""
    rows = await session.execute(
        select(Person.id, Person.name, MotionRole.role)
        .join(Person, Person.id == MotionRole.person_id)
        .where(MotionRole.motion_id == motion_id)
        .order_by(MotionRole.added_at)
    )
    order = ["owner", "author", "commenter", "reader"]
    return sorted(((id_, name, role) for id_, name, role in rows), key=lambda row: order.index(row[2]))


async def participants(session: AsyncSession, motion_id: UUID) -> list[Person]:
    """Everybody with a role in the motion, by name: those who can be told of a comment."""
    rows = await session.scalars(
        select(Person)
        .join(MotionRole, MotionRole.person_id == Person.id)
        .where(MotionRole.motion_id == motion_id)
        .order_by(Person.name, Person.id)
    )
    return list(rows)


async def members_let_in(session: AsyncSession, motion_id: UUID, actor: Actor) -> list[Person]:
    """Those without a role of their own whom their association's has let in to the motion, by name, as far as the actor
    may know of them: the actor's fellow members. Who is a member of what is nobody else's business."""
    if actor.is_guest or not actor.memberships:
        return []
    named = select(MotionRole.person_id).where(MotionRole.motion_id == motion_id)
    let_in = (
        select(Membership.person_id)
        .join(AssociationRole, AssociationRole.association_id == Membership.association_id)
        .where(AssociationRole.motion_id == motion_id, AssociationRole.association_id.in_(actor.memberships))
    )
    rows = await session.scalars(
        select(Person)
        .where(
            Person.id.in_(let_in),
            Person.id.not_in(named),
            Person.id != actor.person_id,
            Person.is_guest.is_(False),
        )
        .order_by(Person.name, Person.id)
    )
    return list(rows)


async def colors_in(session: AsyncSession, motion_id: UUID) -> set[int]:
    """The colours of everybody with a role in the motion."""
    people = select(MotionRole.person_id).where(MotionRole.motion_id == motion_id)
    return set(await session.scalars(select(Person.color).where(Person.id.in_(people))))


async def by_external_id(session: AsyncSession, call_id: UUID, external_id: str) -> Motion | None:
    return await session.scalar(select(Motion).where(Motion.call_id == call_id, Motion.external_id == external_id))


async def demands_of(session: AsyncSession, motion_id: UUID) -> list[Demand]:
    """The projected demands, in order."""
    rows = await session.scalars(select(Demand).where(Demand.motion_id == motion_id).order_by(Demand.position))
    return list(rows)


async def association_name(session: AsyncSession, motion: Motion) -> str:
    return str(await session.scalar(select(Association.name).where(Association.id == motion.association_id)))
