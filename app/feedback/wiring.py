"""What feedback does when it hears of what happens elsewhere."""

from app.feedback.events import ProposalsChanged
from app.feedback.proposals import has_open
from app.kit.db import Database
from app.motions.events import MotionChanged


def listen(database: Database) -> None:
    """While proposals wait, their differences are news whenever the text has changed."""

    async def on_motion(event: MotionChanged) -> None:
        async with database.reading() as session:
            waiting = await has_open(session, event.motion_id)
        if waiting:
            await database.events.deliver([ProposalsChanged(event.motion_id)])

    database.events.subscribe(MotionChanged, on_motion)
