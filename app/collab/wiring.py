"""How the live rooms are fitted into the house: their store, their gate, their broker and the news of rights."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.orm import Session

from app.associations.queries import actors_of_api_tokens, actors_of_sessions
from app.collab import limits
from app.collab.admission import Admission, Applicant, Asked, Reception
from app.collab.broker import Broker
from app.collab.doorway import Doorway
from app.collab.hub import Hub
from app.documents import store
from app.documents.credits import Credits
from app.documents.journal import Journal
from app.documents.store import Stored
from app.kit.db import Database
from app.kit.errors import AppError
from app.motions import tickets
from app.motions.admission import Admitted, Claim, admit_all
from app.motions.events import RightsChanged
from app.people.events import SignedOut
from app.people.routes import SESSION_COOKIE
from app.settings import Settings


def create_hub(database: Database, settings: Settings) -> Hub:
    """The hub on this database; it hears of changes of rights by itself. `start()` it before serving."""
    broker: Broker | None = None
    if settings.redis_url:
        from app.collab.redis_broker import RedisBroker

        broker = RedisBroker(settings.redis_url)
    doorway = Doorway(per_person=settings.max_connections_per_person, per_address=settings.max_connections_per_address)
    hub = Hub(DatabaseStore(database), Reception(Gate(database, settings.secret_key)), broker=broker, doorway=doorway)

    async def on_rights(event: RightsChanged) -> None:
        await hub.rights_changed(event.document_id, event.person_id)

    async def on_sign_out(event: SignedOut) -> None:
        # Other tabs of that browser are still connected; the person's other devices are asked about too, and stay.
        await hub.rights_changed(None, event.person_id)

    database.events.subscribe(RightsChanged, on_rights)
    database.events.subscribe(SignedOut, on_sign_out)
    return hub


@asynccontextmanager
async def answering(database: Database) -> AsyncIterator[None]:
    """Raises TimeoutError when the block takes too long because the database's machine, or the way there, is dead.

    Nothing tells such a connection that the other side is gone, and the rest in the pool are no better: they are let
    go of, so that the next attempt finds the machine that has taken over. A file needs none of this.
    """
    if database.is_sqlite:
        yield
        return
    try:
        async with asyncio.timeout(limits.STORE_SILENCE_SECONDS):
            yield
    except TimeoutError:
        await database.abandon_connections()
        raise


class DatabaseStore:
    """A RoomStore on `app.documents.store`, each call in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._journal = Journal(database)

    async def load(self, document_id: UUID) -> Stored:
        async with answering(self._database):
            return await self._journal.load(document_id)

    async def append(self, updates: Mapping[UUID, bytes], begun: Credits) -> Mapping[UUID, int]:
        async with answering(self._database):
            return await self._journal.append(updates, begun)

    async def since(self, document_id: UUID, seq: int) -> Sequence[tuple[int, bytes]]:
        async with answering(self._database), self._database.reading() as session:
            return await store.since(session, document_id, seq)

    async def places(self, document_ids: Collection[UUID]) -> Mapping[UUID, int]:
        async with answering(self._database), self._database.reading() as session:
            return await store.places(session, document_ids)

    async def compact(self, document_id: UUID, seq: int, state: bytes) -> None:
        async with answering(self._database), self._database.writing() as session:
            await store.compact(session, document_id, seq, state)

    async def freeze(self, document_id: UUID) -> None:
        async with answering(self._database), self._database.writing() as session:
            await store.freeze(session, document_id)

    async def close(self) -> None:
        await self._journal.close()


class Gate:
    """An `AdmitAll` that asks `app.motions.admission` about those whom tokens, tickets and cookies stand for."""

    def __init__(self, database: Database, secret_key: str) -> None:
        self._database = database
        self._secret_key = secret_key

    async def __call__(self, asked: Sequence[Asked]) -> list[Admission | Exception]:
        tokens = {applicant.token for applicant, _ in asked if applicant.token is not None}
        read = {token: ticket for token in tokens if (ticket := tickets.read(self._secret_key, token)) is not None}
        browsers = {token for applicant, _ in asked if (token := _session_token(applicant)) is not None}

        def look(session: Session) -> list[Admitted | AppError]:
            programs = actors_of_api_tokens(session, tokens - read.keys())
            visitors = actors_of_sessions(session, browsers)
            claims: list[Claim] = []
            for applicant, document_id in asked:
                if applicant.token is not None:
                    actor = programs.get(applicant.token)
                else:
                    actor = visitors.get(_session_token(applicant) or "")
                claims.append(Claim(document_id, actor, read.get(applicant.token or "")))
            return admit_all(session, claims)

        return [
            Admission(answer.person_id, answer.name, answer.color, answer.role, answer.frozen)
            if isinstance(answer, Admitted)
            else answer
            for answer in await self._database.read(look)
        ]


def _session_token(applicant: Applicant) -> str | None:
    """What the browser holds, which counts only where there is no token."""
    return applicant.cookies.get(SESSION_COOKIE) if applicant.token is None else None
