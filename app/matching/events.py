"""News of what resembles a motion."""

from dataclasses import dataclass
from uuid import UUID

from app.kit.events import Event


@dataclass(frozen=True, slots=True)
class SuggestionsChanged(Event):
    """The text of a motion has settled, and what resembles it may be other motions than before."""

    motion_id: UUID
