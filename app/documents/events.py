"""What the rooms above hear of when text has been committed."""

from dataclasses import dataclass
from uuid import UUID

from app.kit.events import Event


@dataclass(frozen=True, slots=True)
class DocumentChanged(Event):
    """A batch of changes is durable as place `seq` in the document's log."""

    document_id: UUID
    seq: int
