"""Where the live rooms keep their texts: a small port, so that no SQL is known here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from app.documents.credits import Credits
from app.documents.store import Stored


class RoomStore(Protocol):
    """The log and snapshot of each document, as `app.documents.store` has them; each call is one unit of work.

    What `append` returns for is durable. Anything but NotFound and Frozen that is raised means that the store could
    not be reached or written to just now.
    """

    async def load(self, document_id: UUID) -> Stored: ...

    async def append(self, updates: Mapping[UUID, bytes], begun: Credits) -> Mapping[UUID, int]:
        """Writes the updates, and who begins to write in them.

        The new place in its log for each document. Raises DocumentsNotFound or DocumentsFrozen for some."""

    async def since(self, document_id: UUID, seq: int) -> Sequence[tuple[int, bytes]]: ...

    async def places(self, document_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """The newest place in the log of each document that there is."""

    async def compact(self, document_id: UUID, seq: int, state: bytes) -> None: ...

    async def freeze(self, document_id: UUID) -> None: ...

    async def close(self) -> None:
        """Nothing is asked of it any more."""
