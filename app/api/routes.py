"""Motions over HTTP for programs (design: the contract of the HTTP API)."""

from typing import TypeVar
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.gate import allowed, require
from app.access.roles import Role
from app.access.table import Permission, Subject
from app.api import schemas
from app.associations import actions as association_actions
from app.associations import queries as association_queries
from app.associations.models import Association
from app.browsing.search import Order, browse, read_cursor, words_of, write_cursor
from app.calls import actions as call_actions
from app.calls import queries as call_queries
from app.calls.models import Call
from app.cosigning import views
from app.cosigning.api import shown
from app.documents.editing import TextChange
from app.documents.models import Document
from app.kit.errors import Forbidden, Invalid
from app.kit.i18n import _
from app.matching.feed import Feed
from app.motions import authors, queries, tickets
from app.motions.actions import NewMotion, check_size, start_motion
from app.motions.gate import MotionToRead, MotionToWrite, OpenedMotion, writing_role
from app.motions.models import Status
from app.motions.projection import project
from app.motions.versions import Reason, versions_of
from app.web.deps import Db, Member, Reading, SignedIn

router = APIRouter(prefix="/api/v1", tags=["motions"])

#: The call, and the association, of a motion for which none was named.
DEFAULT_CALL = "Motioner"
DEFAULT_ASSOCIATION = "Enskild motionär"


async def _association(session: AsyncSession, actor: Actor, given: str | None) -> Association:
    """The association that a new motion is for. An administrator may name one that is not there yet."""
    if given is None:
        own = list(await session.scalars(select(Association).where(Association.id.in_(actor.memberships))))
        if len(own) == 1:
            return own[0]
        if own:
            text = _("You belong to several associations. Name the one that the motion is for.")
            raise Invalid(text, fields={"association": text})
        given = DEFAULT_ASSOCIATION
    found = await _by_name_or_id(session, Association, given)
    if found is None:
        if not actor.is_admin:
            text = _("There is no association called {name}.", name=given)
            raise Invalid(text, fields={"association": text})
        found = await association_actions.find_or_add(session, given)
    require(actor, Permission.MOTION_CREATE, Subject(association_id=found.id))
    return found


async def _call(session: AsyncSession, actor: Actor, given: str | None) -> Call:
    """The call that a new motion is for: when none is named, the one whose deadline is next."""
    if given is None:
        calls = await call_queries.latest_first(session)
        return calls[0] if calls else await call_actions.find_or_add(session, DEFAULT_CALL)
    found = await _by_name_or_id(session, Call, given)
    if found is not None:
        return found
    if not actor.is_admin:
        text = _("There is no call for motions named {name}.", name=given)
        raise Invalid(text, fields={"call": text})
    return await call_actions.find_or_add(session, given)


T = TypeVar("T", Association, Call)


async def _by_name_or_id(session: AsyncSession, kind: type[T], given: str) -> T | None:
    try:
        found = await session.get(kind, UUID(given))
    except ValueError:
        found = None
    return found or await session.scalar(select(kind).where(kind.name == " ".join(given.split())))


async def _whole(request: Request, opened: OpenedMotion) -> schemas.MotionOut:
    """The motion with its text read from the live document."""
    motion = opened.motion
    async with request.app.state.database.reading() as session:
        seq = await session.scalar(select(Document.seq).where(Document.id == motion.document_id))
    text = await request.app.state.desk.read(motion.document_id)
    async with request.app.state.database.reading() as session:
        row = await queries.one(session, opened.person, motion.id)
        names = await authors.names(session, motion.id)
        co_signatures = await views.of_motion(session, motion.id, text)
    if row is None:
        raise Forbidden
    return schemas.MotionOut(
        id=motion.id,
        external_id=row.external_id,
        title=text.title,
        body=text.body_text,
        demands=[schemas.DemandOut(id=demand.id, text=demand.text) for demand in text.demands],
        status=row.status,
        visibility=row.visibility,
        association=row.association,
        call=row.call,
        theme=row.theme,
        authors=names,
        document_id=motion.document_id,
        version=seq or 0,
        co_signatures=[shown(each) for each in co_signatures],
    )


@router.post("/motions", status_code=201)
async def create(request: Request, actor: Member, database: Db, given: schemas.MotionIn) -> schemas.MotionOut:
    """Starts a motion; the caller owns it, and its text is in the live document before the answer."""
    check_size(given.title, given.body, given.demands)
    async with database.writing() as session:
        association = await _association(session, actor, given.association)
        call = await _call(session, actor, given.call)
        motion = await start_motion(
            session,
            NewMotion(
                title=given.title,
                body=given.body,
                demands=given.demands,
                association_id=association.id,
                call_id=call.id,
                owner_id=actor.person_id,
                visibility=given.visibility,
            ),
        )
    subject = Subject(association_id=association.id, roles={actor.person_id: Role.OWNER})
    return await _whole(request, OpenedMotion(motion, subject, actor))


@router.get("/motions")
async def index(
    request: Request,
    actor: SignedIn,
    session: Reading,
    call: str | None = None,
    association: str | None = None,
    circuit: str | None = None,
    theme: str | None = None,
    status: Status | None = None,
    q: str | None = None,
    sort: Order = "date",
    cursor: str | None = None,
) -> schemas.MotionPage:
    """A page of the motions that the caller may see: newest change first, or those first that answer `q` best.

    `circuit` takes in the associations below it.
    """
    nothing = schemas.MotionPage(motions=[], next_cursor=None)
    named_call = await _by_name_or_id(session, Call, call) if call is not None else None
    if call is not None and named_call is None:
        return nothing
    within: frozenset[UUID] | None = None
    for given, takes_in in ((association, False), (circuit, True)):
        if given is None:
            continue
        named = await _by_name_or_id(session, Association, given)
        if named is None:
            return nothing
        some = await association_queries.below(session, named.id) if takes_in else frozenset({named.id})
        within = some if within is None else within & some
    where = queries.Filter(
        call_id=named_call.id if named_call is not None else None, association_ids=within, theme=theme, status=status
    )
    feed: Feed = request.app.state.matching
    words = words_of(q, feed.engine.parts)
    page = await browse(session, actor, where, words, engine=feed.complete, order=sort, after=read_cursor(cursor))
    fields = schemas.MotionSummary.model_fields
    return schemas.MotionPage(
        motions=[schemas.MotionSummary(**{name: getattr(hit.motion, name) for name in fields}) for hit in page.hits],
        next_cursor=write_cursor(page.following) if page.following is not None else None,
    )


@router.get("/motions/{motion_id}")
async def show(request: Request, opened: MotionToRead) -> schemas.MotionOut:
    return await _whole(request, opened)


@router.patch("/motions/{motion_id}")
async def change(
    request: Request, opened: MotionToWrite, database: Db, given: schemas.MotionPatch
) -> schemas.MotionOut:
    """A minimal edit of the live text, under open editors' eyes; 409 when the motion has been handed in."""
    demands = given.demands
    check_size(given.title, given.body, [demand.text for demand in demands] if demands is not None else None)
    wanted = TextChange(
        title=given.title,
        body=given.body,
        demands=tuple((demand.id, demand.text) for demand in demands) if demands is not None else None,
        by=opened.person.person_id,
    )
    desk = request.app.state.desk
    await desk.edit(opened.motion.document_id, wanted)
    await project(database, desk, opened.motion.document_id)
    return await _whole(request, opened)


@router.post("/motions/{motion_id}/tickets", status_code=201)
async def ticket(request: Request, opened: MotionToRead, given: schemas.TicketIn | None = None) -> schemas.TicketOut:
    """A ticket to the live text, no stronger than the caller is."""
    strongest = writing_role(opened.actor, opened.subject) or Role.READER
    wanted = given.role if given is not None and given.role is not None else strongest
    role = strongest.weaker_of(Role.AUTHOR if wanted is Role.OWNER else wanted)
    made = tickets.Ticket(opened.motion.document_id, opened.person.person_id, role)
    text, expires_at = tickets.issue(request.app.state.settings.secret_key, made)
    return schemas.TicketOut(ticket=text, document_id=opened.motion.document_id, role=role, expires_at=expires_at)


@router.get("/motions/{motion_id}/versions")
async def versions(opened: MotionToRead, session: Reading) -> list[schemas.VersionOut]:
    """The kept versions, newest first; who has no part in the motion sees those of moments that concern others."""
    follows = allowed(opened.actor, Permission.MOTION_HISTORY, opened.subject)
    return [
        schemas.VersionOut(
            number=row.number, reason=row.reason, name=row.name, sha256=row.sha256, created_at=row.created_at
        )
        for row in await versions_of(session, opened.motion.id)
        if follows or row.reason in {Reason.BACKED, Reason.SUBMITTED}
    ]
