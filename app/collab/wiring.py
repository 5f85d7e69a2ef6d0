"""How the rooms get their store, their doorkeeper and their broker. The one place in this folder that opens a
session."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.access.actor import Actor
from app.associations.queries import actor_of
from app.collab.admission import Admission, Admit, Applicant
from app.collab.broker import Broker
from app.collab.doorway import Doorway
from app.collab.hub import Hub
from app.documents import store
from app.documents.store import Stored
from app.kit.db import Database
from app.kit.errors import NotSignedIn
from app.motions import tickets
from app.motions.admission import admit
from app.motions.events import RightsChanged
from app.people.queries import person_of_api_token, person_of_session
from app.people.routes import SESSION_COOKIE
from app.settings import Settings


class DatabaseStore:
    """A RoomStore on the database; each call is a unit of work of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, document_id: UUID) -> Stored:
        async with self._database.reading() as session:
            return await store.load(session, document_id)

    async def append(self, updates: Mapping[UUID, bytes]) -> Mapping[UUID, int]:
        async with self._database.writing() as session:
            return await store.append(session, updates)

    async def since(self, document_id: UUID, seq: int) -> Sequence[tuple[int, bytes]]:
        async with self._database.reading() as session:
            return await store.since(session, document_id, seq)

    async def compact(self, document_id: UUID, seq: int, state: bytes) -> None:
        async with self._database.writing() as session:
            await store.compact(session, document_id, seq, state)

    async def freeze(self, document_id: UUID) -> None:
        async with self._database.writing() as session:
            await store.freeze(session, document_id)


def doorkeeper(database: Database, secret_key: str) -> Admit:
    """Knows people by their ticket, API token or session cookie, and asks the gate about them each time."""

    async def ask(applicant: Applicant, document_id: UUID) -> Admission:
        async with database.reading() as session:
            actor: Actor | None = None
            ticket: tickets.Ticket | None = None
            if applicant.token is not None:
                ticket = tickets.read(secret_key, applicant.token)
                person = await person_of_api_token(session, applicant.token) if ticket is None else None
                if ticket is None and person is None:
                    raise NotSignedIn
            else:
                cookie = applicant.cookies.get(SESSION_COOKIE)
                person = await person_of_session(session, cookie) if cookie is not None else None
            if person is not None:
                actor = await actor_of(session, person)
            admitted = await admit(session, document_id, actor, ticket)
        return Admission(admitted.person_id, admitted.name, admitted.color, admitted.role, admitted.frozen)

    return ask


def create_hub(database: Database, settings: Settings) -> Hub:
    """The rooms of this process. News of changed rights reaches them after it has been committed."""
    broker: Broker | None = None
    if settings.redis_url:
        from app.collab.valkey import ValkeyBroker

        broker = ValkeyBroker(settings.redis_url)
    doorway = Doorway(
        per_person=settings.max_connections_per_person, per_address=settings.max_connections_per_address
    )
    hub = Hub(DatabaseStore(database), doorkeeper(database, settings.secret_key), broker=broker, doorway=doorway)

    async def on_rights_changed(event: RightsChanged) -> None:
        await hub.rights_changed(event.document_id, event.person_id)

    database.events.subscribe(RightsChanged, on_rights_changed)
    return hub
