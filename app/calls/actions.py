"""Calls are made and their deadlines moved."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.calls.models import Call
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.i18n import _
from app.kit.ids import uuid7


async def find_or_add(session: AsyncSession, name: str, *, association_id: UUID | None = None) -> Call:
    """The call of that name, made without a deadline if there was none."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 160:
        raise Invalid(_("The name of a call has between 1 and 160 characters."))
    call = await session.scalar(select(Call).where(Call.name == name))
    if call is None:
        call = Call(id=uuid7(), name=name, association_id=association_id, template={}, created_at=clock.now())
        session.add(call)
        await session.flush()
    return call


async def move_deadline(session: AsyncSession, call_id: UUID, deadline_at: datetime) -> Call:
    """Sets another deadline (aware). Motions already handed in keep their receipts."""
    call = await session.get(Call, call_id, with_for_update=True)
    if call is None:
        raise NotFound
    call.deadline_at = deadline_at
    return call
