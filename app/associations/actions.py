"""Associations and memberships are found or made by name."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.associations.models import Association, Kind, Membership
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.kit.ids import uuid7


async def find_or_add(
    session: AsyncSession, name: str, *, kind: Kind = Kind.ASSOCIATION, parent_id: UUID | None = None
) -> Association:
    """The association of that name, made if there was none. `kind` and `parent_id` are for a new one."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 160:
        raise Invalid(_("The name of an association has between 1 and 160 characters."))
    association = await session.scalar(select(Association).where(Association.name == name))
    if association is None:
        association = Association(id=uuid7(), name=name, kind=kind, parent_id=parent_id)
        session.add(association)
        await session.flush()
    return association


async def add_member(
    session: AsyncSession,
    association_id: UUID,
    person_id: UUID,
    *,
    is_officer: bool = False,
    has_mandate: bool = False,
) -> None:
    """Makes the person a member, or adds to what the member may."""
    membership = await session.scalar(
        select(Membership).where(Membership.association_id == association_id, Membership.person_id == person_id)
    )
    if membership is None:
        membership = Membership(association_id=association_id, person_id=person_id, is_officer=False, has_mandate=False)
        session.add(membership)
    membership.is_officer = membership.is_officer or is_officer
    membership.has_mandate = membership.has_mandate or has_mandate
    await session.flush()
