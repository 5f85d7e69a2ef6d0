"""News of submissions."""

from dataclasses import dataclass
from uuid import UUID

from app.kit.events import Event


@dataclass(frozen=True, slots=True)
class SubmissionMade(Event):
    """A motion has been handed in; its text does not change any more."""

    motion_id: UUID
