"""What feedback does when it hears of what happens elsewhere."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.feedback.events import ProposalsChanged
from app.feedback.proposals import with_open
from app.kit.db import Database
from app.motions.events import MotionChanged

#: Seconds for which a motion without open proposals is taken to have none, unless one is made in this process: while
#: people type their motions change every second, and the question takes as long as storing what they typed.
NONE_FOR: Final = 5.0


def listen(database: Database) -> None:
    """While proposals wait, their differences are news whenever the text has changed."""
    #: Until when a motion has no open proposals, the first to expire first.
    none_until: dict[UUID, float] = {}

    async def on_motions(news: Sequence[MotionChanged]) -> None:
        now = asyncio.get_running_loop().time()
        while none_until and next(iter(none_until.values())) <= now:
            del none_until[next(iter(none_until))]
        asked = {event.motion_id for event in news} - none_until.keys()
        if not asked:
            return
        # Noted before it is asked: a proposal that is made meanwhile takes the note away.
        none_until.update(dict.fromkeys(asked, now + NONE_FOR))
        waiting = asked
        try:
            async with database.reading() as session:
                waiting = await with_open(session, asked)
        finally:
            for motion_id in waiting:
                none_until.pop(motion_id, None)
        await database.events.deliver([ProposalsChanged(motion_id) for motion_id in waiting])

    async def on_proposals(event: ProposalsChanged) -> None:
        none_until.pop(event.motion_id, None)

    database.events.subscribe_together(MotionChanged, on_motions)
    database.events.subscribe(ProposalsChanged, on_proposals)
