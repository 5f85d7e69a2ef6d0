"""A motion's theme: suggested, accepted with one click, chosen from the list, or taken away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from app.browsing.theming import suggested
from app.matching.search import query_of
from app.motions.actions import set_theme
from app.motions.gate import MotionToOpen, OpenedMotion
from app.motions.themes import THEMES
from app.web.deps import Db
from app.web.pages import is_fragment_request, redirect, render

router = APIRouter()


async def _themes(request: Request, opened: OpenedMotion, theme: str | None) -> HTMLResponse:
    state, motion_id = request.app.state, opened.motion.id
    suggestions = []
    if theme is None:
        query = query_of(await state.desk.read(opened.motion.document_id))
        suggestions = await suggested(state.database, state.matching, opened.person, query, leave_out=[motion_id])
    values = {"motion_id": motion_id, "theme": theme, "suggestions": suggestions, "themes": THEMES}
    fragment = "choices" if is_fragment_request(request) else None
    return render(request, "browsing/themes.html", values, fragment=fragment)


@router.get("/motions/{motion_id}/themes", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToOpen) -> HTMLResponse:
    """The motion's theme, or themes that fit it."""
    return await _themes(request, opened, opened.motion.theme)


@router.post("/motions/{motion_id}/theme", response_model=None)
async def change(request: Request, opened: MotionToOpen, database: Db, theme: Annotated[str, Form()] = "") -> Response:
    """Gives the motion a theme, or takes it away."""
    motion_id: UUID = opened.motion.id
    async with database.writing() as session:
        await set_theme(session, motion_id, theme or None)
    if is_fragment_request(request):
        return await _themes(request, opened, theme or None)
    return redirect(request, f"/motions/{motion_id}")
