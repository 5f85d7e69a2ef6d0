"""Downloads of a motion, for people and for programs."""

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.exchange.formats import FORMATS
from app.exchange.gathering import gather
from app.exchange.names import content_disposition, file_name
from app.kit.errors import NotFound
from app.motions.gate import MotionToRead, OpenedMotion
from app.web.deps import Db

router = APIRouter()

#: A long motion takes a second of the processor: two at a time leave the live text its share.
_WRITERS = anyio.CapacityLimiter(2)


async def _file(request: Request, opened: OpenedMotion, database: Db, kind: str) -> Response:
    chosen = FORMATS.get(kind)
    if chosen is None:
        raise NotFound
    export = await gather(database, request.app.state.desk, opened.motion)
    content = await anyio.to_thread.run_sync(chosen.write, export, limiter=_WRITERS)
    headers = {
        "content-disposition": content_disposition(file_name(export.text.title, kind)),
        # The text lives on: a copy in a cache would be yesterday's, and anybody's who uses the computer next.
        "cache-control": "no-store",
    }
    return Response(content, media_type=chosen.media_type, headers=headers)


@router.get("/motions/{motion_id}/export.{kind}", include_in_schema=False)
async def download(request: Request, opened: MotionToRead, database: Db, kind: str) -> Response:
    """The motion as a file, from a page."""
    return await _file(request, opened, database, kind)


@router.get(
    "/api/v1/motions/{motion_id}/export.{kind}",
    tags=["motions"],
    response_class=Response,
    responses={200: {"content": {each.media_type.partition(";")[0]: {} for each in FORMATS.values()}}},
)
async def export(request: Request, opened: MotionToRead, database: Db, kind: str) -> Response:
    """The motion as it reads now, as docx, odt, pdf, md or txt."""
    return await _file(request, opened, database, kind)
