"""The page with the map of a call."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.access.gate import allowed
from app.access.table import Permission
from app.browsing.atlas import Atlas
from app.calls.gate import CallToRead, subject_of
from app.web.deps import Member
from app.web.pages import render

router = APIRouter()


@router.get("/calls/{call_id}/map", response_class=HTMLResponse)
async def show(request: Request, call: CallToRead, actor: Member) -> HTMLResponse:
    """The call's motions by what they are about: a picture, the same as a table, and, for whoever looks after the call,
    how many associations write about each matter."""
    atlas: Atlas = request.app.state.atlas
    values = {
        "call": call,
        "map": await atlas.map_of(call, actor),
        "can_manage": allowed(actor, Permission.CALL_MANAGE, subject_of(call)),
    }
    return render(request, "browsing/map.html", values)
