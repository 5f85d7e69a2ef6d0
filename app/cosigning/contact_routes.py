"""The page on which the authors of a motion turn to those of another: to show each other what they write, to write
together, to offer their association's backing."""

from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.cosigning.actions import ask as ask_for_backing
from app.kit.errors import AppError, Conflict, Invalid, NotFound
from app.kit.i18n import _
from app.motions import contacts, queries, showing
from app.motions.gate import MotionToContact, OpenedMotion
from app.motions.models import ContactKind, ContactState
from app.web.deps import Db, Writing
from app.web.limits import RateLimit
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter(prefix="/motions/{motion_id}")

#: Every question is a letter to several people; taking one back and asking again would send more of them.
_questions_per_person = RateLimit(30, 3600)


async def _show(
    request: Request,
    opened: OpenedMotion,
    *,
    other: UUID | None = None,
    form: dict[str, str] | None = None,
    error: AppError | None = None,
) -> HTMLResponse:
    """The page; with `other`, the form for turning to that motion's authors stands first."""
    async with request.app.state.database.reading() as session:
        asked_of = await queries.one(session, opened.person, other) if other is not None else None
        if other is not None and asked_of is None:
            raise NotFound
        row = await queries.one(session, opened.person, opened.motion.id)
        values: dict[str, Any] = {
            "motion": row,
            "other": asked_of,
            "contacts": await contacts.of_motion(session, opened.person, opened.motion),
            "neighbours": await showing.neighbours(session, opened.motion, opened.person),
            "names": [
                name
                for _id, name, role in await queries.people_of(session, opened.motion.id)
                if role in {"owner", "author"}
            ],
            "form": form or {},
            "error": error,
            "errors": error.fields if error is not None else {},
        }
    fragment = "waiting" if is_fragment_request(request) and error is None else None
    status = error.status if error is not None else 200
    return render(request, "cosigning/contacts.html", values, fragment=fragment, status=status)


def _done(request: Request, opened: OpenedMotion, message: str) -> RedirectResponse:
    return redirect(request, f"/motions/{opened.motion.id}/contacts", message=message)


@router.get("/contacts", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToContact, other: UUID | None = None) -> HTMLResponse:
    return await _show(request, opened, other=other)


@router.post("/contacts", response_model=None)
async def ask(
    request: Request,
    opened: MotionToContact,
    database: Db,
    other: Annotated[UUID, Form()],
    kind: Annotated[str, Form()] = "",
    message: Annotated[str, Form()] = "",
) -> Response:
    """Turns to the authors of another motion."""
    try:
        if kind not in set(ContactKind):
            text = _("Choose what you want to ask.")
            raise Invalid(text, fields={"kind": text})
        _questions_per_person.hit(str(opened.person.person_id))
        async with database.writing() as session:
            base_url = request.app.state.settings.base_url
            await contacts.ask(session, opened.motion, other, ContactKind(kind), opened.person, message, base_url)
    except (Invalid, Conflict) as error:
        return await _show(request, opened, other=other, form={"kind": kind, "message": message}, error=error)
    return _done(request, opened, _("The question is sent. Their answer comes here, and by mail."))


@router.post("/contacts/{contact_id}/acceptance", response_model=None)
async def accept(request: Request, opened: MotionToContact, session: Writing, contact_id: UUID) -> Response:
    """Says yes: lets them in, or comes in to them; an offer of backing becomes a request to their association."""
    base_url = request.app.state.settings.base_url
    row = await contacts.accept(session, opened.motion, contact_id, opened.person, base_url)
    if row.kind != ContactKind.BACK_THEIRS:
        joined = opened.motion.id if row.kind == ContactKind.JOIN_THEIRS else row.motion_id
        message = _("Now you write together in this motion. Nothing has happened to the other one; it is still there.")
        return redirect(request, f"/motions/{joined}", message=message)
    asking = await contacts.motion_of(session, row.motion_id)
    with suppress(Conflict):  # asked already, by the usual way
        await ask_for_backing(session, opened.motion, asking.association_id, opened.person, "", base_url)
    to = f"/motions/{opened.motion.id}/co-signatures"
    return redirect(request, to, message=_("They can read the motion now, and record their decision."))


@router.post("/contacts/{contact_id}/refusal", response_model=None)
async def decline(request: Request, opened: MotionToContact, session: Writing, contact_id: UUID) -> Response:
    await contacts.decline(session, opened.motion, contact_id, opened.person, request.app.state.settings.base_url)
    return _done(request, opened, _("You have said no. They are told."))


@router.post("/contacts/{contact_id}/withdrawal", response_model=None)
async def withdraw(request: Request, opened: MotionToContact, session: Writing, contact_id: UUID) -> Response:
    row = await contacts.withdraw(session, opened.motion, contact_id)
    assert row.state == ContactState.WITHDRAWN
    return _done(request, opened, _("The question is taken back."))


@router.post("/showings", response_model=None)
async def show_ours(
    request: Request, opened: MotionToContact, session: Writing, other: Annotated[UUID, Form()]
) -> Response:
    """Shows this motion's title and demands to the authors of the other, in return for theirs."""
    _questions_per_person.hit(str(opened.person.person_id))
    before = await showing.show(session, opened.motion, other, opened.person)
    if not (before.waiting or before.agreed):
        base_url = request.app.state.settings.base_url
        await contacts.tell_of_showing(session, opened.motion, before, opened.person, base_url)
    said = (
        _("Now you see each other's title and demands.")
        if before.asked or before.agreed
        else _("They are asked. When they have said yes, you see each other's title and demands.")
    )
    return _done(request, opened, said)


@router.post("/showings/{other}/withdrawal", response_model=None)
async def stop_showing(request: Request, opened: MotionToContact, session: Writing, other: UUID) -> Response:
    await showing.stop_showing(session, opened.motion, other)
    return _done(request, opened, _("Your motion is no longer shown to them, nor theirs to you."))


@router.post("/showings/{other}/refusal", response_model=None)
async def decline_showing(request: Request, opened: MotionToContact, session: Writing, other: UUID) -> Response:
    await showing.decline(session, opened.motion, other)
    return _done(request, opened, _("You have said no. They are told, and have seen nothing."))
