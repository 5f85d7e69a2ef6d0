"""Gathering the motions of a booklet: those that were handed in, and that its reader may read."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from app.access.actor import Actor
from app.access.roles import Visibility
from app.calls.models import Call
from app.documents.desk import TextDesk
from app.documents.text import MotionText, thaw
from app.exchange.booklet import Booklet, Entry
from app.exchange.gathering import gather
from app.exchange.wording import NO_THEME
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound, TooLarge
from app.kit.i18n import _
from app.motions.models import Motion, MotionVersion, Status
from app.motions.queries import readable
from app.submissions.models import Submission

#: Some five hundred pages: what ten seconds of the processor make.
MOST_MOTIONS = 250


class Order(StrEnum):
    SUBMITTED = "submitted"
    THEME = "theme"


async def gather_booklet(
    database: Database, desk: TextDesk, call_id: UUID, actor: Actor | None, order: Order = Order.SUBMITTED
) -> Booklet:
    """The booklet of a call for the actor; for None, who has the machine, everything that was handed in.

    Raises NotFound when there is nothing to bind, TooLarge beyond MOST_MOTIONS.
    """
    where = [Motion.call_id == call_id, Motion.status == Status.SUBMITTED]
    if actor is not None:
        where.append(readable(actor, at_least=Visibility.TEXT))
    async with database.reading() as session:
        call = await session.get_one(Call, call_id)
        query = (
            select(Motion, MotionVersion.canonical, MotionVersion.demand_ids)
            .join(Submission, Submission.motion_id == Motion.id)
            .join(
                MotionVersion,
                (MotionVersion.motion_id == Motion.id) & (MotionVersion.number == Submission.version),
            )
            .where(*where)
            .order_by(Submission.submitted_at, Motion.id)
            .limit(MOST_MOTIONS + 1)
        )
        rows = (await session.execute(query)).all()
    if not rows:
        raise NotFound(
            _("No motion that you may read has been handed in to this call yet, so there is nothing to bind.")
        )
    if len(rows) > MOST_MOTIONS:
        raise TooLarge(
            _(
                "More than {n} motions have been handed in, too many for one booklet. Save them one by one.",
                n=MOST_MOTIONS,
            )
        )
    found = []
    for motion, canonical, demand_ids in rows:
        # What was handed in, byte for byte; the ids of the demands tell who stands behind which.
        text: MotionText | None = thaw(canonical, demand_ids) if demand_ids is not None else None
        found.append((motion.theme, await gather(database, desk, motion, text)))
    if order is Order.THEME:
        found.sort(key=lambda each: (each[0] is None, each[0] or ""))
    entries = tuple(Entry(export, (theme or NO_THEME) if order is Order.THEME else None) for theme, export in found)
    return Booklet(call.name, entries, clock.now().astimezone(clock.STOCKHOLM).date())
