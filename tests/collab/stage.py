"""A stage for live rooms: a clock that jumps, a store in memory that can be held or made to fail, and clients with a
document of their own on a network that delivers when the test says so."""

import asyncio
import json
import selectors
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pycrdt import Doc, Text

from app.access.roles import Role
from app.collab import protocol
from app.collab.admission import Admission, Applicant
from app.collab.broker import Broker
from app.collab.connection import Connection
from app.collab.doorway import Doorway
from app.collab.hub import Hub
from app.collab.participant import Participant
from app.collab.protocol import Reader, State
from app.documents.credits import Credit, Credits
from app.documents.seeding import seed
from app.documents.store import DocumentsFrozen, DocumentsNotFound, Stored
from app.kit.errors import NotFound, NotSignedIn
from tests.collab.wire import Wire

MOTION = UUID("01980000-0000-7000-8000-000000000001")
OTHER_MOTION = UUID("01980000-0000-7000-8000-000000000002")


class _JumpingSelector(selectors.SelectSelector):
    """Where a loop would wait, its clock jumps to the end of the waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        if not ready and timeout is not None:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on which hours pass in no time, always in the same way."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        # What is scheduled for now is due now, however the sums of floats come out.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return 1000.0 + self._jumping.passed


async def time_passes(seconds: float = 1.0) -> None:
    """Everything that is due within so many seconds happens."""
    loop = asyncio.get_running_loop()
    passed = loop.create_future()
    loop.call_later(seconds, passed.set_result, None)
    await passed


async def comes_true(condition: Callable[[], bool]) -> None:
    """Returns as soon as the condition holds; for what happens on real sockets.

    Asks a thousand times a second and not without a pause: the lines and servers that are waited for need the
    processor, and those in threads of this process the interpreter.
    """
    async with asyncio.timeout(30):
        while not condition():
            await time_passes(0.001)


async def next_turn() -> None:
    await asyncio.sleep(0)


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Shelf:
    """One document of the store."""

    state: bytes
    snapshot_seq: int = 0
    log: list[tuple[int, bytes]] = field(default_factory=list)
    frozen: bool = False
    credits: list[Credit] = field(default_factory=list)

    @property
    def seq(self) -> int:
        return self.log[-1][0] if self.log else self.snapshot_seq


class MemoryStore:
    """A RoomStore in memory. While `held` commits wait; as long as there are `failures` they raise them instead."""

    def __init__(self) -> None:
        self.shelves: dict[UUID, Shelf] = {}
        self.commits: list[dict[UUID, bytes]] = []
        self.loads: list[UUID] = []
        self.compactions: list[UUID] = []
        self.failures: list[Exception] = []
        self.latency = 0.002
        self._open = asyncio.Event()
        self._open.set()

    def add(self, document_id: UUID, title: str = "", demands: Sequence[str] = ()) -> None:
        self.shelves[document_id] = Shelf(seed(title, "", demands, document_id))

    def hold(self) -> None:
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def load(self, document_id: UUID) -> Stored:
        self.loads.append(document_id)
        await time_passes(self.latency)
        shelf = self._shelf(document_id)
        return Stored(shelf.seq, (shelf.state, *(update for _, update in shelf.log)), shelf.frozen)

    async def append(self, updates: Mapping[UUID, bytes], begun: Credits) -> Mapping[UUID, int]:
        await time_passes(self.latency)
        await self._open.wait()
        if self.failures:
            raise self.failures.pop(0)
        if missing := [each for each in updates if each not in self.shelves]:
            raise DocumentsNotFound(missing)
        if frozen := [each for each in updates if self.shelves[each].frozen]:
            raise DocumentsFrozen(frozen)
        self.commits.append(dict(updates))
        for document_id, update in updates.items():
            shelf = self.shelves[document_id]
            shelf.credits += begun.get(document_id, ())
            shelf.log.append((shelf.seq + 1, update))
        return await self.places(updates)

    async def since(self, document_id: UUID, seq: int) -> Sequence[tuple[int, bytes]]:
        await time_passes(self.latency)
        shelf = self._shelf(document_id)
        return [entry for entry in ((shelf.snapshot_seq, shelf.state), *shelf.log) if entry[0] > seq]

    async def places(self, document_ids: Collection[UUID]) -> Mapping[UUID, int]:
        return {document_id: self.shelves[document_id].seq for document_id in document_ids}

    async def compact(self, document_id: UUID, seq: int, state: bytes) -> None:
        await time_passes(self.latency)
        shelf = self._shelf(document_id)
        self.compactions.append(document_id)
        if seq < shelf.snapshot_seq:
            return
        shelf.state, shelf.snapshot_seq = state, seq
        shelf.log = [(place, update) for place, update in shelf.log if place > seq]

    async def freeze(self, document_id: UUID) -> None:
        await time_passes(self.latency)
        self._shelf(document_id).frozen = True

    async def close(self) -> None:
        pass

    def _shelf(self, document_id: UUID) -> Shelf:
        if document_id not in self.shelves:
            raise DocumentsNotFound([document_id])
        return self.shelves[document_id]

    def title(self, document_id: UUID = MOTION) -> str:
        """The title as somebody would find it who came after a crash."""
        shelf = self._shelf(document_id)
        doc: Doc[Any] = Doc()
        for update in (shelf.state, *(update for _, update in shelf.log)):
            doc.apply_update(update)
        return str(doc.get("title", type=Text))


class Client:
    """Somebody with the document open: a Yjs client, reduced to what it sends and does."""

    #: The newest shape of a text that it says it knows.
    schema: int | None = None

    def __init__(self, name: str, hub: Hub, document_id: UUID = MOTION, *, acks: bool = True) -> None:
        self.name = name
        self.hub = hub
        self.document_id = document_id
        # Any: a subclass may have a document of another make.
        self.doc: Any = Doc()
        self.text: Any = self.doc.get("title", type=Text)
        self.acks = acks
        self.acknowledged = 0
        self.denials: list[str] = []
        self.others: dict[int, State] = {}
        self.wire = Wire(self.hear)
        self.participant: Participant | None = None
        self.clock = 0
        self.synced = False
        #: What this client typed, where a test cares.
        self.own: set[str] = set()

    @property
    def client_id(self) -> int:
        return int(self.doc.client_id)

    @property
    def title(self) -> str:
        return str(self.text)

    async def join(self, *, slow: bool = False) -> "Client":
        """Connects and synchronises, with whatever was written while it was away."""
        self.wire = Wire(self.hear)
        self.wire.slow = slow
        self.synced = False
        self.acknowledged = 0

        async def opening() -> Connection:
            return self.wire

        self.participant = await self.hub.attend(
            Applicant(self.name, {}, "127.0.0.1", self.schema), self.document_id, opening, wants_acks=self.acks
        )
        self.send(protocol.state_vector(self.doc.get_state()))
        await time_passes(0.1)
        return self

    def leave(self) -> None:
        assert self.participant is not None
        self.participant.lose()

    def send(self, message: bytes) -> None:
        assert self.participant is not None
        if self.wire.closed is None:
            self.participant.receive(message)

    def type(self, text: str, at: int | None = None) -> bytes:
        """Writes into the title; returns the update."""
        update = self.write(text, at)
        self.send(protocol.update(update))
        return update

    def write(self, text: str, at: int | None = None) -> bytes:
        """Writes into the own copy only; returns the update."""
        before = self.doc.get_state()
        end = len(str(self.text).encode())
        self.text.insert(end if at is None else min(at, end), text)
        return bytes(self.doc.get_update(before))

    def erase(self, at: int, size: int) -> bytes:
        """Takes so many bytes of the title out of the own copy only; returns the update."""
        before = self.doc.get_state()
        del self.text[at : at + size]
        return bytes(self.doc.get_update(before))

    def point(self, state: Mapping[str, Any] | None = None, *, client_id: int | None = None) -> None:
        """Says where the caret is."""
        self.clock += 1
        shown = State(client_id or self.client_id, self.clock, json.dumps(state if state is not None else {"user": {}}))
        self.send(protocol.awareness(protocol.encode_states([shown])))

    def hear(self, message: bytes) -> None:
        reader = Reader(message)
        kind = reader.uint()
        if kind == protocol.Kind.SYNC:
            step, payload = reader.uint(), reader.sized()
            if step == protocol.Step.STATE_VECTOR:
                missing = self.doc.get_update(payload)
                asyncio.get_running_loop().call_soon(self.send, protocol.missing(missing))
            else:
                self.doc.apply_update(payload)
                self.synced = self.synced or step == protocol.Step.MISSING
        elif kind == protocol.Kind.AWARENESS:
            for state in protocol.parse_states(reader.sized()):
                known = self.others.get(state.client)
                newer = known is None or state.clock > known.clock
                if newer or (known is not None and state.clock == known.clock and state.json == "null"):
                    self.others[state.client] = state
        elif kind == protocol.Kind.AUTH:
            reader.uint()
            self.denials.append(reader.sized().decode())
        elif kind == protocol.Kind.ACKNOWLEDGED:
            self.acknowledged = reader.uint()

    def sees(self, other: "Client") -> Any:
        """The state of presence of the other, None when there is none."""
        state = self.others.get(other.client_id)
        return json.loads(state.json) if state is not None else None


class Guests:
    """An Admit: knows everybody by name, and what each may do. Who is not on the list is not signed in."""

    def __init__(self) -> None:
        self.roles: dict[str, Role] = {"astrid": Role.AUTHOR, "bo": Role.AUTHOR, "ove": Role.READER}
        self.asked = 0
        self.gone: set[UUID] = set()
        self.frozen: set[UUID] = set()

    async def __call__(self, applicant: Applicant, document_id: UUID) -> Admission:
        self.asked += 1
        await time_passes(0.001)
        name = applicant.token or applicant.cookies.get("session", "")
        if name not in self.roles:
            raise NotSignedIn
        if document_id in self.gone:
            raise NotFound
        person_id = UUID(int=sum(name.encode()))
        return Admission(person_id, name.capitalize(), len(name) % 8, self.roles[name], document_id in self.frozen)


@dataclass
class Stage:
    """One node, its store and its guests."""

    store: MemoryStore
    guests: Guests
    hub: Hub

    async def join(self, name: str, document_id: UUID = MOTION, *, acks: bool = True, slow: bool = False) -> Client:
        return await Client(name, self.hub, document_id, acks=acks).join(slow=slow)


async def set_stage(
    store: MemoryStore | None = None,
    guests: Guests | None = None,
    broker: Broker | None = None,
    doorway: Doorway | None = None,
) -> Stage:
    if store is None:
        store = MemoryStore()
        store.add(MOTION)
        store.add(OTHER_MOTION)
    guests = guests or Guests()
    hub = Hub(store, guests, broker=broker, doorway=doorway)
    await hub.start()
    return Stage(store, guests, hub)
