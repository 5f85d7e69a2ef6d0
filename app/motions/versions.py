"""The text as it was at moments that matter: when it was begun, backed, handed in."""

import hashlib
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.text import MotionText, canonical
from app.kit import clock
from app.motions.models import Motion, MotionVersion


class Reason(StrEnum):
    BACKED = "backed"
    SUBMITTED = "submitted"


async def keep(session: AsyncSession, motion_id: UUID, text: MotionText, reason: Reason) -> MotionVersion:
    """Keeps the frozen form of `text`. Holds the motion's row until the unit ends, so that numbers don't collide."""
    await session.execute(select(Motion.id).where(Motion.id == motion_id).with_for_update())
    last = await session.scalar(
        select(MotionVersion).where(MotionVersion.motion_id == motion_id).order_by(MotionVersion.number.desc()).limit(1)
    )
    form = canonical(text)
    version = MotionVersion(
        motion_id=motion_id,
        number=last.number + 1 if last is not None else 1,
        reason=reason,
        canonical=form,
        sha256=hashlib.sha256(form).hexdigest(),
        created_at=clock.now(),
    )
    session.add(version)
    await session.flush()
    return version


async def versions_of(session: AsyncSession, motion_id: UUID) -> list[MotionVersion]:
    """Newest first."""
    rows = await session.scalars(
        select(MotionVersion).where(MotionVersion.motion_id == motion_id).order_by(MotionVersion.number.desc())
    )
    return list(rows)
