"""The stream of signals for one motion's page."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from app.access.table import Permission
from app.kit.db import Database
from app.kit.errors import Forbidden, NotFound, NotSignedIn
from app.live.board import MARK, PARTS, Board, parts_for
from app.motions.gate import MotionToSee, OpenedMotion, open_motion
from app.web.deps import Db

router = APIRouter()

#: What a page hears last when its reader may no longer know of the motion: it does not come back.
OVER = "event: over\ndata: over\n\n"


@router.get("/motions/{motion_id}/events")
async def events(request: Request, opened: MotionToSee, database: Db) -> StreamingResponse:
    """Server-sent events named after the parts of the page that have changed, of those that the reader may see."""
    board: Board = request.app.state.board
    reader = board.join(opened.motion.id, parts_for(opened.actor, opened.subject))
    if request.headers.get("last-event-id") == MARK:
        for part in PARTS:
            reader.signal(part)

    async def stream() -> AsyncIterator[str]:
        try:
            async for lines in reader.lines():
                yield lines
        finally:
            board.leave(opened.motion.id, reader)
        if reader.is_questioned and not await _may_stay(request, database, opened):
            yield OVER

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


async def _may_stay(request: Request, database: Database, opened: OpenedMotion) -> bool:
    """Whether whoever sent the request may still see the motion, or may sign in again to do so."""
    async with database.reading() as session:
        actor = await request.app.state.identify(request, session)
        try:
            await open_motion(session, opened.motion.id, actor, Permission.MOTION_SEE)
        except NotSignedIn:
            return True
        except (Forbidden, NotFound):
            return False
    return True
