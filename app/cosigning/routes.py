"""The page where a motion's backing is asked for, recorded, confirmed again and withdrawn."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.actor import Actor
from app.access.gate import allowed, guards, require
from app.access.table import Permission, Subject
from app.associations import queries as associations
from app.cosigning import actions, views
from app.cosigning.models import CoSignature, State
from app.documents.text import MotionText, demand_digest
from app.kit import clock
from app.kit.errors import AppError, Conflict, Invalid, NotFound
from app.kit.i18n import _
from app.motions import queries
from app.motions.gate import MotionToBack, MotionToRead, OpenedMotion
from app.motions.html import body_html
from app.web.deps import Db, MaybeActor
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter()


async def _show(
    request: Request, opened: OpenedMotion, *, form: dict[str, Any] | None = None, error: AppError | None = None
) -> HTMLResponse:
    """The page; after a form that could not be taken, with what was typed and what is wrong with it."""
    text: MotionText = await request.app.state.desk.read(opened.motion.document_id)
    async with request.app.state.database.reading() as session:
        shown = await views.of_motion(session, opened.motion.id, text)
        own = await associations.by_ids(session, set(opened.person.mandates) - {opened.motion.association_id})
        asked = {each.association_id for each in shown if each.stands or each.state is State.REQUESTED}
        candidates = [
            each
            for each in await associations.that_can_back(session)
            if each.id not in asked and each.id != opened.motion.association_id
        ]
        row = await queries.one(session, opened.person, opened.motion.id)
    if row is None:
        raise NotFound
    values: dict[str, Any] = {
        "motion": row,
        "text": text,
        "body": body_html(text.body),
        "co_signatures": shown,
        "by_association": {each.association_id: each for each in shown},
        "digests": {demand.id: demand_digest(demand.text) for demand in text.demands},
        "own": sorted(own.values(), key=lambda association: association.name),
        "candidates": candidates,
        "standing": {each.association_id for each in shown if each.stands},
        "can_ask": allowed(opened.actor, Permission.CO_SIGNATURE_REQUEST, opened.subject),
        "mandates": opened.person.mandates,
        "today": _today(),
        "form": form or {},
        "error": error,
        "errors": error.fields if error is not None else {},
    }
    part = "demands" if request.query_params.get("part") == "demands" else "list"
    fragment = part if is_fragment_request(request) and error is None else None
    status = error.status if error is not None else 200
    return render(request, "cosigning/co_signatures.html", values, fragment=fragment, status=status)


def _today() -> date:
    return clock.now().astimezone(clock.STOCKHOLM).date()


@router.get("/motions/{motion_id}/co-signatures", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToRead) -> HTMLResponse:
    return await _show(request, opened)


@router.post("/motions/{motion_id}/co-signature-requests", response_model=None)
async def ask(
    request: Request,
    opened: MotionToBack,
    database: Db,
    association: Annotated[str, Form()] = "",
    message: Annotated[str, Form()] = "",
) -> Response:
    """Asks an association to stand behind the motion."""
    try:
        association_id = UUID(association)
    except ValueError:
        association_id = UUID(int=0)
    try:
        async with database.writing() as session:
            base_url = request.app.state.settings.base_url
            await actions.ask(session, opened.motion, association_id, opened.person, message, base_url)
    except (Invalid, Conflict) as error:
        return await _show(request, opened, form={"association": association, "message": message}, error=error)
    return _done(request, opened, _("The request is sent. You will see their answer here."))


def _done(request: Request, opened: OpenedMotion, message: str) -> RedirectResponse:
    return redirect(request, f"/motions/{opened.motion.id}/co-signatures", message=message)


@guards(Permission.CO_SIGNATURE_DECIDE)
def mandate(actor: Actor | None, association_id: UUID) -> None:
    """Raises Forbidden unless the actor may record what the association decides."""
    require(actor, Permission.CO_SIGNATURE_DECIDE, Subject(association_id=association_id))


@guards(Permission.CO_SIGNATURE_DECIDE)
async def _answering(
    opened: MotionToRead, actor: MaybeActor, association: Annotated[UUID, Form()]
) -> tuple[OpenedMotion, UUID]:
    mandate(actor, association)
    return opened, association


async def _seen(request: Request) -> dict[str, str]:
    """The digests of the demands as the page showed them."""
    form = await request.form()
    return {key.removeprefix("seen-"): str(value) for key, value in form.multi_items() if key.startswith("seen-")}


@router.post("/motions/{motion_id}/co-signatures", response_model=None)
async def decide(
    request: Request,
    answering: Annotated[tuple[OpenedMotion, UUID], Depends(_answering)],
    database: Db,
    state: Annotated[str, Form()] = "",
    decided_by: Annotated[str, Form()] = "",
    decided_on: Annotated[str, Form()] = "",
    paragraph: Annotated[str, Form()] = "",
    covers: Annotated[str, Form()] = "all",
    demands: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Records that the association intends to back the motion, or has decided to."""
    opened, association_id = answering
    text = await request.app.state.desk.read(opened.motion.document_id)
    try:
        decision = actions.Decision(
            state=State(state) if state in set(State) else State.REQUESTED,
            decided_by=decided_by,
            decided_on=parse_date(decided_on),
            paragraph=paragraph,
            demands=None if covers == "all" else frozenset(demands or ()),
            seen=await _seen(request),
        )
        async with database.writing() as session:
            await actions.record(session, opened.motion, association_id, opened.person, decision, text)
    except (Invalid, Conflict) as error:
        form = {
            "association": str(association_id),
            "state": state,
            "decided_by": decided_by,
            "decided_on": decided_on,
            "paragraph": paragraph,
            "covers": covers,
            "demands": demands or [],
        }
        return await _show(request, opened, form=form, error=error)
    return _done(request, opened, _("The decision is recorded. Thank you for standing behind the motion."))


def parse_date(typed: str) -> date | None:
    """A date as browsers and people write it (2026-11-22), None for an empty field. Raises Invalid by field."""
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        text = _("Write the date as year-month-day, for example 2026-11-22.")
        raise Invalid(text, fields={"decided_on": text}) from None


@guards(Permission.CO_SIGNATURE_DECIDE)
async def own_co_signature(
    opened: MotionToRead, actor: MaybeActor, database: Db, co_signature_id: UUID
) -> tuple[OpenedMotion, CoSignature]:
    """The co-signature of the path, for those with its association's mandate."""
    async with database.reading() as session:
        row = await actions.get(session, opened.motion.id, co_signature_id)
    mandate(actor, row.association_id)
    return opened, row


OwnCoSignature = Annotated[tuple[OpenedMotion, CoSignature], Depends(own_co_signature)]


@router.post("/motions/{motion_id}/co-signatures/{co_signature_id}/reconfirmation", response_model=None)
async def reconfirm(request: Request, own: OwnCoSignature, database: Db) -> Response:
    """The association stands behind the demands as they read now."""
    opened, row = own
    text = await request.app.state.desk.read(opened.motion.document_id)
    try:
        async with database.writing() as session:
            await actions.reconfirm(session, opened.motion, row.id, opened.person, text, await _seen(request))
    except (Invalid, Conflict) as error:
        return await _show(request, opened, error=error)
    return _done(request, opened, _("Confirmed: the association stands behind the text as it reads now."))


@router.post("/motions/{motion_id}/co-signatures/{co_signature_id}/withdrawal", response_model=None)
async def withdraw(request: Request, own: OwnCoSignature, database: Db) -> Response:
    """Declines a request, or takes a backing back."""
    opened, row = own
    async with database.writing() as session:
        left = await actions.leave(session, opened.motion, row.id, opened.person)
    said = {
        State.DECLINED: _("You have declined. The authors can see it."),
        State.WITHDRAWN: _("The backing is withdrawn. You can record a new decision at any time."),
    }
    return _done(request, opened, said[State(left.state)])
