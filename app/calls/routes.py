"""Looking after a call."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from app.calls.actions import move_deadline
from app.calls.gate import CallToManage
from app.kit.clock import STOCKHOLM
from app.kit.errors import Invalid
from app.kit.i18n import _, show_datetime
from app.web.deps import Writing
from app.web.pages import redirect

router = APIRouter()


@router.post("/calls/{call_id}/deadline")
async def change_deadline(
    request: Request, call: CallToManage, session: Writing, deadline: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Moves the deadline: deadlines move when congresses do. The time is Stockholm's."""
    try:
        at = datetime.fromisoformat(deadline)
    except ValueError:
        text = _("Write the new deadline with date and time, for example 2026-12-01 23:59.")
        raise Invalid(text, fields={"deadline": text}) from None
    moved = at if at.tzinfo is not None else at.replace(tzinfo=STOCKHOLM)
    await move_deadline(session, call.id, moved)
    return redirect(request, f"/calls/{call.id}", message=_("The deadline is now {when}.", when=show_datetime(moved)))
