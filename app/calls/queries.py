"""Looking up calls."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.calls.models import Call, RecipientTemplate


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


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """What is known of a recipient's template, without its content."""

    id: UUID
    name: str
    uploaded_at: datetime
    removed_at: datetime | None


async def templates(session: AsyncSession, call_id: UUID) -> tuple[TemplateRow | None, list[TemplateRow]]:
    """(the call's template in use, or None; the earlier ones, the latest removed first)."""
    table = RecipientTemplate
    rows = await session.execute(
        select(table.id, table.name, table.uploaded_at, table.removed_at).where(table.call_id == call_id)
    )
    found = [TemplateRow(*row) for row in rows]
    current = next((row for row in found if row.removed_at is None), None)
    earlier = [row for row in found if row.removed_at is not None]
    return current, sorted(earlier, key=lambda row: row.removed_at or row.uploaded_at, reverse=True)


async def has_template(session: AsyncSession, call_id: UUID) -> bool:
    """Whether the recipient of the call has a template of its own in use."""
    table = RecipientTemplate
    return bool(await session.scalar(select(exists().where(table.call_id == call_id, table.removed_at.is_(None)))))


async def template_content(session: AsyncSession, call_id: UUID) -> bytes | None:
    """The bytes of the template in use."""
    table = RecipientTemplate
    return await session.scalar(select(table.content).where(table.call_id == call_id, table.removed_at.is_(None)))
