"""The shortest way into the logs and out of them, for the rooms, which go it all day.

A commit through a session takes several turns between the event loop and SQLite's thread, and builds its statements
each time: some 4 ms of processor time where the work itself takes 0.5; so it is with loading. On SQLite the journal
therefore goes there once for the whole transaction. Elsewhere it is `store.append` and `store.load`, each in a unit of
work of its own.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from uuid import UUID

from app.documents import store
from app.documents.credits import NO_CREDITS, Credits, note
from app.documents.events import DocumentChanged
from app.documents.models import Document, DocumentClient, DocumentSnapshot, DocumentUpdate
from app.documents.store import DocumentsFrozen, DocumentsNotFound, Stored, require_unbroken
from app.kit.db import Database

_DOCUMENTS = Document.__tablename__
_CLIENTS = DocumentClient.__tablename__
_SNAPSHOTS = DocumentSnapshot.__tablename__
_UPDATES = DocumentUpdate.__tablename__
#: Documents in one statement, well below the number of variables that SQLite takes.
_AT_ONCE = 500

T = TypeVar("T")


class _Clerk:
    """A thread with a connection of its own to SQLite, made when it is first needed."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, name)
        self._connection: sqlite3.Connection | None = None

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` returns, done in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown(wait=False)

    # In the thread.

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._database.open_sqlite()
        return work(self._connection)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Journal:
    """Appends to the logs of documents, and reads them. `close()` it in the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # What is read never waits for what is written.
        self._writing = _Clerk(database, "journal") if database.is_sqlite else None
        self._reading = _Clerk(database, "journal-reading") if database.is_sqlite else None

    async def append(self, updates: Mapping[UUID, bytes], begun: Credits = NO_CREDITS) -> dict[UUID, int]:
        """Does what `store.append` and `credits.note` do, and commits; DocumentChanged has been delivered by then."""
        if not updates:
            return {}
        if self._writing is None:
            async with self._database.writing() as session:
                places = await store.append(session, updates)
                await note(session, begun)
                return places
        async with self._database.exclusive():
            places = await self._writing.do(partial(_commit, updates=dict(updates), begun=begun))
        await self._database.events.deliver([DocumentChanged(document_id, seq) for document_id, seq in places.items()])
        return places

    async def load(self, document_id: UUID) -> Stored:
        """What `store.load` gives. Raises NotFound."""
        if self._reading is None:
            async with self._database.reading() as session:
                return await store.load(session, document_id)
        return await self._reading.do(partial(_load, document_id=document_id))

    async def close(self) -> None:
        for clerk in (self._writing, self._reading):
            if clerk is not None:
                await clerk.close()


def _commit(connection: sqlite3.Connection, updates: dict[UUID, bytes], begun: Credits) -> dict[UUID, int]:
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


def _load(connection: sqlite3.Connection, document_id: UUID) -> Stored:
    key = (document_id.hex,)
    connection.execute("BEGIN")
    try:
        document = connection.execute(
            f"SELECT frozen_at FROM {_DOCUMENTS} WHERE id = ? AND deleted_at IS NULL",  # noqa: S608 - as above
            key,
        ).fetchone()
        if document is None:
            raise DocumentsNotFound([document_id])
        entries: list[tuple[int, bytes]] = connection.execute(
            f"SELECT seq, state FROM {_SNAPSHOTS} WHERE document_id = ?",  # noqa: S608 - as above
            key,
        ).fetchall()
        entries += connection.execute(
            f"SELECT seq, payload FROM {_UPDATES} WHERE document_id = ? AND seq > ? ORDER BY seq",  # noqa: S608 - as above
            (document_id.hex, entries[0][0]),
        ).fetchall()
    finally:
        connection.execute("ROLLBACK")
    require_unbroken(document_id, [place for place, _ in entries])
    return Stored(entries[-1][0], tuple(payload for _, payload in entries), document[0] is not None)


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
