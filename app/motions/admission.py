"""Who comes into the live text of a document, and as what."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.gate import require
from app.access.roles import Role
from app.access.table import Permission
from app.associations.queries import actor_of
from app.documents.models import Document
from app.kit.errors import NotFound, NotSignedIn
from app.motions.gate import subject_of, writing_role
from app.motions.models import Motion
from app.motions.tickets import Ticket
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class Admitted:
    """A person in the live text. `role` is author, commenter or reader."""

    person_id: UUID
    name: str
    color: int
    role: Role
    frozen: bool


async def admit(session: AsyncSession, document_id: UUID, actor: Actor | None, ticket: Ticket | None) -> Admitted:
    """Lets the actor, or whoever the ticket was issued to, in to the document.

    Raises NotSignedIn, NotFound for those who may not know of it, Forbidden for those who may only see that it exists.
    """
    role_limit = Role.AUTHOR
    if ticket is not None:
        person = await session.get(Person, ticket.person_id)
        if person is None or ticket.document_id != document_id:
            raise NotFound
        actor, role_limit = await actor_of(session, person), ticket.role
    if actor is None:
        raise NotSignedIn
    row = (
        await session.execute(
            select(Motion, Document.frozen_at)
            .join(Document, Document.id == Motion.document_id)
            .where(Motion.document_id == document_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    motion, frozen_at = row
    subject = await subject_of(session, motion)
    require(actor, Permission.MOTION_READ, subject, visible=Permission.MOTION_SEE)
    role = writing_role(actor, subject) or Role.READER
    return Admitted(actor.person_id, actor.name, actor.color, role.weaker_of(role_limit), frozen_at is not None)
