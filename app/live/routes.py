"""The stream of signals for one motion's page."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from app.live.board import MARK, PARTS, Board, parts_for
from app.motions.gate import MotionToSee

router = APIRouter()


@router.get("/motions/{motion_id}/events")
async def events(request: Request, opened: MotionToSee) -> StreamingResponse:
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

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)
