"""A change is proposed, and accepted, rejected or withdrawn; accepting it changes the live text."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.documents import amending
from app.documents.amending import BODY, Amendment
from app.documents.desk import TextDesk
from app.documents.editing import TextChange
from app.documents.text import MotionText, collapse, normalise_demand
from app.feedback.events import ProposalsChanged
from app.feedback.models import Proposal
from app.kit import clock
from app.kit.db import Database
from app.kit.diff import Piece, word_diff
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.kit.ids import uuid7
from app.motions.models import Motion
from app.people.models import Person

MAX_WORDING = 8_000
MAX_REASON = 1_000
#: Proposals in one motion that nobody has decided upon.
MAX_OPEN = 200
#: How long the way back from an acceptance stands first.
FRESH = timedelta(minutes=10)

Kind = Literal["reword", "add", "strike"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody proposes; see `app.feedback.models.Proposal`. `base` is how it read to whoever proposes."""

    kind: str
    target: str
    base: str = ""
    wording: str = ""
    place: int = 0
    reason: str = ""


def paragraphs(text: MotionText) -> list[str]:
    """What of the body a proposal can be about."""
    return [collapse(line) for line in text.body_text.split("\n") if line.strip()]


async def propose(session: AsyncSession, motion: Motion, actor: Actor, wish: Wish, text: MotionText) -> Proposal:
    """Raises Invalid, by field, for what is no proposal, Conflict when there are too many."""
    wish = _checked(wish, text)
    waiting = select(func.count()).where(Proposal.motion_id == motion.id, Proposal.state == "open")
    if int(await session.scalar(waiting) or 0) >= MAX_OPEN:
        raise Conflict(_("There are {n} proposals that nobody has decided upon. Decide upon those first.", n=MAX_OPEN))
    proposal = Proposal(
        id=uuid7(),
        motion_id=motion.id,
        kind=wish.kind,
        target=wish.target,
        base=wish.base,
        wording=wish.wording,
        place=wish.place,
        reason=wish.reason,
        author_id=actor.person_id,
        created_at=clock.now(),
        state="open",
    )
    session.add(proposal)
    announce(session, ProposalsChanged(motion.id))
    return proposal


def _checked(wish: Wish, text: MotionText) -> Wish:
    wrong: dict[str, str] = {}
    in_body = wish.target == BODY
    tidy = collapse if in_body else normalise_demand
    base, wording = tidy(wish.base[: 2 * MAX_WORDING]), tidy(wish.wording[: 2 * MAX_WORDING])
    known = wish.target in {BODY, *(demand.id for demand in text.demands)} or (wish.kind == "add" and not wish.target)
    if wish.kind not in {"reword", "add", "strike"} or (in_body and wish.kind != "reword"):
        wrong["kind"] = _("Choose what you propose: another wording, a new demand or that one is struck.")
    if not known:
        wrong["target"] = _("What you want to change is no longer in the motion. Choose another part.")
    if max(len(wish.wording), len(wish.base)) > MAX_WORDING:
        wrong["wording"] = _("The wording is too long. At most {n} characters can be taken in.", n=MAX_WORDING)
    elif wish.kind != "strike" and (not wording or wording == base):
        wrong["wording"] = _("Write how it shall read. As it is now, nothing would change.")
    if wish.kind != "add" and not base:
        wrong["target"] = _("What you want to change is no longer in the motion. Choose another part.")
    if len(wish.reason) > MAX_REASON:
        wrong["reason"] = _("The reason is too long. At most {n} characters can be taken in.", n=MAX_REASON)
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    struck = wish.kind == "strike"
    return Wish(
        kind=wish.kind,
        target=wish.target,
        base="" if wish.kind == "add" else base,
        wording="" if struck else wording,
        place=max(0, min(wish.place, 100_000)),
        reason=wish.reason.strip(),
    )


async def get(session: AsyncSession, motion_id: UUID, proposal_id: UUID) -> Proposal:
    proposal = await session.get(Proposal, proposal_id)
    if proposal is None or proposal.motion_id != motion_id:
        raise NotFound
    return proposal


async def accept(database: Database, desk: TextDesk, motion: Motion, proposal_id: UUID, actor: Actor) -> MotionText:
    """Puts the proposal into the live text; what has been changed meanwhile stays.

    Raises Conflict when it has been decided upon, or when both changed the same words, and Frozen; the text is then as
    it was. Doing it twice does it once, so a server that stopped half-way leaves a proposal that can be accepted again.
    """
    async with database.reading() as session:
        proposal = await get(session, motion.id, proposal_id)
    _must_be_open(proposal)
    text = await desk.edit(motion.document_id, TextChange(amendment=amendment_of(proposal), by=proposal.author_id))
    async with database.writing() as session:
        row = await session.get_one(Proposal, proposal_id, with_for_update=True)
        # The text has it, whatever somebody else said in the same moment.
        if row.state != "accepted":
            _decide(session, row, "accepted", actor)
    return text


async def take_back(database: Database, desk: TextDesk, motion: Motion, proposal_id: UUID) -> MotionText:
    """Undoes an acceptance: the text reads as before where nobody has changed it since, and the proposal waits again.

    Raises Conflict when it was not accepted, or when the same words have been changed since, and Frozen; the text is
    then as it was.
    """
    async with database.reading() as session:
        proposal = await get(session, motion.id, proposal_id)
    if proposal.state != "accepted":
        raise Conflict(_("The proposal is not accepted, so there is nothing to undo."))
    text = await desk.edit(motion.document_id, TextChange(amendment=amendment_of(proposal).reverse))
    async with database.writing() as session:
        row = await session.get_one(Proposal, proposal_id, with_for_update=True)
        if row.state == "accepted":
            row.state, row.decided_at, row.decided_by = "open", None, None
            announce(session, ProposalsChanged(row.motion_id))
    return text


async def reject(session: AsyncSession, motion: Motion, proposal_id: UUID, actor: Actor) -> None:
    proposal = await get(session, motion.id, proposal_id)
    _must_be_open(proposal)
    _decide(session, proposal, "rejected", actor)


async def withdraw(session: AsyncSession, motion: Motion, proposal_id: UUID, actor: Actor) -> None:
    proposal = await get(session, motion.id, proposal_id)
    if proposal.author_id != actor.person_id:
        raise Forbidden(_("Only the person who made a proposal can withdraw it."))
    _must_be_open(proposal)
    _decide(session, proposal, "withdrawn", actor)


def _must_be_open(proposal: Proposal) -> None:
    if proposal.state != "open":
        raise Conflict(_("Somebody has already decided upon this proposal. Load the page again to see how."))


def _decide(session: AsyncSession, proposal: Proposal, state: str, actor: Actor) -> None:
    proposal.state, proposal.decided_at, proposal.decided_by = state, clock.now(), actor.person_id
    announce(session, ProposalsChanged(proposal.motion_id))


def amendment_of(proposal: Proposal) -> Amendment:
    return Amendment(
        cast("Kind", proposal.kind),
        proposal.target,
        proposal.base,
        proposal.wording,
        proposal.place,
        # The same however often it is accepted.
        id=str(proposal.id),
    )


# What is shown.


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal beside the text as it is now. `now` is how what it is about reads, None when that is gone; `pieces` is
    the difference that accepting it would make, or when it collides with what was changed meanwhile the difference
    that was proposed. `rivals` are those who have proposed something else for the same words."""

    id: UUID
    kind: str
    target: str
    number: int | None
    base: str
    wording: str
    now: str | None
    pieces: tuple[Piece, ...]
    collides: bool
    rivals: tuple[str, ...]
    reason: str
    author: str
    color: int
    created_at: datetime
    mine: bool
    state: str
    decided_by: str
    #: Accepted so lately that whoever did it may want to undo it.
    fresh: bool


async def of_motion(session: AsyncSession, motion_id: UUID, actor: Actor, text: MotionText) -> list[Shown]:
    """All proposals but those withdrawn: first what waits, then what was decided, the newest first."""
    query = select(Proposal).where(Proposal.motion_id == motion_id, Proposal.state != "withdrawn")
    rows = list(await session.scalars(query.order_by(Proposal.created_at.desc(), Proposal.id.desc())))
    ids = {row.author_id for row in rows} | {row.decided_by for row in rows}
    found = await session.scalars(select(Person).where(Person.id.in_(ids - {None})))
    people = {person.id: person for person in found}
    waiting = [row for row in rows if row.state == "open"]
    outcomes = {row.id: amending.now_and_then(text, amendment_of(row)) for row in waiting}
    numbers = {demand.id: number for number, demand in enumerate(text.demands, start=1)}

    def shown(row: Proposal) -> Shown:
        now, then = outcomes.get(row.id, (row.base, row.wording))
        before, after = (row.base, row.wording) if then is None or now is None else (now, then)
        author = people.get(row.author_id) if row.author_id else None
        decider = people.get(row.decided_by) if row.decided_by else None
        rivals = _rivals(row, waiting, outcomes) if row.state == "open" else ()
        return Shown(
            id=row.id,
            kind=row.kind,
            target=row.target,
            number=numbers.get(row.target),
            base=row.base,
            wording=row.wording,
            now=now,
            pieces=tuple(word_diff(before, after)),
            collides=then is None,
            rivals=tuple(people[id_].name for id_ in rivals if id_ in people),
            reason=row.reason,
            author=author.name if author is not None else "",
            color=author.color if author is not None else 0,
            created_at=row.created_at,
            mine=row.author_id == actor.person_id,
            state=row.state,
            decided_by=decider.name if decider is not None else "",
            fresh=row.state == "accepted" and row.decided_at is not None and row.decided_at > clock.now() - FRESH,
        )

    return [shown(row) for row in sorted(rows, key=lambda row: row.state != "open")]


Outcome = tuple[str | None, str | None]


def _rivals(row: Proposal, waiting: Iterable[Proposal], outcomes: dict[UUID, Outcome]) -> Sequence[UUID]:
    """Who proposes for the same words what can't be had as well."""
    now, then = outcomes[row.id]
    if row.kind == "add" or now is None or then is None:
        return ()
    found: dict[UUID, None] = {}
    for other in waiting:
        if other.id == row.id or other.kind == "add" or other.target != row.target or other.author_id is None:
            continue
        other_now, other_then = outcomes[other.id]
        if other_now != now or other_then is None:
            continue
        exclusive = "strike" in {row.kind, other.kind} and row.kind != other.kind
        if exclusive or amending.merge(now, then, other_then) is None:
            found[other.author_id] = None
    return tuple(found)


async def with_open(session: AsyncSession, motion_ids: Collection[UUID]) -> set[UUID]:
    """Those of the motions that have open proposals."""
    query = select(Proposal.motion_id).where(Proposal.motion_id.in_(motion_ids), Proposal.state == "open").distinct()
    return set(await session.scalars(query))
