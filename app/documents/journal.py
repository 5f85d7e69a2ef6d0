"""The shortest way into the logs, for the one writer who goes it all day.

A commit through a session takes several turns between the event loop and SQLite's thread, and builds its statements
each time: some 4 ms of processor time where the work itself takes 0.5. On SQLite the journal therefore goes there once
for the whole transaction. Elsewhere it is `store.append` in a unit of work of its own.
"""

import asyncio
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from app.documents import store
from app.documents.credits import NO_CREDITS, Credits, note
from app.documents.events import DocumentChanged
from app.documents.models import Document, DocumentClient, DocumentUpdate
from app.documents.store import DocumentsFrozen, DocumentsNotFound
from app.kit.db import Database

_DOCUMENTS = Document.__tablename__
_CLIENTS = DocumentClient.__tablename__
_UPDATES = DocumentUpdate.__tablename__
#: Documents in one statement, well below the number of variables that SQLite takes.
_AT_ONCE = 500


class Journal:
    """Appends to the logs of documents. `close()` it in the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, "journal") if database.is_sqlite else None
        self._connection: sqlite3.Connection | None = None

    async def append(self, updates: Mapping[UUID, bytes], begun: Credits = NO_CREDITS) -> dict[UUID, int]:
        """Does what `store.append` and `credits.note` do, and commits; DocumentChanged has been delivered by then."""
        if not updates:
            return {}
        if self._thread is None:
            async with self._database.writing() as session:
                places = await store.append(session, updates)
                await note(session, begun)
                return places
        async with self._database.exclusive():
            loop = asyncio.get_running_loop()
            places = await loop.run_in_executor(self._thread, self._commit, dict(updates), begun)
        await self._database.events.deliver([DocumentChanged(document_id, seq) for document_id, seq in places.items()])
        return places

    async def close(self) -> None:
        if self._thread is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
            self._thread.shutdown(wait=False)

    # In the thread.

    def _commit(self, updates: dict[UUID, bytes], begun: Credits) -> dict[UUID, int]:
        if self._connection is None:
            self._connection = self._database.open_sqlite()
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            places = _append(connection, updates)
            if begun:
                _note(connection, begun)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return places

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _append(connection: sqlite3.Connection, updates: dict[UUID, bytes]) -> dict[UUID, int]:
    # SQLAlchemy keeps a UUID as its 32 hexadecimal digits where the database has no type for it.
    keys = [document_id.hex for document_id in updates]
    held: dict[str, tuple[int, str | None]] = {}
    for some in (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)):
        marks = ",".join("?" * len(some))
        held |= {
            key: (seq, frozen_at)
            for key, seq, frozen_at in connection.execute(
                f"SELECT id, seq, frozen_at FROM {_DOCUMENTS} WHERE id IN ({marks}) AND deleted_at IS NULL",  # noqa: S608
                some,
            )
        }
    if missing := [UUID(key) for key in keys if key not in held]:
        raise DocumentsNotFound(missing)
    if frozen := [UUID(key) for key, (_, frozen_at) in held.items() if frozen_at is not None]:
        raise DocumentsFrozen(frozen)
    places = {document_id: held[document_id.hex][0] + 1 for document_id in updates}
    connection.executemany(
        f"UPDATE {_DOCUMENTS} SET seq = ? WHERE id = ?",  # noqa: S608 - the names are the models' own
        [(seq, document_id.hex) for document_id, seq in places.items()],
    )
    connection.executemany(
        f"INSERT INTO {_UPDATES} (document_id, seq, payload) VALUES (?, ?, ?)",  # noqa: S608 - as above
        [(document_id.hex, places[document_id], payload) for document_id, payload in updates.items()],
    )
    return places


def _note(connection: sqlite3.Connection, begun: Credits) -> None:
    connection.executemany(
        f"INSERT INTO {_CLIENTS} (document_id, client, clock, person_id, by_desk) "  # noqa: S608 - as above
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (document_id.hex, each.client, each.clock, each.person_id.hex if each.person_id else None, each.by_desk)
            for document_id, some in begun.items()
            for each in some
        ],
    )
