"""Examines what is stored: can every document be read, and do the tables agree with it?"""

from sqlalchemy import select

from app.documents.desk import TextDesk
from app.documents.text import demand_digest
from app.kit.db import Database
from app.kit.errors import AppError
from app.kit.i18n import _
from app.motions.models import Motion
from app.motions.projection import project
from app.motions.queries import demands_of


async def examine(database: Database, desk: TextDesk) -> list[str]:
    """What is wrong, a line each. A projection that lags is brought up to date, and that is said too."""
    findings: list[str] = []
    async with database.reading() as session:
        motions = list(await session.scalars(select(Motion).order_by(Motion.id)))
    for motion in motions:
        try:
            text = await desk.read(motion.document_id)
        except (AppError, RuntimeError, ValueError) as problem:
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
