"""The person on whose behalf something is done."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or a guest who came by a share link, with all that the permission table asks about.

    `memberships` are the associations that the person belongs to; `mandates` those in whose name the person may
    record decisions; `offices` those whose calls and motions the person looks after as motions officer.
    """

    person_id: UUID
    name: str
    color: int
    is_guest: bool = False
    is_admin: bool = False
    memberships: frozenset[UUID] = field(default_factory=frozenset)
    mandates: frozenset[UUID] = field(default_factory=frozenset)
    offices: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def is_member(self) -> bool:
        """Known as a member of some association. A guest never is."""
        return not self.is_guest and (bool(self.memberships) or self.is_admin)
