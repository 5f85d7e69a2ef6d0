"""Gathering from the rooms of the house what is printed around a motion's text."""

from app.associations.models import Association
from app.calls.models import Call
from app.cosigning import views
from app.cosigning.models import State
from app.documents.desk import TextDesk
from app.documents.text import MotionText
from app.exchange.export import Export, Receipt, Signatory
from app.kit import clock
from app.kit.db import Database
from app.motions import authors
from app.motions.models import Motion
from app.submissions import queries as submissions


async def gather(database: Database, desk: TextDesk, motion: Motion, text: MotionText | None = None) -> Export:
    """The motion as it reads at this moment, or with the text that is given.

    Only associations that have decided are printed, and only while what they decided on still stands: intentions are
    no decisions, and a demand that has changed since is not what they backed.
    """
    if text is None:
        text = await desk.read(motion.document_id)
    async with database.reading() as session:
        call = await session.get_one(Call, motion.call_id)
        association = await session.get_one(Association, motion.association_id)
        names = await authors.names(session, motion.id)
        co_signatures = await views.of_motion(session, motion.id, text)
        submission = await submissions.of_motion(session, motion.id)
    return Export(
        text=text,
        call=call.name,
        recipient=call.recipient,
        association=association.name,
        authors=tuple(names),
        signatories=tuple(
            Signatory(each.association, each.decided_by or "", each.decided_on, each.paragraph or "", each.numbers)
            for each in co_signatures
            if each.state is State.DECIDED and each.decided_on is not None and not each.needs_reconfirmation
        ),
        dated=(submission.submitted_at if submission else clock.now()).astimezone(clock.STOCKHOLM).date(),
        receipt=Receipt(submission.submitted_at, submission.sha256, submission.late) if submission else None,
    )
