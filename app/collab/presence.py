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
from app.collab.protocol import Malformed, State, encode_states, parse_states

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
    clock: int
    json: str
    #: The connection, or the node, that speaks for the client; None once it has left.
    owner: Hashable | None
    person_id: UUID
    renewed_at: float


class Flush(NamedTuple):
    """What goes out: to the people here as an awareness payload, and what other nodes lack; and who said it."""

    payload: bytes
    ours: list[tuple[UUID, State]]
    owners: frozenset[Hashable | None]


class Presence:
    """The presence in one room. Times are those of the event loop, in seconds."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
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
        claimed = -1
        for client, clock, text in parse_states(payload):
            entry = self._entries.get(client)
            if entry is not None and entry.owner != owner and not self._passes_on(entry, clock, text, identity):
                # A stock provider repeats what it hears of others; only what is newer than we know is a claim.
                disbelieved += clock > entry.clock
                continue
            if entry is None or entry.owner != owner:
                if text == GONE:
                    continue
                if claimed < 0:
                    claimed = sum(each.owner == owner for each in self._entries.values())
                if claimed >= limits.PRESENCE_CLIENTS:
                    disbelieved += 1
                    continue
                claimed += 1
            elif clock < entry.clock or (clock == entry.clock and text != GONE):
                continue
            state = GONE if text == GONE else _with_identity(text, identity)
            self._put(client, _Entry(clock, state, owner, identity.person_id, now), ours=True)
        return disbelieved

    def _passes_on(self, entry: _Entry, clock: int, text: str, identity: Identity) -> bool:
        """Whether a client id may pass to another connection: somebody who came back before the old one was missed."""
        if entry.person_id != identity.person_id or text == GONE:
            return False
        return clock >= entry.clock if entry.owner is None else clock > entry.clock

    def receive_from_node(self, node: Hashable, states: Iterable[tuple[UUID, State]], now: float) -> None:
        """Takes in what another node has checked and let its own clients see."""
        for person_id, (client, clock, text) in states:
            entry = self._entries.get(client)
            if entry is not None:
                newer = clock > entry.clock or (clock == entry.clock and text == GONE and entry.json != GONE)
                if not newer or (entry.owner not in {node, None} and entry.person_id != person_id):
                    continue
            self._put(client, _Entry(clock, text, node, person_id, now), ours=False)

    def leave(self, owner: Hashable, now: float) -> None:
        """Everybody that `owner` spoke for has left.

        The clock stays as it is: receivers drop a client at an equal clock, and the one who comes back goes on from it.
        """
        for client, entry in list(self._entries.items()):
            if entry.owner == owner:
                gone = _Entry(entry.clock, GONE, None, entry.person_id, now)
                if entry.json == GONE:
                    self._entries[client] = gone
                else:
                    self._put(client, gone, ours=client in self._ours)

    def expire(self, now: float) -> None:
        """Forgets those who have not said for long that they are still there, and those who left long ago."""
        for client, entry in list(self._entries.items()):
            age = now - entry.renewed_at
            if entry.json == GONE:
                if age > limits.PRESENCE_MEMORY_SECONDS and client not in self._changed:
                    del self._entries[client]
                    self._ours.discard(client)
            elif age > limits.PRESENCE_SECONDS:
                self._put(client, _Entry(entry.clock, GONE, entry.owner, entry.person_id, now), ours=False)

    def _put(self, client: int, entry: _Entry, *, ours: bool) -> None:
        before = self._entries.get(client)
        if before is not None and before.json == entry.json and entry.json != GONE:
            if client not in self._changed:
                self._renewed.add(client)
        else:
            self._renewed.discard(client)
            self._changed.add(client)
        self._entries[client] = entry
        self._snapshot = None
        if ours:
            self._ours.add(client)
        else:
            self._ours.discard(client)

    def take(self) -> Flush:
        """What has changed or was renewed since the last time."""
        clients = self._changed | self._renewed
        self._changed = set()
        self._renewed = set()
        states = [State(client, self._entries[client].clock, self._entries[client].json) for client in clients]
        return Flush(
            encode_states(states),
            [(self._entries[state.client].person_id, state) for state in states if state.client in self._ours],
            frozenset(self._entries[client].owner for client in clients),
        )

    def snapshot(self) -> bytes | None:
        """Everybody who is here, for one who comes; None when nobody is."""
        if self._snapshot is None:
            here = [
                State(client, entry.clock, entry.json) for client, entry in self._entries.items() if entry.json != GONE
            ]
            self._snapshot = encode_states(here) if here else b""
        return self._snapshot or None

    def ours(self) -> list[tuple[UUID, State]]:
        """Everybody who is here through this node, for a node that asks."""
        return [
            (entry.person_id, State(client, entry.clock, entry.json))
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
