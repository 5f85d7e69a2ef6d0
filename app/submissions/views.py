"""What the page of a submission shows: before it, what to look at first; after it, the receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.advice.actions import advice_on
from app.calls.models import Call
from app.cosigning import views as co_signatures
from app.cosigning.models import State
from app.documents.text import MotionText
from app.kit import clock
from app.kit.errors import Conflict
from app.motions.models import Motion
from app.submissions import queries
from app.submissions.actions import is_past, locked_at, refusal, wanting


@dataclass(frozen=True, slots=True)
class Checklist:
    """How the motion stands against what handing in takes, and what is only advice.

    `missing` (field → text) and `closed` stand in the way; `late` is a warning. `interrupted`: the text was locked by
    an attempt that did not come as far as the receipt, so nothing but repeating it is left to do.
    """

    words: int
    demands: int
    missing: Mapping[str, str]
    closed: Conflict | None
    late: bool
    interrupted: bool
    backing: Sequence[co_signatures.CoSignatureView]
    to_reconfirm: Sequence[co_signatures.CoSignatureView]
    unanswered: Sequence[co_signatures.CoSignatureView]
    #: How many pieces of advice there are that nobody has set aside.
    advice: int

    @property
    def can_be_handed_in(self) -> bool:
        return self.interrupted or not (self.missing or self.closed)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A submission as it is shown. `submitted_by` is a name, None for somebody who has been removed since."""

    submitted_at: datetime
    submitted_by: str | None
    late: bool
    sha256: str
    code: str
    version: int


async def checklist(session: AsyncSession, motion: Motion, call: Call, text: MotionText) -> Checklist:
    shown = await co_signatures.of_motion(session, motion.id, text)
    frozen_at = await locked_at(session, motion.document_id)
    return Checklist(
        words=len(text.body_text.split()),
        demands=len(text.demands),
        missing=wanting(text),
        closed=await refusal(session, call),
        late=is_past(call, frozen_at or clock.now()),
        interrupted=frozen_at is not None,
        backing=[each for each in shown if each.stands and not each.needs_reconfirmation],
        to_reconfirm=[each for each in shown if each.needs_reconfirmation],
        unanswered=[each for each in shown if each.state is State.REQUESTED],
        advice=len((await advice_on(session, motion, text)).open),
    )


async def receipt(session: AsyncSession, motion_id: UUID) -> Receipt | None:
    """The receipt, or None for a motion that has not been handed in."""
    submission = await queries.of_motion(session, motion_id)
    if submission is None:
        return None
    return Receipt(
        submitted_at=submission.submitted_at,
        submitted_by=await queries.submitter(session, submission),
        late=submission.late,
        sha256=submission.sha256,
        code=submission.receipt_code,
        version=submission.version,
    )
