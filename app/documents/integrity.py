"""Whether what the store holds of a document is whole: every place of the log there, readable, and fitting on."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents import store
from app.documents.decoding import Refused
from app.documents.engine import EngineFault, Replica
from app.documents.models import Document
from app.documents.store import BrokenLog


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a document. `seq`: the place in its log, None when it can't be told."""

    document_id: UUID
    kind: str
    seq: int | None = None


async def documents(session: AsyncSession) -> list[UUID]:
    """All that there are, in the order of their ids."""
    return list(await session.scalars(select(Document.id).where(Document.deleted_at.is_(None)).order_by(Document.id)))


async def examine(session: AsyncSession, document_id: UUID) -> Damage | None:
    """Reads all that is stored of the document; None when it is whole.

    Kinds of damage: `empty` (nothing is stored), `hole` (places are missing within the log), `cut` (places are missing
    at its end), `unreadable` (bytes that are no update, or that build on something that is not there), `fault` (the
    engine failed).
    """
    committed = await session.scalar(select(Document.seq).where(Document.id == document_id))
    try:
        stored = await store.load(session, document_id)
    except BrokenLog:
        return Damage(document_id, "hole")
    except IndexError:
        return Damage(document_id, "empty")
    if committed is not None and stored.seq < committed:
        return Damage(document_id, "cut", stored.seq + 1)
    place = stored.seq - len(stored.parts) + 1
    replica = Replica()
    try:
        for update in stored.parts:
            replica.follow(update)
            place += 1
        replica.read()
    except Refused:
        return Damage(document_id, "unreadable", place)
    except EngineFault:
        return Damage(document_id, "fault", place)
    finally:
        replica.close()
    return None
