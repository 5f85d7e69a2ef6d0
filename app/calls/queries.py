"""Looking up calls."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.calls.models import Call


async def by_ids(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Call]:
    return {row.id: row for row in await session.scalars(select(Call).where(Call.id.in_(ids)))}


async def by_name(session: AsyncSession, name: str) -> Call | None:
    return await session.scalar(select(Call).where(Call.name == " ".join(name.split())))


async def latest_first(session: AsyncSession) -> list[Call]:
    """All calls; those whose deadline is ahead come first, the nearest at the top."""
    calls = list(await session.scalars(select(Call)))
    return sorted(
        calls,
        key=lambda call: (call.is_over, call.deadline_at is None, call.deadline_at or call.created_at),
    )
