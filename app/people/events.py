"""News of people."""

from dataclasses import dataclass
from uuid import UUID

from app.kit.events import Event


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """A person has signed out in one of their browsers: what is open there is no longer theirs."""

    person_id: UUID
