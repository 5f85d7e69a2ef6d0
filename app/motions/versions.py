"""The text as it was at moments that matter: when it was begun, backed, handed in."""

import hashlib
from enum import StrEnum
from typing import Literal, overload
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.text import MotionText, canonical, thaw
from app.kit import clock
from app.motions.models import Motion, MotionVersion


class Reason(StrEnum):
    #: The writing paused, or has gone on for long.
    PAUSE = "pause"
    #: Somebody gave the text as it was a name.
    NAMED = "named"
    #: It is about to be replaced by an earlier version.
    REPLACED = "replaced"
    #: It was replaced by an earlier version.
    RESTORED = "restored"
    BACKED = "backed"
    SUBMITTED = "submitted"


@overload
async def keep(
    session: AsyncSession,
    motion_id: UUID,
    text: MotionText,
    reason: Reason,
    *,
    name: str | None = None,
    person_id: UUID | None = None,
    restored: int | None = None,
) -> MotionVersion: ...


@overload
async def keep(
    session: AsyncSession, motion_id: UUID, text: MotionText, reason: Reason, *, unless_kept: Literal[True]
) -> MotionVersion | None: ...


async def keep(
    session: AsyncSession,
    motion_id: UUID,
    text: MotionText,
    reason: Reason,
    *,
    name: str | None = None,
    person_id: UUID | None = None,
    restored: int | None = None,
    unless_kept: bool = False,
) -> MotionVersion | None:
    """Keeps the frozen form of `text`; with `unless_kept`, only if the last version reads otherwise.

    Holds the motion's row until the unit ends, so that numbers don't collide.
    """
    await session.execute(select(Motion.id).where(Motion.id == motion_id).with_for_update())
    last = await session.scalar(
        select(MotionVersion).where(MotionVersion.motion_id == motion_id).order_by(MotionVersion.number.desc()).limit(1)
    )
    form = canonical(text)
    sha256 = hashlib.sha256(form).hexdigest()
    if unless_kept and last is not None and last.sha256 == sha256:
        return None
    version = MotionVersion(
        motion_id=motion_id,
        number=last.number + 1 if last is not None else 1,
        reason=reason,
        canonical=form,
        demand_ids=[demand.id for demand in text.demands],
        sha256=sha256,
        created_at=clock.now(),
        name=name,
        kept_by=person_id,
        restored=restored,
    )
    session.add(version)
    await session.flush()
    return version


def text_of(version: MotionVersion) -> MotionText:
    """The text that was kept."""
    return thaw(version.canonical, version.demand_ids)


async def versions_of(session: AsyncSession, motion_id: UUID) -> list[MotionVersion]:
    """Newest first."""
    rows = await session.scalars(
        select(MotionVersion).where(MotionVersion.motion_id == motion_id).order_by(MotionVersion.number.desc())
    )
    return list(rows)
