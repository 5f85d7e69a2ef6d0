"""News of co-signatures."""

from dataclasses import dataclass
from uuid import UUID

from app.kit.events import Event


@dataclass(frozen=True, slots=True)
class CoSignaturesChanged(Event):
    motion_id: UUID
