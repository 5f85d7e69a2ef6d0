"""Who comes into the live text of a document, and as what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.gate import require
from app.access.roles import Role, Visibility
from app.access.table import Permission, Subject
from app.associations.queries import actors_by_id, actors_of_api_tokens, actors_of_sessions
from app.documents.models import Document
from app.kit.errors import AppError, NotFound, NotSignedIn
from app.motions.gate import Openness, subjects_by_id, writing_role
from app.motions.models import Motion
from app.motions.tickets import Ticket

_motions, _documents = Motion.__table__, Document.__table__
#: Built once, and without the text of the motion, for it is asked whenever somebody comes.
_MOTIONS: Final[Select[Any]] = (
    select(_motions.c.document_id, _documents.c.frozen_at)
    .add_columns(*(_motions.c[name] for name in Openness._fields))
    .join(_documents, _documents.c.id == _motions.c.document_id)
    .where(_motions.c.document_id.in_(bindparam("documents", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A person in the live text. `role` is author, commenter or reader."""

    person_id: UUID
    name: str
    color: int
    role: Role
    frozen: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody asks to be let in to a document: the actor, or whoever the ticket was issued to."""

    document_id: UUID
    actor: Actor | None
    ticket: Ticket | None


@dataclass(frozen=True, slots=True)
class _Opened:
    subject: Subject
    frozen: bool


def admit_all(session: Session, claims: Sequence[Claim]) -> list[Admitted | AppError]:
    """The answer to each of the claims: as what it is let in, or why not. What many ask about is looked up once.

    The reasons are NotSignedIn, NotFound for those who may not know of the document, Forbidden for those who may only
    see that it exists.
    """
    holders = {claim.ticket.person_id for claim in claims if claim.ticket is not None}
    actors = actors_by_id(session, holders)
    documents = _opened(session, {claim.document_id for claim in claims})
    answers: list[Admitted | AppError] = []
    for claim in claims:
        try:
            answers.append(_admit(claim, actors, documents.get(claim.document_id)))
        except AppError as refusal:
            answers.append(refusal)
    return answers


def rehearse(session: Session) -> None:
    """Asks everything about nobody, so that the first who comes finds the statements prepared."""
    nobody, nothing = UUID(int=0), UUID(int=0)
    actors_of_api_tokens(session, {""})
    actors_of_sessions(session, {""})
    actors_by_id(session, {nobody})
    _opened(session, {nothing})
    subjects_by_id(session, [Openness(nothing, nothing, Visibility.HIDDEN)])


def _admit(claim: Claim, actors: Mapping[UUID, Actor], opened: _Opened | None) -> Admitted:
    actor, role_limit = claim.actor, Role.AUTHOR
    if claim.ticket is not None:
        actor, role_limit = actors.get(claim.ticket.person_id), claim.ticket.role
        if actor is None or claim.ticket.document_id != claim.document_id:
            raise NotFound
    if actor is None:
        raise NotSignedIn
    if opened is None:
        raise NotFound
    require(actor, Permission.MOTION_READ, opened.subject, visible=Permission.MOTION_SEE)
    role = writing_role(actor, opened.subject) or Role.READER
    return Admitted(actor.person_id, actor.name, actor.color, role.weaker_of(role_limit), opened.frozen)


def _opened(session: Session, document_ids: Collection[UUID]) -> dict[UUID, _Opened]:
    rows = session.execute(_MOTIONS, {"documents": list(document_ids)}).all()
    subjects = subjects_by_id(session, [Openness(*openness) for _, _, *openness in rows])
    return {document_id: _Opened(subjects[id_], frozen_at is not None) for document_id, frozen_at, id_, *_ in rows}
