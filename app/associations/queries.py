"""Looking up associations, and the actor that a person is."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.associations.models import Association, Kind, Membership
from app.people.models import Person

#: Built once: it is asked for everybody who opens a page or comes to a live text.
_MEMBERSHIPS: Final[Select[Membership]] = select(Membership).where(
    Membership.person_id.in_(bindparam("people", expanding=True))
)


async def actor_of(session: AsyncSession, person: Person) -> Actor:
    """The person with all that the permission table asks about."""
    return (await session.run_sync(actors_of, [person]))[person.id]


def actors_of(session: Session, people: Collection[Person]) -> dict[UUID, Actor]:
    """The people with all that the permission table asks about, by their ids."""
    held: dict[UUID, list[Membership]] = {person.id: [] for person in people}
    if held:
        for row in session.scalars(_MEMBERSHIPS, {"people": list(held)}):
            held[row.person_id].append(row)
    return {
        person.id: Actor(
            person_id=person.id,
            name=person.name,
            color=person.color,
            is_guest=person.is_guest,
            is_admin=person.is_admin,
            memberships=frozenset(row.association_id for row in held[person.id]),
            mandates=frozenset(row.association_id for row in held[person.id] if row.has_mandate),
            offices=frozenset(row.association_id for row in held[person.id] if row.is_officer),
        )
        for person in people
    }


async def by_ids(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Association]:
    rows = await session.scalars(select(Association).where(Association.id.in_(ids)))
    return {row.id: row for row in rows}


async def by_name(session: AsyncSession, name: str) -> Association | None:
    return await session.scalar(select(Association).where(Association.name == " ".join(name.split())))


async def that_can_back(session: AsyncSession) -> list[Association]:
    """The associations that can stand behind a motion, by name: all but districts, who are the recipients."""
    rows = await session.scalars(
        select(Association).where(Association.kind != Kind.DISTRICT).order_by(Association.name)
    )
    return list(rows)


async def people_with_mandate(session: AsyncSession, association_id: UUID) -> list[Person]:
    rows = await session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.association_id == association_id, Membership.has_mandate)
        .order_by(Person.name)
    )
    return list(rows)


async def circuits(session: AsyncSession) -> list[Association]:
    """The circuits and municipal branches, by name."""
    rows = await session.scalars(
        select(Association).where(Association.kind.in_([Kind.CIRCUIT, Kind.BRANCH])).order_by(Association.name)
    )
    return list(rows)


async def below(session: AsyncSession, top: UUID) -> frozenset[UUID]:
    """The association and all below it in the tree."""
    children: dict[UUID | None, list[UUID]] = {}
    for id_, parent_id in await session.execute(select(Association.id, Association.parent_id)):
        children.setdefault(parent_id, []).append(id_)
    found: set[UUID] = set()
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, ())
    return frozenset(found)
