"""The booklet of a call: the motions that were handed in, as one document."""

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.calls.gate import CallToRead
from app.exchange.booklet import BOOKLETS
from app.exchange.booklet_gathering import Order, gather_booklet
from app.exchange.formats import FORMATS
from app.exchange.names import content_disposition, file_name
from app.kit.errors import NotFound
from app.web.deps import Db, Member

router = APIRouter(include_in_schema=False)

#: Some ten seconds of the processor at the most: one at a time leaves the live text its share.
_BINDERS = anyio.CapacityLimiter(1)


@router.get("/calls/{call_id}/booklet.{kind}")
async def booklet(
    request: Request, call: CallToRead, actor: Member, database: Db, kind: str, order: Order = Order.SUBMITTED
) -> Response:
    """The motions that were handed in and that the reader may read, as pdf or docx."""
    write = BOOKLETS.get(kind)
    if write is None:
        raise NotFound
    bound = await gather_booklet(database, request.app.state.desk, call.id, actor, order)
    content = await anyio.to_thread.run_sync(write, bound, limiter=_BINDERS)
    headers = {"content-disposition": content_disposition(file_name(bound.title, kind)), "cache-control": "no-store"}
    return Response(content, media_type=FORMATS[kind].media_type, headers=headers)
