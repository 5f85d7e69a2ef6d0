"""The page on which a motion is handed in, and which shows the receipt afterwards."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.calls import queries as calls
from app.calls.models import Call
from app.kit.errors import AppError, Conflict, Invalid, NotFound
from app.kit.i18n import _
from app.motions import queries as motions
from app.motions.gate import MotionToRead, MotionToSubmit, OpenedMotion
from app.motions.models import Motion
from app.submissions import actions, api, queries, views
from app.web.deps import Db, Reading
from app.web.pages import redirect, render

router = APIRouter()
router.include_router(api.router)


async def _show(request: Request, opened: OpenedMotion, *, error: AppError | None = None) -> HTMLResponse:
    """The page as things stand now; after an attempt that was refused, with the reason."""
    text = await request.app.state.desk.read(opened.motion.document_id)
    async with request.app.state.database.reading() as session:
        # Read again: a refused attempt may be one of two at once, of which the other got the receipt.
        motion = await session.get_one(Motion, opened.motion.id)
        call = await session.get_one(Call, motion.call_id)
        receipt = await views.receipt(session, motion.id)
        values: dict[str, Any] = {
            "motion": await motions.one(session, opened.person, motion.id),
            "subject": opened.subject,
            "people": await motions.people_of(session, motion.id),
            "call": call,
            "has_template": await calls.has_template(session, call.id),
            "text": text,
            "receipt": receipt,
            "checklist": await views.checklist(session, motion, call, text) if receipt is None else None,
            "error": error,
        }
    if values["motion"] is None:
        raise NotFound
    return render(request, "submissions/submission.html", values, status=error.status if error is not None else 200)


@router.get("/motions/{motion_id}/submission", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToRead) -> HTMLResponse:
    """Before: what will happen and what to look at first. After: the receipt."""
    return await _show(request, opened)


@router.post("/motions/{motion_id}/submission", response_model=None)
async def submit(request: Request, opened: MotionToSubmit, database: Db) -> Response:
    """Hands the motion in."""
    state = request.app.state
    try:
        made = await actions.submit(database, state.desk, opened, opened.person, base_url=state.settings.base_url)
    except (Invalid, Conflict) as error:
        return await _show(request, opened, error=error)
    said = (
        _("The motion is handed in. It came after the deadline and is marked as late.")
        if made.late
        else _("The motion is handed in, in good time. The text is locked from now on.")
    )
    return redirect(request, f"/motions/{opened.motion.id}/submission", message=said)


@router.get("/motions/{motion_id}/submission/canonical.json")
async def frozen_form(opened: MotionToRead, session: Reading) -> Response:
    """The bytes that the receipt's SHA-256 is made of, so that anybody who may read the motion can check it."""
    form = await queries.frozen_form(session, opened.motion.id)
    if form is None:
        raise NotFound(_("The motion has not been handed in yet, so there is no receipt to check."))
    headers = {
        "content-disposition": f'attachment; filename="motion-{opened.motion.id}.json"',
        "cache-control": "no-store",
    }
    return Response(form, media_type="application/json", headers=headers)
