"""News of motions."""

from dataclasses import dataclass
from uuid import UUID

from app.kit.events import Event


@dataclass(frozen=True, slots=True)
class MotionChanged(Event):
    """The text, the openness or the state of a motion is another, and the projection shows it."""

    motion_id: UUID
    text: bool = True


@dataclass(frozen=True, slots=True)
class RightsChanged(Event):
    """Somebody's rights to a document are others; None stands for everybody's."""

    document_id: UUID
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ContactsChanged(Event):
    """Something between this motion and another has been asked, answered or withdrawn."""

    motion_id: UUID
