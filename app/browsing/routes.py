"""The list of motions to be searched, and what is like one of them."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from app.access.gate import allowed, guards, require
from app.access.table import Permission
from app.associations import queries as associations
from app.browsing import maps, theme_routes
from app.browsing.search import Order, browse, read_cursor, words_of, write_cursor
from app.calls import queries as calls
from app.matching.cards import Demand, Query
from app.matching.comparing import compared
from app.matching.feed import Feed
from app.matching.search import find, query_of
from app.motions import queries
from app.motions.gate import OpenedMotion, opened_for
from app.motions.models import Status
from app.motions.themes import THEMES
from app.web.deps import Db, Reading, SignedIn
from app.web.pages import is_fragment_request, render

router = APIRouter()
router.include_router(maps.router)
router.include_router(theme_routes.router)

#: Motions on one page of the list.
SHOWN = 100
#: Motions that are shown as like another, and how sure it is to be that they are about the same matter.
ALIKE = 12
SURE_ENOUGH = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form sends. What it can't have sent, such as a theme that there is not, narrows nothing down."""

    q: str = ""
    theme: str = ""
    association: str = ""
    circuit: str = ""
    call: str = ""
    status: str = ""
    sort: str = ""
    cursor: str = ""

    @property
    def narrows(self) -> bool:
        return any([self.q.strip(), self.theme, self.association, self.circuit, self.call, self.status])

    @property
    def has_more(self) -> bool:
        """Whether something is chosen that the form keeps folded up."""
        return any([self.circuit, self.call, self.status, self.sort])

    @property
    def order(self) -> Order:
        return "date" if self.sort == "date" else "relevance"

    def address(self, cursor: str) -> str:
        """Where the page of the list is that begins there."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return "/motions?" + urlencode({name: value for name, value in {**values, "cursor": cursor}.items() if value})


def _id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


async def _where(session: Reading, asked: Asked) -> queries.Filter:
    within: frozenset[UUID] | None = None
    association, circuit = _id(asked.association), _id(asked.circuit)
    if circuit is not None:
        within = await associations.below(session, circuit)
    if association is not None:
        within = frozenset({association}) if within is None else within & {association}
    return queries.Filter(
        call_id=_id(asked.call),
        association_ids=within,
        theme=asked.theme if asked.theme in THEMES else None,
        status=asked.status if asked.status in set(Status) else None,
    )


@router.get("/motions", response_class=HTMLResponse)
async def index(
    request: Request, actor: SignedIn, session: Reading, asked: Annotated[Asked, Depends()]
) -> HTMLResponse:
    """All motions that the reader may see, to be searched and narrowed down."""
    feed: Feed = request.app.state.matching
    words = words_of(asked.q, feed.engine.parts)
    after = read_cursor(asked.cursor)
    where = await _where(session, asked)
    page = await browse(session, actor, where, words, engine=feed.complete, order=asked.order, after=after, limit=SHOWN)
    values = {
        "page": page,
        "next": asked.address(write_cursor(page.following)) if page.following is not None else None,
        "is_first": after is None,
        "asked": asked,
        "themes": THEMES,
        "statuses": list(Status),
    }
    if is_fragment_request(request):
        return render(request, "browsing/motions.html", values, fragment="results")
    member = actor.is_member
    return render(
        request,
        "browsing/motions.html",
        {
            **values,
            "associations": await associations.that_can_back(session) if member else [],
            "circuits": await associations.circuits(session) if member else [],
            "calls": await calls.latest_first(session) if member else [],
        },
    )


@guards(Permission.MEMBER)
async def _by_a_member(
    opened: Annotated[OpenedMotion, Depends(opened_for(Permission.MOTION_SEE_DEMANDS))],
) -> OpenedMotion:
    """Other associations' motions are for members."""
    require(opened.actor, Permission.MEMBER)
    return opened


MotionToCompare = Annotated[OpenedMotion, Depends(_by_a_member)]


async def as_far_as_open(request: Request, opened: OpenedMotion) -> Query:
    """The motion's text to be compared with others, no more of it than the reader may see."""
    motion = opened.motion
    if allowed(opened.actor, Permission.MOTION_READ, opened.subject):
        return query_of(await request.app.state.desk.read(motion.document_id))
    async with request.app.state.database.reading() as session:
        demands = await queries.demands_of(session, motion.id)
    return Query(motion.title, "", tuple(Demand(demand.id, demand.text) for demand in demands))


@router.get("/motions/{motion_id}/similar", response_class=HTMLResponse)
async def similar(request: Request, opened: MotionToCompare, database: Db) -> HTMLResponse:
    """The motions that are like this one, each with the reasons."""
    query = await as_far_as_open(request, opened)
    leave_out = [opened.motion.id]
    found = await find(
        database,
        request.app.state.matching,
        opened.person,
        query,
        leave_out=leave_out,
        limit=ALIKE,
        at_least=SURE_ENOUGH,
        marked=True,
    )
    async with database.reading() as session:
        motion = await queries.one(session, opened.person, opened.motion.id)
    alike = [compared(each, query.body) for each in found]
    return render(request, "browsing/similar.html", {"motion": motion, "alike": alike})
