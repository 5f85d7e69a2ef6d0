"""What feedback does when it hears of what happens elsewhere."""

import asyncio
from typing import Final
from uuid import UUID

from app.feedback.events import ProposalsChanged
from app.feedback.proposals import has_open
from app.kit.db import Database
from app.motions.events import MotionChanged

#: Seconds for which a motion without open proposals is taken to have none, unless one is made in this process: while
#: people type their motions change every second, and the question takes as long as storing what they typed.
NONE_FOR: Final = 5.0


def listen(database: Database) -> None:
    """While proposals wait, their differences are news whenever the text has changed."""
    #: Until when a motion has no open proposals, the first to expire first.
    none_until: dict[UUID, float] = {}

    async def on_motion(event: MotionChanged) -> None:
        now = asyncio.get_running_loop().time()
        while none_until and next(iter(none_until.values())) <= now:
            del none_until[next(iter(none_until))]
        if event.motion_id in none_until:
            return
        # Noted before it is asked: a proposal that is made meanwhile takes the note away.
        none_until[event.motion_id] = now + NONE_FOR
        try:
            async with database.reading() as session:
                waiting = await has_open(session, event.motion_id)
        except BaseException:
            none_until.pop(event.motion_id, None)
            raise
        if waiting:
            none_until.pop(event.motion_id, None)
            await database.events.deliver([ProposalsChanged(event.motion_id)])

    async def on_proposals(event: ProposalsChanged) -> None:
        none_until.pop(event.motion_id, None)

    database.events.subscribe(MotionChanged, on_motion)
    database.events.subscribe(ProposalsChanged, on_proposals)
