"""The comments on a motion: a panel beside the text that keeps itself up to date, and the same as a page."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from app.access.gate import allowed
from app.access.table import Permission
from app.documents.text import MotionText
from app.feedback import comments, threads
from app.kit.errors import AppError, Conflict, Invalid, NotFound
from app.kit.i18n import _
from app.motions import queries
from app.motions.gate import MotionToComment, MotionWithComments, OpenedMotion
from app.motions.html import body_html
from app.web.deps import Db
from app.web.limits import RateLimit
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter()

#: More than anybody types, and few enough not to fill a motion or its people's mailboxes.
per_person = RateLimit(90, 600)

#: What the forms of the page hold to begin with.
_EMPTY: dict[str, Any] = {"text": "", "target": "", "reply": "", "to": None, "wording": "", "of": None}


async def read_text(request: Request, opened: OpenedMotion) -> MotionText:
    text: MotionText = await request.app.state.desk.read(opened.motion.document_id)
    return text


async def _show(
    request: Request,
    opened: OpenedMotion,
    *,
    form: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> HTMLResponse:
    """The panel, or the page; after a form that could not be taken, with what was written in it."""
    text = await read_text(request, opened)
    asked = request.query_params.get("show", "")
    show = threads.Show(asked) if asked in set(threads.Show) else threads.Show.OPEN
    async with request.app.state.database.reading() as session:
        found = await threads.of_motion(session, opened.motion.id, opened.person, text)
        people = await queries.participants(session, opened.motion.id)
        members = await queries.members_let_in(session, opened.motion.id, opened.person)
        row = await queries.one(session, opened.person, opened.motion.id)
    if row is None:
        raise NotFound
    values: dict[str, Any] = {
        "motion": row,
        "text": text,
        "body": body_html(text.body),
        "threads": threads.chosen(found, show, opened.person),
        "counts": {each.value: len(threads.chosen(found, each, opened.person)) for each in threads.Show},
        "show": show.value,
        "people": [person for person in people if person.id != opened.person.person_id],
        "members": members,
        "can_comment": allowed(opened.actor, Permission.MOTION_COMMENT, opened.subject),
        "can_resolve": allowed(opened.actor, Permission.MOTION_WRITE, opened.subject),
        "form": {**_EMPTY, **(form or {})},
        "error": error,
        "errors": error.fields if error is not None else {},
        "late": is_fragment_request(request),
    }
    fragment = "panel" if is_fragment_request(request) else None
    status = error.status if error is not None else 200
    return render(request, "feedback/comments.html", values, fragment=fragment, status=status)


async def _done(request: Request, opened: OpenedMotion, message: str, comment_id: UUID | None = None) -> Response:
    if is_fragment_request(request):
        return await _show(request, opened)
    at = f"#comment-{comment_id}" if comment_id is not None else ""
    return redirect(request, f"/motions/{opened.motion.id}/comments{at}", message=message)


@router.get("/motions/{motion_id}/comments", response_class=HTMLResponse)
async def show(request: Request, opened: MotionWithComments) -> HTMLResponse:
    return await _show(request, opened)


@router.post("/motions/{motion_id}/comments", response_model=None)
async def add(
    request: Request,
    opened: MotionToComment,
    database: Db,
    text: Annotated[str, Form()] = "",
    target: Annotated[str, Form()] = "",
    start: Annotated[str, Form(alias="from")] = "",
    end: Annotated[str, Form(alias="to")] = "",
    quote: Annotated[str, Form()] = "",
    mention: Annotated[list[UUID] | None, Form()] = None,
) -> Response:
    """Comments on words of the text, or on the title, the body or a demand as a whole."""
    per_person.hit(str(opened.person.person_id))
    anchor = comments.Anchor(target, start, end, quote)
    url = request.app.state.settings.base_url
    try:
        anchor = comments.checked(anchor, await read_text(request, opened))
        async with database.writing() as session:
            row = await comments.add(session, opened.motion, opened.person, text, anchor, mention or (), url)
    except (Invalid, Conflict) as error:
        if is_fragment_request(request):
            raise
        return await _show(request, opened, form={"text": text, "target": target}, error=error)
    return await _done(request, opened, _("The comment is there for all who take part."), row.id)


@router.post("/motions/{motion_id}/comments/{comment_id}/replies", response_model=None)
async def reply(
    request: Request, opened: MotionToComment, database: Db, comment_id: UUID, text: Annotated[str, Form()] = ""
) -> Response:
    per_person.hit(str(opened.person.person_id))
    url = request.app.state.settings.base_url
    try:
        async with database.writing() as session:
            await comments.reply(session, opened.motion, comment_id, opened.person, text, (), url)
    except (Invalid, Conflict) as error:
        if is_fragment_request(request):
            raise
        return await _show(request, opened, form={"reply": text, "to": comment_id}, error=error)
    return await _done(request, opened, _("Your reply is there."), comment_id)


@router.post("/motions/{motion_id}/comments/{comment_id}/wording", response_model=None)
async def reword(
    request: Request, opened: MotionToComment, database: Db, comment_id: UUID, text: Annotated[str, Form()] = ""
) -> Response:
    """Changes one's own comment."""
    per_person.hit(str(opened.person.person_id))
    url = request.app.state.settings.base_url
    try:
        async with database.writing() as session:
            await comments.reword(session, opened.motion, comment_id, opened.person, text, url)
    except (Invalid, Conflict) as error:
        if is_fragment_request(request):
            raise
        return await _show(request, opened, form={"wording": text, "of": comment_id}, error=error)
    return await _done(request, opened, _("Your comment has been changed."), comment_id)


@router.post("/motions/{motion_id}/comments/{comment_id}/removal", response_model=None)
async def remove(request: Request, opened: MotionToComment, database: Db, comment_id: UUID) -> Response:
    async with database.writing() as session:
        await comments.remove(session, opened.motion, comment_id, opened.person)
    return await _done(request, opened, _("Your comment is removed. You can take it back for ten minutes."), comment_id)


@router.post("/motions/{motion_id}/comments/{comment_id}/restoration", response_model=None)
async def restore(request: Request, opened: MotionToComment, database: Db, comment_id: UUID) -> Response:
    async with database.writing() as session:
        await comments.restore(session, opened.motion, comment_id, opened.person)
    return await _done(request, opened, _("Your comment is back."), comment_id)


@router.post("/motions/{motion_id}/comments/{comment_id}/resolution", response_model=None)
async def resolve(
    request: Request,
    opened: MotionToComment,
    database: Db,
    comment_id: UUID,
    resolved: Annotated[bool, Form()] = True,
) -> Response:
    """Puts a comment away as dealt with, or with `resolved` false brings it back."""
    async with database.writing() as session:
        await comments.resolve(session, opened.motion, comment_id, opened.person, opened.subject, resolved=resolved)
    said = _("The comment is marked as resolved.") if resolved else _("The comment is open again.")
    return await _done(request, opened, said)
