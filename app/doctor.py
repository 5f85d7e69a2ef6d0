"""Examines what is stored: is every document whole, and do the tables agree with it?"""

from sqlalchemy import select

from app.documents import integrity
from app.documents.desk import TextDesk
from app.documents.integrity import Damage
from app.documents.text import demand_digest
from app.kit.db import Database
from app.kit.i18n import _
from app.motions.models import Motion
from app.motions.projection import project
from app.motions.queries import demands_of


async def examine(database: Database, desk: TextDesk) -> list[str]:
    """What is wrong, a line each. A projection that lags is brought up to date, and that is said too."""
    findings: list[str] = []
    damaged = set()
    async with database.reading() as session:
        document_ids = await integrity.documents(session)
    for document_id in document_ids:
        async with database.reading() as session:
            damage = await integrity.examine(session, document_id)
        if damage is not None:
            damaged.add(document_id)
            findings.append(_finding(damage))
    async with database.reading() as session:
        motions = list(await session.scalars(select(Motion).order_by(Motion.id)))
    for motion in motions:
        if motion.document_id in damaged:
            # What can't be trusted does not overwrite what the tables still have.
            continue
        try:
            text = await desk.read(motion.document_id)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the others are to be examined too
            findings.append(
                _("Document {id} can't be read: {problem}.", id=motion.document_id, problem=type(problem).__name__)
            )
            continue
        async with database.reading() as session:
            held = [(demand.id, demand.text, demand.digest) for demand in await demands_of(session, motion.id)]
        wanted = [(demand.id, demand.text, demand_digest(demand.text)) for demand in text.demands]
        if (motion.title, motion.body, held) != (text.title, text.body_text, wanted):
            await project(database, desk, motion.document_id)
            findings.append(_("Motion {id} was behind its document; its tables have been rebuilt.", id=motion.id))
    return findings


def _finding(damage: Damage) -> str:
    match damage.kind:
        case "empty":
            return _("Document {id} has no text at all in the store.", id=damage.document_id)
        case "hole":
            return _("Document {id}: places are missing within its log.", id=damage.document_id)
        case "cut":
            return _("Document {id}: its log ends before place {seq}.", id=damage.document_id, seq=damage.seq)
        case _:
            return _(
                "Document {id}: what is stored at place {seq} can't be read, or does not fit what is before it.",
                id=damage.document_id,
                seq=damage.seq,
            )
