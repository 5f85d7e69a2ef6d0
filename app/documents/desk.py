"""How everything outside the live rooms reads and changes a text: through a desk.

The rooms have a desk of their own, which works on the text that is open there. StoreDesk is for where no rooms are:
commands and tests.
"""

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.documents import store
from app.documents.credits import Credit, note
from app.documents.editing import TextChange
from app.documents.engine import Replica
from app.documents.text import MotionText
from app.kit.db import Database, require_no_writing_unit
from app.kit.errors import Frozen


class TextDesk(Protocol):
    """Reads and changes live text. Never used inside a writing unit of work: it may have to wait for one."""

    async def read(self, document_id: UUID) -> MotionText:
        """The text as it is now. Raises NotFound."""

    async def edit(self, document_id: UUID, change: TextChange) -> MotionText:
        """Changes the text under the eyes of those who have it open, and returns how it reads then.

        Committed before it returns. Raises Frozen, NotFound (the document, or a demand), Invalid, TooLarge.
        """

    async def replace(self, document_id: UUID, change: TextChange) -> tuple[MotionText, MotionText]:
        """As `edit()`; returns how the text read right before the change, to the letter, and how it reads then."""

    async def freeze(self, document_id: UUID) -> MotionText:
        """Refuses every later change, and returns the text as it stays. Raises NotFound."""


class StoreDesk:
    """A TextDesk straight on the store. What open rooms have not committed yet, it does not see."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, document_id: UUID) -> MotionText:
        require_no_writing_unit()
        async with self._database.reading() as session:
            return await _read(session, document_id)

    async def edit(self, document_id: UUID, change: TextChange) -> MotionText:
        return (await self.replace(document_id, change))[1]

    async def replace(self, document_id: UUID, change: TextChange) -> tuple[MotionText, MotionText]:
        require_no_writing_unit()
        async with self._database.writing() as session:
            await store.lock(session, document_id)
            stored = await store.load(session, document_id)
            if stored.frozen:
                raise Frozen
            replica = Replica(stored.parts)
            try:
                at, before = replica.desk, replica.read()
                if update := replica.edit(change):
                    await store.append(session, {document_id: update})
                    await note(session, {document_id: [Credit(*at, change.by, by_desk=True)]})
                return before, replica.read()
            finally:
                replica.close()

    async def freeze(self, document_id: UUID) -> MotionText:
        require_no_writing_unit()
        async with self._database.writing() as session:
            await store.freeze(session, document_id)
            return await _read(session, document_id)


async def _read(session: AsyncSession, document_id: UUID) -> MotionText:
    stored = await store.load(session, document_id)
    replica = Replica(stored.parts)
    try:
        return replica.read()
    finally:
        replica.close()
