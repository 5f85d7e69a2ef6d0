"""The pages of motions: starting one, writing, reading, opening it to others."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.gate import allowed
from app.access.roles import Visibility
from app.access.table import Permission
from app.associations import queries as associations
from app.calls import queries as calls
from app.calls.gate import CallToRead, subject_of
from app.documents import store
from app.documents.text import Block, MotionText, Span
from app.kit.errors import Forbidden, Invalid, NotFound
from app.kit.i18n import _
from app.motions import access_requests, authors, queries
from app.motions.actions import NewMotion, set_visibility, start_motion
from app.motions.gate import MotionToAskAbout, MotionToOpen, MotionToRead, OpenedMotion, Starter, writing_role
from app.motions.html import body_html
from app.motions.themes import THEMES
from app.web.deps import Member, Reading, Writing
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter()


@router.get("/calls", response_class=HTMLResponse)
async def index_of_calls(request: Request, _actor: Member, session: Reading) -> HTMLResponse:
    return render(request, "calls/index.html", {"calls": await calls.latest_first(session)})


@router.get("/calls/{call_id}", response_class=HTMLResponse)
async def show_call(request: Request, call: CallToRead, actor: Member, session: Reading) -> HTMLResponse:
    """A call with its deadline, the reader's own motions in it, and those of others that are open."""
    mine, _more = await queries.motions(session, actor, queries.Filter(call_id=call.id, mine=True))
    others, following = await queries.motions(session, actor, queries.Filter(call_id=call.id, mine=False), limit=60)
    own = await associations.by_ids(session, set(actor.memberships))
    values = {
        "call": call,
        "mine": mine,
        "others": others,
        "more": following is not None,
        "associations": sorted(own.values(), key=lambda association: association.name),
        "can_manage": allowed(actor, Permission.CALL_MANAGE, subject_of(call)),
        "has_template": await calls.has_template(session, call.id),
        "has_booklet": await queries.any_handed_in(session, actor, call.id),
        "errors": {},
    }
    return render(request, "calls/show.html", values)


def template_blocks(headings: list[str]) -> list[Block]:
    """A call's template as the beginning of a body: each heading with an empty paragraph under it."""
    blocks: list[Block] = []
    for heading in headings:
        blocks.append(Block("heading", (Span(heading),), level=2))
        blocks.append(Block("paragraph", ()))
    return blocks or [Block("paragraph", ())]


@router.post("/calls/{call_id}/motions")
async def start(
    request: Request,
    call: CallToRead,
    starter: Starter,
    session: Writing,
    title: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Starts a motion from the call's template and leads to it."""
    motion = await start_motion(
        session,
        NewMotion(
            title=" ".join(title.split()),
            body=template_blocks(call.headings),
            demands=["att "],
            association_id=starter.association_id,
            call_id=call.id,
            owner_id=starter.actor.person_id,
        ),
    )
    return redirect(request, f"/motions/{motion.id}")


async def _page(request: Request, opened: OpenedMotion, session: AsyncSession) -> dict[str, Any]:
    """What every page of one motion shows: its row, its people, its call, and the text as far as it may be read."""
    text: MotionText | None = None
    if allowed(opened.actor, Permission.MOTION_READ, opened.subject):
        # Before the session is used: a room that has to be loaded takes a connection, and forty people who open
        # motions at once must not hold all that there are while they wait for one more.
        text = await request.app.state.desk.read(opened.motion.document_id)
    row = await queries.one(session, opened.person, opened.motion.id)
    if row is None:
        raise NotFound
    call = (await calls.by_ids(session, {opened.motion.call_id}))[opened.motion.call_id]
    values: dict[str, Any] = {
        "motion": row,
        "subject": opened.subject,
        "authors": await authors.names(session, opened.motion.id),
        "people": await queries.people_of(session, opened.motion.id),
        "call": call,
        "has_template": await calls.has_template(session, call.id),
        "hints": dict(zip(call.headings, call.hints, strict=False)),
        "frozen": await store.is_frozen(session, opened.motion.document_id),
        "role": writing_role(opened.actor, opened.subject),
        "themes": THEMES,
    }
    if text is not None:
        return {**values, "text": text, "body": body_html(text.body)}
    may = allowed(opened.actor, Permission.MOTION_SEE_DEMANDS, opened.subject)
    return {**values, "demands": await queries.demands_of(session, opened.motion.id) if may else []}


@router.get("/motions/{motion_id}", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToAskAbout, session: Reading) -> HTMLResponse:
    """The motion: for its authors a place to write, for others a page to read, as far as it is open to them."""
    if not allowed(opened.actor, Permission.MOTION_SEE, opened.subject):
        values = {
            "motion_id": opened.motion.id,
            "association": await queries.association_name(session, opened.motion),
            "asked": await access_requests.pending(session, opened.motion.id, opened.person.person_id) is not None,
        }
        return render(request, "motions/ask.html", values, status=Forbidden.status)
    values = await _page(request, opened, session)
    if "text" not in values:
        return render(request, "motions/glimpse.html", values)
    # A page for writing stays open when the motion is handed in, or the right to write is taken away.
    if is_fragment_request(request):
        return render(request, "motions/write.html", values, fragment="status")
    # Whoever may comment has the live text too, to mark words in it.
    if not allowed(opened.actor, Permission.MOTION_COMMENT, opened.subject) or values["frozen"]:
        return render(request, "motions/show.html", values)
    everybody = await queries.participants(session, opened.motion.id)
    values["others"] = [person for person in everybody if person.id != opened.person.person_id]
    values["members"] = await queries.members_let_in(session, opened.motion.id, opened.person)
    return render(request, "motions/write.html", values)


@router.get("/motions/{motion_id}/text", response_class=HTMLResponse)
async def read(request: Request, opened: MotionToRead, session: Reading) -> HTMLResponse:
    """The motion as it reads on paper, also for its authors."""
    return render(request, "motions/show.html", await _page(request, opened, session))


@router.post("/motions/{motion_id}/visibility")
async def change_visibility(
    request: Request, opened: MotionToOpen, session: Writing, visibility: Annotated[str, Form()]
) -> RedirectResponse:
    """How far the motion is open to members of other associations."""
    if visibility not in set(Visibility):
        raise Invalid(_("Choose how much of the motion others may see."))
    await set_visibility(session, opened.motion.id, Visibility(visibility))
    said = {
        Visibility.HIDDEN: _("The motion is now hidden from everybody but those invited."),
        Visibility.THEME: _("Other associations now see that you write on this theme, but not what."),
        Visibility.DEMANDS: _("Other associations now see the title and the demands."),
        Visibility.TEXT: _("Other associations can now read the whole motion."),
    }
    return redirect(request, f"/motions/{opened.motion.id}", message=said[Visibility(visibility)])
