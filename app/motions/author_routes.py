"""The page that shows who wrote how much of a motion, and on which each decides whether to be named."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.access.gate import allowed
from app.access.roles import Role
from app.access.table import Permission
from app.kit.errors import NotFound
from app.kit.i18n import _
from app.motions import authors, queries
from app.motions.gate import MotionToFollow, MotionToSubmit
from app.web.deps import Reading, Writing
from app.web.pages import redirect, render

router = APIRouter()


@router.get("/motions/{motion_id}/authors", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToFollow, session: Reading) -> HTMLResponse:
    row = await queries.one(session, opened.person, opened.motion.id)
    if row is None:
        raise NotFound
    shares = await authors.shares(session, opened.motion, opened.subject)
    values = {
        "motion": row,
        "shares": shares,
        "mine": next((share for share in shares if share.person_id == opened.person.person_id), None),
        "is_owner": opened.subject.roles.get(opened.person.person_id) is Role.OWNER,
        "can_ask": allowed(opened.actor, Permission.MOTION_SUBMIT, opened.subject),
    }
    return render(request, "motions/authors.html", values)


@router.post("/motions/{motion_id}/authors/answer")
async def answer(
    request: Request, opened: MotionToFollow, session: Writing, named: Annotated[bool, Form()] = False
) -> RedirectResponse:
    """Somebody decides whether to be named as an author; it can be changed as often as they like."""
    await authors.answer(session, opened.motion.id, opened.person.person_id, named=named)
    said = _("You are named as an author of the motion.") if named else _("You are not named as an author.")
    return redirect(request, f"/motions/{opened.motion.id}/authors", message=said)


@router.post("/motions/{motion_id}/authors/questions")
async def ask(
    request: Request, opened: MotionToSubmit, session: Writing, person: Annotated[UUID, Form()]
) -> RedirectResponse:
    """Asks somebody who has written whether they want to be named."""
    url = request.app.state.settings.base_url
    await authors.ask(session, opened.motion, opened.subject, person, opened.person, url)
    said = _("The question is asked, and waits for them under To do.")
    return redirect(request, f"/motions/{opened.motion.id}/authors", message=said)
