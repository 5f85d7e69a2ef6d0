"""A motion on its way to where files don't go: field by field into a web form, and by hand onto paper."""

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.access.gate import allowed
from app.access.roles import Role
from app.access.table import Permission
from app.calls.gate import CallToRead
from app.calls.models import Call
from app.exchange.formats import FORMATS
from app.exchange.gathering import gather
from app.exchange.names import content_disposition, file_name
from app.exchange.paper import compose
from app.exchange.plain import part_text, plain
from app.exchange.worksheet import Invitation, Worksheet, worksheet
from app.kit import clock
from app.motions.gate import MotionToRead
from app.motions.sharing import link_token, links_of
from app.web.deps import Db
from app.web.pages import render

router = APIRouter(include_in_schema=False)

_WRITERS = anyio.CapacityLimiter(2)


@router.get("/motions/{motion_id}/fields", response_class=HTMLResponse)
async def fields(request: Request, opened: MotionToRead, database: Db) -> HTMLResponse:
    """The motion in pieces, each to be copied into a field of a web form."""
    export = await gather(database, request.app.state.desk, opened.motion)
    paper = compose(export)
    values = {
        "motion_id": opened.motion.id,
        "title": paper.title,
        "body": "\n\n".join(map(part_text, paper.parts)),
        "demands": paper.demands,
        "everything": plain(export),
    }
    return render(request, "exchange/fields.html", values)


@router.get("/calls/{call_id}/worksheet.pdf")
async def blank_worksheet(call: CallToRead) -> Response:
    """An empty sheet for a motion in the call."""
    return await _sheet(_blank(call))


@router.get("/motions/{motion_id}/worksheet.pdf")
async def motion_worksheet(request: Request, opened: MotionToRead, database: Db) -> Response:
    """A sheet with the motion's title and demands; for those who may invite others, also the code to come in by."""
    text = await request.app.state.desk.read(opened.motion.document_id)
    settings = request.app.state.settings
    invitation = None
    async with database.reading() as session:
        call = await session.get_one(Call, opened.motion.call_id)
        if allowed(opened.actor, Permission.MOTION_SHARE, opened.subject):
            links = [link for link in await links_of(session, opened.motion.id) if link.role == Role.AUTHOR]
            if links:
                url = f"{settings.base_url}/join/{link_token(settings.secret_key, links[0])}"
                invitation = Invitation(url, links[0].code, f"{settings.base_url}/join")
    empty = _blank(call)
    return await _sheet(
        Worksheet(
            empty.call,
            empty.recipient,
            empty.headings,
            empty.hints,
            empty.deadline_at,
            text.title,
            tuple(demand.text for demand in text.demands),
            invitation,
        )
    )


def _blank(call: Call) -> Worksheet:
    return Worksheet(call.name, call.recipient, call.headings, call.hints, call.deadline_at, "", (), None)


async def _sheet(sheet: Worksheet) -> Response:
    today = clock.now().astimezone(clock.STOCKHOLM).date()
    content = await anyio.to_thread.run_sync(worksheet, sheet, today, limiter=_WRITERS)
    name = file_name(f"Arbetsblad {sheet.title or sheet.call}", "pdf")
    headers = {"content-disposition": content_disposition(name), "cache-control": "no-store"}
    return Response(content, media_type=FORMATS["pdf"].media_type, headers=headers)
