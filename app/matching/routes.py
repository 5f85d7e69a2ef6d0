"""The quiet panel beside a motion: who else writes this, and why we think so."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import delete

from app.access.gate import allowed, guards, require
from app.access.table import Permission
from app.documents.text import MotionText
from app.kit import clock
from app.kit.errors import NotFound
from app.matching.comparing import compared
from app.matching.models import Dismissal
from app.matching.search import Beside, find_beside, left_out, on_the_theme, query_of
from app.motions import contacts, queries, showing
from app.motions.gate import MotionToRead, OpenedMotion
from app.motions.models import Motion
from app.web.deps import Db
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter()

#: Suggestions in the panel: few enough to be read, many enough to choose.
SHOWN = 4
#: Motions of calls that are over.
EARLIER = 3
#: How sure a suggestion is to be about the same matter: rather nothing than something that is only a little alike.
SURE_ENOUGH = 0.2
#: Letters below which a text is too short to resemble anything.
FEWEST_LETTERS = 25


@guards(Permission.MEMBER)
async def _member(opened: MotionToRead) -> OpenedMotion:
    """Other associations' motions are for members: a guest who writes in one motion is shown none of the others."""
    require(opened.actor, Permission.MEMBER)
    return opened


MemberInMotion = Annotated[OpenedMotion, Depends(_member)]


async def _panel(request: Request, opened: OpenedMotion, dismissed: UUID | None = None) -> HTMLResponse:
    state = request.app.state
    text: MotionText = await state.desk.read(opened.motion.document_id)
    async with state.database.reading() as session:
        without = await left_out(session, opened.person, opened.motion)
        put_away = await session.get(Motion, dismissed) if dismissed is not None else None
        may_turn = allowed(opened.actor, Permission.MOTION_CONTACT, opened.subject)
        neighbours = await showing.neighbours(session, opened.motion, opened.person) if may_turn else []
        on_theme = [] if may_turn else await on_the_theme(session, opened.person, opened.motion)
        asked = await contacts.asked_of(session, opened.motion.id) if may_turn else {}
    letters = len(text.title) + len(text.body_text) + sum(len(demand.text) for demand in text.demands)
    beside = Beside([], [])
    if letters >= FEWEST_LETTERS:
        beside = await find_beside(
            state.database,
            state.matching,
            opened.person,
            query_of(text),
            leave_out=without,
            limit=SHOWN,
            earlier=EARLIER,
            at_least=SURE_ENOUGH,
        )
    values = {
        "decided": await state.shelf.find(text.demands),
        "writes": allowed(opened.actor, Permission.MOTION_WRITE, opened.subject),
        "motion_id": opened.motion.id,
        "suggestions": [compared(each, text.body_text) for each in beside.present],
        "earlier": beside.earlier,
        "too_short": letters < FEWEST_LETTERS,
        "hidden": opened.motion.visibility == "hidden",
        "can_ask": allowed(opened.actor, Permission.CO_SIGNATURE_REQUEST, opened.subject),
        "can_open": allowed(opened.actor, Permission.MOTION_OPEN, opened.subject),
        "put_away": put_away,
        "theme": opened.motion.theme,
        "on_theme": on_theme,
        "neighbours": [each for each in neighbours if not each.asked],
        "may_turn": may_turn,
        "asked": asked,
        "can_back": bool(opened.person.mandates),
    }
    fragment = "panel" if is_fragment_request(request) else None
    return render(request, "matching/suggestions.html", values, fragment=fragment)


@router.get("/motions/{motion_id}/suggestions", response_class=HTMLResponse)
async def suggestions(request: Request, opened: MemberInMotion) -> HTMLResponse:
    return await _panel(request, opened)


@router.post("/motions/{motion_id}/dismissals", response_model=None)
async def dismiss(request: Request, opened: MemberInMotion, database: Db, other: Annotated[UUID, Form()]) -> Response:
    """Not relevant: this person is not shown the other motion beside this one again."""
    async with database.writing() as session:
        if await queries.one(session, opened.person, other) is None:
            raise NotFound
        if await session.get(Dismissal, (opened.motion.id, other, opened.person.person_id)) is None:
            session.add(
                Dismissal(
                    motion_id=opened.motion.id,
                    other_id=other,
                    person_id=opened.person.person_id,
                    dismissed_at=clock.now(),
                )
            )
    if is_fragment_request(request):
        return await _panel(request, opened, dismissed=other)
    return redirect(request, f"/motions/{opened.motion.id}")


@router.post("/motions/{motion_id}/dismissals/{other}/undoing", response_model=None)
async def undo_dismissal(request: Request, opened: MemberInMotion, database: Db, other: UUID) -> Response:
    """Shows the other motion again."""
    async with database.writing() as session:
        await session.execute(
            delete(Dismissal).where(
                Dismissal.motion_id == opened.motion.id,
                Dismissal.other_id == other,
                Dismissal.person_id == opened.person.person_id,
            )
        )
    if is_fragment_request(request):
        return await _panel(request, opened)
    return redirect(request, f"/motions/{opened.motion.id}")
