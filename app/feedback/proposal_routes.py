"""Proposals for change: a panel beside the text, and the same as a page, where they are made and decided upon."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from app.access.gate import allowed
from app.access.table import Permission
from app.documents import store
from app.documents.amending import BODY
from app.documents.text import MotionText
from app.feedback import proposals
from app.feedback.comment_routes import per_person, read_text
from app.feedback.models import Proposal
from app.kit.errors import AppError, Conflict, Frozen, Invalid, NotFound
from app.kit.i18n import _
from app.motions import queries
from app.motions.gate import MotionToComment, MotionToWrite, MotionWithComments, OpenedMotion
from app.web.deps import Db
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter()


def _begun(text: MotionText, about: str) -> dict[str, Any]:
    """The form for a proposal about a demand (its id), a paragraph ("body-" and its number) or a new demand ("new")."""
    kept = {"about": about, "kind": "reword", "reason": "", "place": 0}
    for demand in text.demands:
        if demand.id == about:
            return {**kept, "target": demand.id, "base": demand.text, "wording": demand.text}
    paragraphs, number = proposals.paragraphs(text), about.removeprefix("body-")
    if number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(paragraphs):
        words = paragraphs[int(number)]
        return {**kept, "target": BODY, "base": words, "wording": words, "place": int(number)}
    last = text.demands[-1].id if text.demands else ""
    return {**kept, "about": "new", "kind": "add", "target": last, "base": "", "wording": "att "}


async def _show(
    request: Request,
    opened: OpenedMotion,
    *,
    form: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> HTMLResponse:
    text = await read_text(request, opened)
    about = request.query_params.get("about", "")
    async with request.app.state.database.reading() as session:
        found = await proposals.of_motion(session, opened.motion.id, opened.person, text)
        row = await queries.one(session, opened.person, opened.motion.id)
        frozen = await store.is_frozen(session, opened.motion.document_id)
    if row is None:
        raise NotFound
    values: dict[str, Any] = {
        "motion": row,
        "text": text,
        "paragraphs": proposals.paragraphs(text),
        "proposals": found,
        "open": [each for each in found if each.state == "open"],
        "decided": [each for each in found if each.state != "open"],
        "can_propose": allowed(opened.actor, Permission.MOTION_COMMENT, opened.subject) and not frozen,
        "can_decide": allowed(opened.actor, Permission.MOTION_WRITE, opened.subject) and not frozen,
        "form": form or (_begun(text, about) if about else None),
        "error": error,
        "errors": error.fields if error is not None else {},
    }
    fragment = ("form" if about else "panel") if is_fragment_request(request) else None
    status = error.status if error is not None else 200
    return render(request, "feedback/proposals.html", values, fragment=fragment, status=status)


async def _done(request: Request, opened: OpenedMotion, message: str) -> Response:
    if is_fragment_request(request):
        return await _show(request, opened)
    return redirect(request, f"/motions/{opened.motion.id}/proposals", message=message)


@router.get("/motions/{motion_id}/proposals", response_class=HTMLResponse)
async def show(request: Request, opened: MotionWithComments) -> HTMLResponse:
    """What has been proposed; with `about`, the form for proposing something about that part."""
    return await _show(request, opened)


@router.post("/motions/{motion_id}/proposals", response_model=None)
async def propose(
    request: Request,
    opened: MotionToComment,
    database: Db,
    kind: Annotated[str, Form()] = "",
    target: Annotated[str, Form()] = "",
    base: Annotated[str, Form()] = "",
    wording: Annotated[str, Form()] = "",
    place: Annotated[int, Form()] = 0,
    reason: Annotated[str, Form()] = "",
) -> Response:
    per_person.hit(str(opened.person.person_id))
    wish = proposals.Wish(kind=kind, target=target, base=base, wording=wording, place=place, reason=reason)
    try:
        await submit(request, opened, database, wish)
    except (Invalid, Conflict) as error:
        if is_fragment_request(request):
            raise
        form = {"about": "", "kind": kind, "target": target, "base": base, "wording": wording, "reason": reason}
        return await _show(request, opened, form={**form, "place": place}, error=error)
    return await _done(request, opened, _("Your proposal is there. The authors decide upon it."))


async def submit(request: Request, opened: OpenedMotion, database: Db, wish: proposals.Wish) -> Proposal:
    """Takes a proposal in. Raises Frozen for a motion that has been handed in."""
    text = await read_text(request, opened)
    async with database.writing() as session:
        if await store.is_frozen(session, opened.motion.document_id):
            raise Frozen
        return await proposals.propose(session, opened.motion, opened.person, wish, text)


@router.post("/motions/{motion_id}/proposals/acceptance", response_model=None)
async def accept_all(request: Request, opened: MotionToWrite, database: Db) -> Response:
    """Accepts what waits, the oldest first, and leaves what collides for somebody to look at."""
    text = await read_text(request, opened)
    async with database.reading() as session:
        found = await proposals.of_motion(session, opened.motion.id, opened.person, text)
    left = 0
    for each in reversed([each for each in found if each.state == "open"]):
        try:
            await proposals.accept(database, request.app.state.desk, opened.motion, each.id, opened.person)
        except Frozen:
            raise
        except Conflict:
            left += 1
    if left:
        return await _done(request, opened, _("The others are accepted. Those that are left collide; compare them."))
    return await _done(request, opened, _("All proposals are accepted."))


@router.post("/motions/{motion_id}/proposals/{proposal_id}/acceptance", response_model=None)
async def accept(request: Request, opened: MotionToWrite, database: Db, proposal_id: UUID) -> Response:
    try:
        await proposals.accept(database, request.app.state.desk, opened.motion, proposal_id, opened.person)
    except Conflict as error:
        if is_fragment_request(request):
            raise
        return await _show(request, opened, error=error)
    return await _done(request, opened, _("The proposal is accepted, and the text is changed."))


@router.post("/motions/{motion_id}/proposals/{proposal_id}/reversal", response_model=None)
async def take_back(request: Request, opened: MotionToWrite, database: Db, proposal_id: UUID) -> Response:
    """Undoes an acceptance."""
    try:
        await proposals.take_back(database, request.app.state.desk, opened.motion, proposal_id)
    except Conflict as error:
        if is_fragment_request(request):
            raise
        return await _show(request, opened, error=error)
    return await _done(request, opened, _("The text is as it was before, and the proposal waits again."))


@router.post("/motions/{motion_id}/proposals/{proposal_id}/rejection", response_model=None)
async def reject(request: Request, opened: MotionToWrite, database: Db, proposal_id: UUID) -> Response:
    async with database.writing() as session:
        await proposals.reject(session, opened.motion, proposal_id, opened.person)
    return await _done(request, opened, _("The proposal is rejected. The text is as it was."))


@router.post("/motions/{motion_id}/proposals/{proposal_id}/withdrawal", response_model=None)
async def withdraw(request: Request, opened: MotionToComment, database: Db, proposal_id: UUID) -> Response:
    async with database.writing() as session:
        await proposals.withdraw(session, opened.motion, proposal_id, opened.person)
    return await _done(request, opened, _("Your proposal is withdrawn."))
