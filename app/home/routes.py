"""The first page, the page of what to do, and what is said about personal data."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.gate import PUBLIC
from app.calls import queries as calls
from app.cosigning.views import waiting_for
from app.home.tasks import calls_to_show, in_order
from app.motions import authors, contacts, showing
from app.motions import queries as motions
from app.motions.sharing import Life
from app.people.actions import GUEST_LIFE, LINK_LIFE, SESSION_LIFE
from app.web.deps import MaybeActor, Reading, SignedIn
from app.web.pages import render

router = APIRouter()

#: Motions listed at the most; whoever writes on more finds the rest in the list of motions.
MOTIONS = 100


@router.get("/", dependencies=[PUBLIC], response_model=None)
async def first_page(request: Request, actor: MaybeActor) -> Response:
    """What the product is; whoever is signed in comes to what there is to do."""
    if actor is not None:
        return RedirectResponse("/home", 303)
    return render(request, "web/home.html")


@router.get("/home", response_class=HTMLResponse)
async def to_do(request: Request, actor: SignedIn, session: Reading) -> HTMLResponse:
    """What waits for the reader: motions to write, requests to answer, deadlines. A guest sees the motions joined."""
    mine, following = await motions.motions(session, actor, motions.Filter(mine=True), limit=MOTIONS)
    values = {
        "mine": in_order(mine),
        "more": following is not None,
        "requests": await waiting_for(session, actor) if actor.mandates and not actor.is_guest else [],
        "questions": await contacts.waiting_for(session, actor),
        "authorships": await authors.waiting_for(session, actor),
        "showings": await showing.waiting_for(session, actor),
        "calls": calls_to_show(await calls.latest_first(session), mine) if actor.is_member else [],
    }
    return render(request, "home/to_do.html", values)


@router.get("/privacy", dependencies=[PUBLIC], response_class=HTMLResponse)
async def privacy(request: Request) -> HTMLResponse:
    """What is stored about people, who sees it and for how long. The times are those that the code goes by."""
    values = {
        "link_minutes": int(LINK_LIFE.total_seconds()) // 60,
        "session_days": SESSION_LIFE.days,
        "guest_days": GUEST_LIFE.days,
        "share_link_days": Life.MONTH.length.days,
    }
    return render(request, "home/privacy.html", values)
