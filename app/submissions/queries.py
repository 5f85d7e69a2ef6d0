"""Looking up receipts."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.motions.models import MotionVersion
from app.people.queries import names
from app.submissions.models import Submission


async def of_motion(session: AsyncSession, motion_id: UUID) -> Submission | None:
    """The receipt of the motion, or None for one that has not been handed in."""
    return await session.get(Submission, motion_id)


async def frozen_form(session: AsyncSession, motion_id: UUID) -> bytes | None:
    """The bytes that the receipt's hash is made of, or None for a motion that has not been handed in."""
    submission = await of_motion(session, motion_id)
    if submission is None:
        return None
    version = await session.get_one(MotionVersion, (motion_id, submission.version))
    return version.canonical


async def submitter(session: AsyncSession, submission: Submission) -> str | None:
    """The name of who handed the motion in, or None for somebody who has been removed since."""
    if submission.submitted_by is None:
        return None
    return (await names(session, {submission.submitted_by})).get(submission.submitted_by)
