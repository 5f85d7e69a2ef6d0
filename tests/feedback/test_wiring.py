"""Proposals that wait are compared with the text anew whenever it has changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import event

from app.feedback.events import ProposalsChanged
from app.feedback.models import Proposal
from app.feedback.wiring import listen
from app.kit import clock
from app.kit.events import announce
from app.motions.events import MotionChanged
from tests.cast import Cast


async def test_motion_without_proposals_is_asked_about_now_and_then_and_a_new_one_is_known_at_once(cast: Cast) -> None:
    listen(cast.database)
    told: list[UUID] = []
    asked = 0

    async def tell(news: ProposalsChanged) -> None:
        told.append(news.motion_id)

    def count(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        nonlocal asked
        asked += "FROM proposals" in statement

    cast.database.events.subscribe(ProposalsChanged, tell)
    event.listen(cast.database.engine.sync_engine, "before_cursor_execute", count)
    for _ in range(10):
        await cast.database.events.deliver([MotionChanged(cast.motion.id)])
    event.remove(cast.database.engine.sync_engine, "before_cursor_execute", count)
    assert (asked, told) == (1, [])

    async with cast.database.writing() as session:
        session.add(
            Proposal(motion_id=cast.motion.id, kind="strike", target="x", base="", wording="", created_at=clock.now())
        )
        announce(session, ProposalsChanged(cast.motion.id))
    told.clear()
    for _ in range(2):
        await cast.database.events.deliver([MotionChanged(cast.motion.id)])
    assert told == [cast.motion.id] * 2
