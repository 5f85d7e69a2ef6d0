"""Handing in a motion, so that nothing is lost whatever fails on the way.

The text is locked by the desk, which commits by itself, and the receipt is written in a unit of its own afterwards.
Whatever can refuse a motion therefore comes before the lock. After it nothing refuses any more: a text that is locked
has passed the checks, and an attempt that was interrupted is completed by repeating it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Role
from app.associations.models import Association
from app.calls.models import Call
from app.documents.desk import TextDesk
from app.documents.models import Document
from app.documents.text import MotionText
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import N_, _, show_datetime
from app.kit.ids import join_code
from app.mail.mailer import Mail, post
from app.motions.actions import set_status
from app.motions.gate import OpenedMotion
from app.motions.models import Motion, MotionRole, Status
from app.motions.projection import write_projection
from app.motions.versions import Reason, keep
from app.people.models import Person
from app.submissions import queries
from app.submissions.events import SubmissionMade
from app.submissions.models import Submission

#: Characters of a receipt's code: 78 billion codes.
CODE_LENGTH = 8


class AlreadySubmitted(Conflict):
    slug = "already-submitted"
    title = N_("The motion has been handed in already")


class DeadlinePassed(Conflict):
    slug = "deadline-passed"
    title = N_("The deadline has passed")


async def submit(
    database: Database, desk: TextDesk, opened: OpenedMotion, actor: Actor, *, base_url: str | None = None
) -> Submission:
    """Locks the text for good and makes the receipt of it.

    Raises AlreadySubmitted, Invalid by field for a motion without a title or demands, and DeadlinePassed where the
    call takes nothing late; the text is then as open as before. An attempt that broke off after the text was locked
    succeeds when it is repeated, with the time at which it was locked. `base_url` is where the receipt that is mailed
    to the owner leads; without it none is mailed.
    """
    motion_id, document_id = opened.motion.id, opened.motion.document_id
    text = await desk.read(document_id)
    async with database.reading() as session:
        await refuse_repeated(session, motion_id)
        call = await session.get_one(Call, opened.motion.call_id)
        if await locked_at(session, document_id) is None:
            if missing := wanting(text):
                raise Invalid(" ".join(missing.values()), fields=missing)
            if closed := await refusal(session, call):
                raise closed
    text = await desk.freeze(document_id)
    async with database.writing() as session:
        motion = await session.scalar(select(Motion).where(Motion.id == motion_id).with_for_update())
        if motion is None:
            raise NotFound
        # Whoever pressed at the same moment may have got the receipt while this attempt waited for the row.
        await refuse_repeated(session, motion_id)
        call = await session.get_one(Call, motion.call_id)
        document = await session.get_one(Document, document_id)
        if document.frozen_at is None:
            raise RuntimeError("the desk has given a final text without locking it")
        submitted_at = document.frozen_at
        version = await keep(session, motion_id, text, Reason.SUBMITTED)
        submission = Submission(
            motion_id=motion_id,
            submitted_at=submitted_at,
            submitted_by=actor.person_id,
            late=is_past(call, submitted_at),
            version=version.number,
            sha256=version.sha256,
            receipt_code=join_code(CODE_LENGTH),
        )
        session.add(submission)
        await write_projection(session, motion, text, document.seq)
        await set_status(session, motion_id, Status.SUBMITTED)
        if base_url is not None:
            await _mail_receipt(session, motion, call, submission, base_url)
        announce(session, SubmissionMade(motion_id))
    return submission


def is_past(call: Call, moment: datetime) -> bool:
    """Whether the deadline, as it stands now, lies before `moment`."""
    return call.deadline_at is not None and call.deadline_at < moment


def wanting(text: MotionText) -> dict[str, str]:
    """What a motion lacks to be handed in: field → what is missing and what to do."""
    missing: dict[str, str] = {}
    if not text.title.strip():
        missing["title"] = _("The motion has no title yet. Write one, so that it can be told from the others.")
    if not text.demands:
        missing["demands"] = _(
            "The motion has no demands yet. Write at least one, so that there is something to decide."
        )
    return missing


async def refusal(session: AsyncSession, call: Call) -> DeadlinePassed | None:
    """Why the call does not take motions now, or None when it does."""
    if call.accepts_late or call.deadline_at is None or not is_past(call, clock.now()):
        return None
    association = await session.get(Association, call.association_id) if call.association_id is not None else None
    return DeadlinePassed(
        _(
            "The deadline was {at}, and {owner} takes no motions after it. Your text is kept and can still be changed. "
            "Ask {owner} to move the deadline; then you can hand it in.",
            at=show_datetime(call.deadline_at),
            owner=association.name if association is not None else call.recipient or call.name,
        )
    )


async def locked_at(session: AsyncSession, document_id: UUID) -> datetime | None:
    """When the text was locked, or None while it is open."""
    return await session.scalar(select(Document.frozen_at).where(Document.id == document_id))


async def refuse_repeated(session: AsyncSession, motion_id: UUID) -> None:
    """Raises AlreadySubmitted, with when and by whom, for a motion that has its receipt."""
    submission = await queries.of_motion(session, motion_id)
    if submission is None:
        return
    name = await queries.submitter(session, submission)
    at = show_datetime(submission.submitted_at)
    if name is None:
        raise AlreadySubmitted(
            _("The motion was handed in {at}. A motion is handed in once; its receipt stands.", at=at)
        )
    raise AlreadySubmitted(
        _("{name} handed in the motion {at}. A motion is handed in once; its receipt stands.", name=name, at=at)
    )


async def _mail_receipt(
    session: AsyncSession, motion: Motion, call: Call, submission: Submission, base_url: str
) -> None:
    owners = await session.scalars(
        select(Person)
        .join(MotionRole, MotionRole.person_id == Person.id)
        .where(MotionRole.motion_id == motion.id, MotionRole.role == Role.OWNER, Person.email.is_not(None))
    )
    title = " ".join(motion.title.split()) or _("Untitled motion")
    for owner in owners:
        text = _(
            "Hello {name},\n\nThe motion “{title}” has been handed in to {recipient}.\n\nTime: {at}\nReceipt: {code}\n"
            "Fingerprint of the text (SHA-256): {sha256}\n\n{late}"
            "The text is locked as it was then. The receipt, and the motion to save and print:\n\n{link}",
            name=owner.name,
            title=title,
            recipient=call.recipient or call.name,
            at=show_datetime(submission.submitted_at),
            code=submission.receipt_code,
            sha256=submission.sha256,
            late=_("It came after the deadline and is marked as late.") + "\n\n" if submission.late else "",
            link=f"{base_url}/motions/{motion.id}/submission",
        )
        await post(session, Mail(owner.email or "", _("Receipt: {title}", title=title), text))
