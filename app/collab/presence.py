"""Who is in a room and where their carets are: the awareness protocol, checked and coalesced.

A client id belongs to the connection that first spoke for it, until that connection ends; others who claim it are not
believed. Name, colour and id are those of the session, whatever the client says. Only the newest state of each client
since the last flush goes out.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import orjson

from app.collab import limits
from app.collab.protocol import Malformed, State, encode_state, joined_states, parse_states

GONE = "null"
#: So much of a person's id tells their windows from those of others in the room: its last group of digits.
_TELLING = 12


class PresenceTooLarge(ValueError):
    """A state of presence is larger than anybody needs."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a state of presence is shown as. `color` is 0 to 7."""

    person_id: UUID
    name: str
    color: int


@dataclass(slots=True)
class _Entry:
    state: State
    #: The connection, or the node, that speaks for the client; None once it has left.
    owner: Hashable | None
    person_id: UUID
    renewed_at: float
    _encoded: bytes = b""

    @property
    def clock(self) -> int:
        return self.state.clock

    @property
    def json(self) -> str:
        return self.state.json

    @property
    def encoded(self) -> bytes:
        """What the others are sent of it: made once, for each who comes is sent everybody."""
        if not self._encoded:
            self._encoded = encode_state(self.state)
        return self._encoded


class Flush(NamedTuple):
    """What goes out: to the people here as an awareness payload, and what other nodes lack; and who said it."""

    payload: bytes
    ours: list[tuple[UUID, State]]
    owners: frozenset[Hashable | None]


class Presence:
    """The presence in one room. Times are those of the event loop, in seconds."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        #: The client ids of each who speaks for some.
        self._spoken_for: dict[Hashable, set[int]] = {}
        self._changed: set[int] = set()
        self._renewed: set[int] = set()
        self._ours: set[int] = set()
        self._snapshot: bytes | None = None

    @property
    def changed(self) -> bool:
        """Whether there is something that the others should see at once."""
        return bool(self._changed)

    @property
    def renewed(self) -> bool:
        """Whether somebody only said to be still there."""
        return bool(self._renewed)

    def receive(self, payload: bytes, owner: Hashable, identity: Identity, now: float) -> int:
        """Takes in what a connection says; returns how many claims to others' client ids were not believed.

        Raises Malformed, and PresenceTooLarge.
        """
        disbelieved = 0
        for client, clock, text in parse_states(payload):
            entry = self._entries.get(client)
            if entry is not None and entry.owner != owner and not self._passes_on(entry, clock, text, identity):
                # A stock provider repeats what it hears of others; only what is newer than we know is a claim.
                disbelieved += clock > entry.clock
                continue
            if entry is None or entry.owner != owner:
                if text == GONE:
                    continue
                if len(self._spoken_for.get(owner, ())) >= limits.PRESENCE_CLIENTS:
                    disbelieved += 1
                    continue
            elif clock < entry.clock or (clock == entry.clock and text != GONE):
                continue
            state = State(client, clock, GONE if text == GONE else _with_identity(text, identity))
            self._put(_Entry(state, owner, identity.person_id, now), ours=True)
        return disbelieved

    def _passes_on(self, entry: _Entry, clock: int, text: str, identity: Identity) -> bool:
        """Whether a client id may pass to another connection: somebody who came back before the old one was missed."""
        if entry.person_id != identity.person_id or text == GONE:
            return False
        return clock >= entry.clock if entry.owner is None else clock > entry.clock

    def receive_from_node(self, node: Hashable, states: Iterable[tuple[UUID, State]], now: float) -> None:
        """Takes in what another node has checked and let its own clients see."""
        for person_id, state in states:
            client, clock, text = state
            entry = self._entries.get(client)
            if entry is not None:
                newer = clock > entry.clock or (clock == entry.clock and text == GONE and entry.json != GONE)
                if not newer or (entry.owner not in {node, None} and entry.person_id != person_id):
                    continue
            self._put(_Entry(state, node, person_id, now), ours=False)

    def leave(self, owner: Hashable, now: float) -> None:
        """Everybody that `owner` spoke for has left.

        The clock stays as it is: receivers drop a client at an equal clock, and the one who comes back goes on from it.
        """
        for client in tuple(self._spoken_for.get(owner, ())):
            entry = self._entries[client]
            gone = _Entry(State(client, entry.clock, GONE), None, entry.person_id, now)
            if entry.json == GONE:
                self._keep(gone)
            else:
                self._put(gone, ours=client in self._ours)

    def expire(self, now: float) -> None:
        """Forgets those who have not said for long that they are still there, and those who left long ago."""
        for client, entry in list(self._entries.items()):
            age = now - entry.renewed_at
            if entry.json == GONE:
                if age > limits.PRESENCE_MEMORY_SECONDS and client not in self._changed:
                    self._let_go(client)
                    self._ours.discard(client)
            elif age > limits.PRESENCE_SECONDS:
                gone = _Entry(State(client, entry.clock, GONE), entry.owner, entry.person_id, now)
                self._put(gone, ours=False)

    def _keep(self, entry: _Entry) -> None:
        client = entry.state.client
        before = self._entries.get(client)
        if before is None or before.owner != entry.owner:
            self._let_go(client)
            if entry.owner is not None:
                self._spoken_for.setdefault(entry.owner, set()).add(client)
        self._entries[client] = entry

    def _let_go(self, client: int) -> None:
        entry = self._entries.pop(client, None)
        if entry is not None and entry.owner is not None:
            spoken_for = self._spoken_for[entry.owner]
            spoken_for.remove(client)
            if not spoken_for:
                del self._spoken_for[entry.owner]

    def _put(self, entry: _Entry, *, ours: bool) -> None:
        client = entry.state.client
        before = self._entries.get(client)
        if before is not None and before.json == entry.json and entry.json != GONE:
            if client not in self._changed:
                self._renewed.add(client)
        else:
            self._renewed.discard(client)
            self._changed.add(client)
        self._keep(entry)
        self._snapshot = None
        if ours:
            self._ours.add(client)
        else:
            self._ours.discard(client)

    def take(self) -> Flush:
        """What has changed or was renewed since the last time."""
        entries = [self._entries[client] for client in self._changed | self._renewed]
        self._changed = set()
        self._renewed = set()
        return Flush(
            joined_states([entry.encoded for entry in entries]),
            [(entry.person_id, entry.state) for entry in entries if entry.state.client in self._ours],
            frozenset(entry.owner for entry in entries),
        )

    def snapshot(self) -> bytes | None:
        """Everybody who is here, for one who comes; None when nobody is."""
        if self._snapshot is None:
            here = [entry.encoded for entry in self._entries.values() if entry.state.json != GONE]
            self._snapshot = joined_states(here) if here else b""
        return self._snapshot or None

    def ours(self) -> list[tuple[UUID, State]]:
        """Everybody who is here through this node, for a node that asks."""
        return [
            (entry.person_id, entry.state)
            for client, entry in self._entries.items()
            if client in self._ours and entry.json != GONE
        ]


def _with_identity(text: str, identity: Identity) -> str:
    try:
        state = orjson.loads(text)
    except ValueError:
        raise Malformed("a state of presence is not JSON") from None
    if not isinstance(state, dict):
        raise Malformed("a state of presence is not an object")
    state["user"] = {"name": identity.name, "color": identity.color, "id": str(identity.person_id)[-_TELLING:]}
    try:
        checked = orjson.dumps(state)
    except TypeError:  # nested beyond what anybody means
        raise Malformed("a state of presence is too deep") from None
    if len(checked) > limits.PRESENCE_STATE_BYTES:
        raise PresenceTooLarge
    return checked.decode()
