"""What is new since one was here last."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.history.keeper import QUIET
from app.history.models import Visit
from app.kit import clock
from app.motions.models import MotionVersion

#: Somebody who comes back sooner has not been away.
AWAY = timedelta(minutes=30)


async def record_visit(session: AsyncSession, motion_id: UUID, person_id: UUID) -> Visit:
    """Notes that the person is here now; one who was away for long enough begins a new visit."""
    now = clock.now()
    visit = await session.get(Visit, (motion_id, person_id))
    if visit is None:
        visit = Visit(motion_id=motion_id, person_id=person_id, began_at=now, seen_at=now, before_at=None)
        session.add(visit)
    elif now - visit.seen_at > AWAY:
        visit.before_at, visit.began_at = visit.seen_at, now
    visit.seen_at = now
    return visit


async def version_left_behind(session: AsyncSession, visit: Visit) -> MotionVersion | None:
    """The kept text that is nearest to what the person saw at the end of the visit before this one.

    Normally the one that was kept when the writing paused after they left, and otherwise the last before it. None when
    there was no visit before, or nothing was kept then.
    """
    left = visit.before_at
    if left is None:
        return None
    kept = select(MotionVersion).where(MotionVersion.motion_id == visit.motion_id)
    soon_after = await session.scalar(
        kept.where(MotionVersion.created_at >= left, MotionVersion.created_at <= left + 2 * QUIET)
        .order_by(MotionVersion.number)
        .limit(1)
    )
    if soon_after is not None:
        return soon_after
    before: MotionVersion | None = await session.scalar(
        kept.where(MotionVersion.created_at < left).order_by(MotionVersion.number.desc()).limit(1)
    )
    return before
