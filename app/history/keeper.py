"""Keeps a version whenever the writing pauses, and now and then while it goes on."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from app.documents.desk import TextDesk
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound
from app.motions.models import Motion, MotionRole, MotionVersion
from app.motions.versions import Reason, keep

log = logging.getLogger("verkstad.history")

#: A pause in the writing is so long.
QUIET = timedelta(minutes=5)
#: While somebody writes without a pause, a version is kept so often.
LONGEST = timedelta(minutes=30)
#: Seconds between two looks.
PACE = 60.0


class Keeper:
    """Looks for motions whose text has come to rest. What one process keeps, the others leave alone."""

    def __init__(self, database: Database, desk: TextDesk) -> None:
        self._database = database
        self._desk = desk
        self._from = datetime.min.replace(tzinfo=UTC)

    async def run(self) -> None:
        """Works until cancelled, beginning with what came to rest while nobody looked."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("keeping_versions_failed")
            await asyncio.sleep(PACE)

    async def look(self) -> int:
        """Keeps what is to be kept now. Returns how many versions that made."""
        now = clock.now()
        made = 0
        for motion_id, document_id in await self._due(now):
            try:
                text = await self._desk.read(document_id)
            except NotFound:
                continue
            async with self._database.writing() as session:
                made += await keep(session, motion_id, text, Reason.PAUSE, unless_kept=True) is not None
        self._from = now - QUIET
        return made

    async def _due(self, now: datetime) -> list[tuple[UUID, UUID]]:
        """The motions that people write in whose text may differ from the last version kept, and is due."""
        last = (
            select(func.max(MotionVersion.created_at))
            .where(MotionVersion.motion_id == Motion.id)
            .correlate(Motion)
            .scalar_subquery()
        )
        since = func.coalesce(last, Motion.created_at)
        async with self._database.reading() as session:
            rows = await session.execute(
                select(Motion.id, Motion.document_id)
                .where(Motion.changed_at > self._from, Motion.changed_at > since)
                .where(or_(Motion.changed_at <= now - QUIET, since <= now - LONGEST))
                .where(exists().where(MotionRole.motion_id == Motion.id))
            )
            return [(motion_id, document_id) for motion_id, document_id in rows]
