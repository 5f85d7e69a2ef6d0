"""News of comments and of proposals for change."""

from dataclasses import dataclass
from uuid import UUID

from app.kit.events import Event


@dataclass(frozen=True, slots=True)
class CommentsChanged(Event):
    motion_id: UUID


@dataclass(frozen=True, slots=True)
class ProposalsChanged(Event):
    motion_id: UUID
