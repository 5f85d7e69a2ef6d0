"""The advice on a motion: a part of the page where one writes, and the same as a page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from app.access.gate import allowed
from app.access.table import Permission
from app.advice import actions
from app.documents import store
from app.kit.errors import Invalid, NotFound
from app.kit.i18n import _
from app.motions import queries
from app.motions.gate import MotionToComment, MotionToWrite, OpenedMotion
from app.web.deps import Db
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter()

#: The length of a key.
_KEY = 32


async def _show(request: Request, opened: OpenedMotion, focus: str = "") -> HTMLResponse:
    text = await request.app.state.desk.read(opened.motion.document_id)
    async with request.app.state.database.reading() as session:
        row = await queries.one(session, opened.person, opened.motion.id)
        if row is None:
            raise NotFound
        frozen = await store.is_frozen(session, opened.motion.document_id)
        values = {
            "motion": row,
            "advice": await actions.advice_on(session, opened.motion, text),
            "followed": await actions.lately_followed(session, opened.motion.id),
            "alone": not is_fragment_request(request),
            "focus": focus,
            "can_write": allowed(opened.actor, Permission.MOTION_WRITE, opened.subject) and not frozen,
        }
    fragment = "panel" if is_fragment_request(request) else None
    return render(request, "advice/advice.html", values, fragment=fragment)


async def _done(request: Request, opened: OpenedMotion, message: str, focus: str = "advice") -> Response:
    """`focus` is where whoever pressed a button that is gone now goes on: "advice", or what was "followed"."""
    if is_fragment_request(request):
        return await _show(request, opened, focus)
    return redirect(request, f"/motions/{opened.motion.id}/advice", message=message)


@router.get("/motions/{motion_id}/advice", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToComment) -> HTMLResponse:
    return await _show(request, opened)


@router.post("/motions/{motion_id}/advice/changes", response_model=None)
async def follow(
    request: Request, opened: MotionToWrite, database: Db, key: Annotated[str, Form(max_length=_KEY)]
) -> Response:
    """Changes a demand as a piece of advice proposes."""
    await actions.follow(database, request.app.state.desk, opened.motion, key, opened.person.person_id)
    return await _done(request, opened, _("It is changed. How it read before is among the versions."), "followed")


@router.post("/motions/{motion_id}/advice/changes/{followed_id}/reversal", response_model=None)
async def take_back(request: Request, opened: MotionToWrite, database: Db, followed_id: UUID) -> Response:
    """Undoes a change that was made as advice proposed."""
    desk = request.app.state.desk
    await actions.take_back(database, desk, opened.motion, followed_id, opened.person.person_id)
    return await _done(request, opened, _("It is undone. What others have written meanwhile is still there."))


@router.post("/motions/{motion_id}/advice/set-aside", response_model=None)
async def set_aside(
    request: Request, opened: MotionToWrite, database: Db, key: Annotated[str, Form(max_length=_KEY)]
) -> Response:
    """Says no more of one piece of advice, now or later."""
    text = await request.app.state.desk.read(opened.motion.document_id)
    async with database.writing() as session:
        found = await actions.advice_on(session, opened.motion, text)
        if key not in {each.key for each in (*found.open, *found.set_aside)}:
            raise Invalid(_("There is no such advice on the motion any more."))
        await actions.set_aside(session, opened.motion.id, key)
    return await _done(request, opened, _("Nothing more is said of that."))


@router.post("/motions/{motion_id}/advice/return", response_model=None)
async def bring_back(request: Request, opened: MotionToWrite, database: Db) -> Response:
    """Shows again all that was set aside."""
    async with database.writing() as session:
        await actions.bring_back(session, opened.motion.id)
    return await _done(request, opened, _("All advice is shown again."))
