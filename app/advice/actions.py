"""Advice is followed with one press and the change taken back with another, or set aside for good."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, cast
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.advice.check import check
from app.advice.findings import Finding
from app.advice.models import AdviceFollowed, AdviceSetAside
from app.advice.recipients import Recipient, recipient_of
from app.associations.models import Association
from app.calls.models import Call
from app.documents.amending import Amendment, now_and_then
from app.documents.desk import TextDesk
from app.documents.editing import TextChange
from app.documents.text import MotionText
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Conflict, NotFound
from app.kit.i18n import _
from app.kit.ids import uuid7
from app.motions.models import Motion
from app.motions.versions import Reason, keep
from app.people.models import Person

#: For how long what was changed with one press can be taken back with one.
FRESH: Final = timedelta(minutes=10)
#: Ways back that are offered at once.
MOST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """`open` is to be looked at; `set_aside` has been."""

    open: Sequence[Finding]
    set_aside: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Followed:
    """A change that can be taken back; `by` is None and `name` "" for somebody who is no longer here."""

    id: UUID
    by: UUID | None
    name: str
    struck: bool


async def recipient(session: AsyncSession, motion: Motion) -> Recipient:
    call = await session.get_one(Call, motion.call_id)
    association = await session.get(Association, call.association_id) if call.association_id is not None else None
    return recipient_of(call, association.kind if association is not None else None)


async def advice_on(session: AsyncSession, motion: Motion, text: MotionText) -> Advice:
    """The advice on a motion that reads `text`."""
    found = check(text, await recipient(session, motion))
    aside = set(await session.scalars(select(AdviceSetAside.key).where(AdviceSetAside.motion_id == motion.id)))
    return Advice([each for each in found if each.key not in aside], [each for each in found if each.key in aside])


async def follow(database: Database, desk: TextDesk, motion: Motion, key: str, person_id: UUID) -> None:
    """Changes the demand as the finding proposes, in the live text. How it read before is kept as a version, and the
    change can be taken back for a while.

    Raises Conflict when there is no such advice any more, or the words have just been changed.
    """
    text = await desk.read(motion.document_id)
    async with database.writing() as session:
        shown = (await advice_on(session, motion, text)).open
        finding = next((each for each in shown if each.key == key), None)
        instead = finding.note.instead if finding is not None else None
        if finding is None or instead is None:
            raise Conflict(_("The demand has been changed meanwhile, and the advice no longer fits. Nothing was done."))
        await keep(session, motion.id, text, Reason.REPLACED, unless_kept=True)
    if not instead:
        changes = [Amendment("strike", finding.target, finding.text, "")]
    else:
        # What is new first: should the second change be refused, no word is lost.
        changes = [Amendment("add", finding.target, "", new, id=str(uuid7())) for new in reversed(instead[1:])]
        changes.append(Amendment("reword", finding.target, finding.text, instead[0]))
    await _make(desk, motion, changes, person_id)
    async with database.writing() as session:
        await session.execute(
            delete(AdviceFollowed).where(
                AdviceFollowed.motion_id == motion.id, AdviceFollowed.followed_at < clock.now() - FRESH
            )
        )
        kept = [_kept(change) for change in changes]
        session.add(AdviceFollowed(motion_id=motion.id, changes=kept, followed_by=person_id, followed_at=clock.now()))


async def take_back(database: Database, desk: TextDesk, motion: Motion, followed_id: UUID, person_id: UUID) -> None:
    """Takes exactly that change back, in the text as it is by now: what others have written since stays.

    Raises NotFound for one that is too old or was taken back already, Conflict when the same words have been changed
    since; nothing is done then.
    """
    async with database.reading() as session:
        row = await session.get(AdviceFollowed, followed_id)
    if row is None or row.motion_id != motion.id or row.followed_at < clock.now() - FRESH:
        raise NotFound(_("It can no longer be taken back here. How the demand read before is among the versions."))
    changes = [_read(each).reverse for each in reversed(row.changes)]
    text = await desk.read(motion.document_id)
    if not all(_fits(text, change) for change in changes):
        raise Conflict(
            _("The same words have been changed since, so nothing was done. Change them by hand as you want them.")
        )
    await _make(desk, motion, changes, person_id)
    async with database.writing() as session:
        await session.execute(delete(AdviceFollowed).where(AdviceFollowed.id == followed_id))


async def lately_followed(session: AsyncSession, motion_id: UUID) -> list[Followed]:
    """The changes that can be taken back, the newest first."""
    rows = await session.execute(
        select(AdviceFollowed, Person.name)
        .outerjoin(Person, Person.id == AdviceFollowed.followed_by)
        .where(AdviceFollowed.motion_id == motion_id, AdviceFollowed.followed_at >= clock.now() - FRESH)
        .order_by(AdviceFollowed.followed_at.desc(), AdviceFollowed.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Followed(row.id, row.followed_by, name or "", row.changes[-1]["kind"] == "strike") for row, name in rows]


async def _make(desk: TextDesk, motion: Motion, changes: Sequence[Amendment], person_id: UUID) -> None:
    """Makes all of the changes, or none: those already made are taken back when one does not fit any more."""
    made: list[Amendment] = []
    try:
        for change in changes:
            await desk.edit(motion.document_id, TextChange(amendment=change, by=person_id))
            made.append(change)
    except Conflict:
        for change in reversed(made):
            # Somebody writes in these very words: better both than neither.
            with suppress(Conflict):
                await desk.edit(motion.document_id, TextChange(amendment=change.reverse, by=person_id))
        raise


def _fits(text: MotionText, change: Amendment) -> bool:
    if change.kind == "restore":
        return True
    now, then = now_and_then(text, change)
    # One that has been struck since need not be struck.
    return then is not None or (now is None and change.kind == "strike")


def _kept(change: Amendment) -> dict[str, str]:
    return {
        "kind": change.kind,
        "target": change.target,
        "base": change.base,
        "wording": change.wording,
        "id": change.id,
    }


def _read(kept: Mapping[str, str]) -> Amendment:
    kind = cast("Literal['reword', 'add', 'strike', 'restore']", kept["kind"])
    return Amendment(kind, kept["target"], kept["base"], kept["wording"], id=kept["id"])


async def set_aside(session: AsyncSession, motion_id: UUID, key: str) -> None:
    """Says no more of it, to nobody in the motion."""
    if await session.get(AdviceSetAside, (motion_id, key)) is None:
        session.add(AdviceSetAside(motion_id=motion_id, key=key, set_aside_at=clock.now()))
        await session.flush()


async def bring_back(session: AsyncSession, motion_id: UUID) -> None:
    """Shows again what was set aside."""
    await session.execute(delete(AdviceSetAside).where(AdviceSetAside.motion_id == motion_id))
