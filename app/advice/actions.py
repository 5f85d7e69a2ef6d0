"""Advice is followed with one press, or set aside for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.advice.check import check
from app.advice.findings import Finding
from app.advice.models import AdviceSetAside
from app.advice.recipients import Recipient, recipient_of
from app.associations.models import Association
from app.calls.models import Call
from app.documents.amending import Amendment
from app.documents.desk import TextDesk
from app.documents.editing import TextChange
from app.documents.text import MotionText
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Conflict
from app.kit.i18n import _
from app.kit.ids import uuid7
from app.motions.models import Motion
from app.motions.versions import Reason, keep


@dataclass(frozen=True, slots=True)
class Advice:
    """`open` is to be looked at; `set_aside` has been."""

    open: Sequence[Finding]
    set_aside: Sequence[Finding]


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
    """Changes the demand as the finding proposes, in the live text. How it read before is kept as a version.

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
    for change in changes:
        await desk.edit(motion.document_id, TextChange(amendment=change, by=person_id))


async def set_aside(session: AsyncSession, motion_id: UUID, key: str) -> None:
    """Says no more of it, to nobody in the motion."""
    if await session.get(AdviceSetAside, (motion_id, key)) is None:
        session.add(AdviceSetAside(motion_id=motion_id, key=key, set_aside_at=clock.now()))
        await session.flush()


async def bring_back(session: AsyncSession, motion_id: UUID) -> None:
    """Shows again what was set aside."""
    await session.execute(delete(AdviceSetAside).where(AdviceSetAside.motion_id == motion_id))
