"""Tickets to the live text: signed, short-lived, no stronger than the person who asked, and checked against the
person's rights again when they are used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from app.access.roles import Role
from app.kit import clock

LIFE = timedelta(hours=12)
_SALT = "collab-ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    document_id: UUID
    person_id: UUID
    role: Role


@lru_cache(maxsize=1)
def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt=_SALT)


def issue(secret_key: str, ticket: Ticket) -> tuple[str, datetime]:
    """(the ticket as text, when it expires)."""
    claims = [ticket.document_id.hex, ticket.person_id.hex, str(ticket.role)]
    return _serializer(secret_key).dumps(claims), clock.now() + LIFE


def read(secret_key: str, text: str) -> Ticket | None:
    """The ticket, or None for what is forged, broken or too old."""
    if "." not in text:
        # Nothing is signed: an API token, most often. Deriving the key to find that out takes longer than all the rest.
        return None
    try:
        claims = _serializer(secret_key).loads(text, max_age=int(LIFE.total_seconds()))
        document_id, person_id, role = claims
        return Ticket(UUID(document_id), UUID(person_id), Role(role))
    except (BadData, ValueError, TypeError):
        return None
