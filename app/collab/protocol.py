"""The wire format of y-websocket: lib0 variable-length numbers, one message a frame.

Reading is strict and bounded: every length is checked against the bytes that are there, nothing may follow a message,
and what is not well formed raises Malformed. Written from y-protocols 1.0 (sync.js, awareness.js, auth.js), with one
extension: message 100, `acknowledged(n)`, the first n updates of this connection are durable.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

#: The largest number that lib0 writes: JavaScript's Number.MAX_SAFE_INTEGER.
MAX_UINT: Final = 2**53 - 1
#: The update that changes nothing: no structs, no deletions.
EMPTY_UPDATE: Final = b"\x00\x00"
#: The state vector of an empty document.
EMPTY_STATE_VECTOR: Final = b"\x00"


class Malformed(ValueError):
    """Bytes that are not what the protocol says."""


class Kind(IntEnum):
    SYNC = 0
    AWARENESS = 1
    AUTH = 2
    QUERY_AWARENESS = 3
    ACKNOWLEDGED = 100


class Step(IntEnum):
    STATE_VECTOR = 0
    MISSING = 1
    UPDATE = 2


# As plain numbers: comparing with members of an enumeration takes longer than all the rest of reading a message.
_SYNC, _AWARENESS, _QUERY_AWARENESS = int(Kind.SYNC), int(Kind.AWARENESS), int(Kind.QUERY_AWARENESS)
_STATE_VECTOR, _MISSING, _UPDATE = int(Step.STATE_VECTOR), int(Step.MISSING), int(Step.UPDATE)


class Reader:
    """Reads a message from the front; raises Malformed rather than past its end."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def uint(self) -> int:
        try:
            value, self._at = _number(self._data, self._at)
        except IndexError:
            raise Malformed("a number is cut off") from None
        return value

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._data):
            raise Malformed("a length goes past the end")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def sized(self) -> bytes:
        return self.take(self.uint())

    def string(self) -> str:
        try:
            return self.sized().decode()
        except UnicodeDecodeError:
            raise Malformed("a text is not UTF-8") from None

    def count(self) -> int:
        """The number of things that follow, each of which takes at least one byte."""
        count = self.uint()
        if count > len(self._data) - self._at:
            raise Malformed("a count goes past the end")
        return count

    def end(self) -> None:
        if self._at != len(self._data):
            raise Malformed("bytes follow the message")


def uint(value: int) -> bytes:
    """`value` (0 to 2^53-1) as lib0 writes it."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value > 0x7F:
        out.append(0x80 | (value & 0x7F))
        value >>= 7
    out.append(value)
    return bytes(out)


def with_length(data: bytes) -> bytes:
    return uint(len(data)) + data


class StateVector(NamedTuple):
    """Sync step 1: what the sender has; the answer is what it lacks."""

    vector: bytes


class Update(NamedTuple):
    """Sync step 2 (`answer`: to our step 1, everything that we lacked) or an update."""

    update: bytes
    answer: bool


class Awareness(NamedTuple):
    payload: bytes


class QueryAwareness(NamedTuple):
    pass


Message = StateVector | Update | Awareness | QueryAwareness
_QUERY = QueryAwareness()


def parse(data: bytes) -> Message:
    """What a client sent, as one message. Raises Malformed, also for what only a server may send."""
    try:
        kind = data[0]
        if kind == _AWARENESS:
            return Awareness(_rest(data, 1))
        if kind == _SYNC:
            step, payload = data[1], _rest(data, 2)
            if step == _UPDATE:
                return Update(payload, answer=False)
            if step == _MISSING:
                return Update(payload, answer=True)
            if step == _STATE_VECTOR:
                return StateVector(payload)
            raise Malformed("unknown sync step")
    except IndexError:
        raise Malformed("the message is cut off") from None
    if kind != _QUERY_AWARENESS:
        raise Malformed("unknown message")
    if len(data) > 1:
        raise Malformed("bytes follow the message")
    return _QUERY


def _rest(data: bytes, at: int) -> bytes:
    """What is left of a message from `at` on: its length, and so many bytes. Raises Malformed, IndexError."""
    length, at = _number(data, at)
    if len(data) - at != length:
        raise Malformed("a length is not that of what follows")
    return data[at:]


def _number(data: bytes, at: int) -> tuple[int, int]:
    """(the number at `at`, where it ends). Raises Malformed, IndexError."""
    byte = data[at]
    at += 1
    if byte < 0x80:
        return byte, at
    value, shift = byte & 0x7F, 7
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 49:
            raise Malformed("a number is too long")
    if value > MAX_UINT:
        raise Malformed("a number is too large")
    return value, at


def state_vector(vector: bytes) -> bytes:
    return b"\x00\x00" + with_length(vector)


def missing(update: bytes) -> bytes:
    return b"\x00\x01" + with_length(update)


def update(update: bytes) -> bytes:
    return b"\x00\x02" + with_length(update)


def awareness(payload: bytes) -> bytes:
    return b"\x01" + with_length(payload)


def denied(reason: str) -> bytes:
    """Permission denied, in the auth message that y-protocols has for it."""
    return b"\x02\x00" + with_length(reason.encode())


def acknowledged(count: int) -> bytes:
    """The first `count` updates that this connection sent are durable."""
    return uint(Kind.ACKNOWLEDGED) + uint(count)


class State(NamedTuple):
    """The presence of one client. `json` is "null" for one that has left."""

    client: int
    clock: int
    json: str


def parse_states(payload: bytes) -> list[State]:
    """The entries of an awareness message, in order. The JSON is not looked into. Raises Malformed."""
    states = []
    try:
        count, at = _number(payload, 0)
        if count > len(payload) - at:
            raise Malformed("a count goes past the end")
        for _ in range(count):
            client, at = _number(payload, at)
            clock, at = _number(payload, at)
            length, at = _number(payload, at)
            end = at + length
            states.append(State(client, clock, payload[at:end].decode()))
            at = end
    except IndexError:
        raise Malformed("a number is cut off") from None
    except UnicodeDecodeError:
        raise Malformed("a text is not UTF-8") from None
    if at != len(payload):
        raise Malformed("a length is not that of what follows")
    return states


def encode_state(state: State) -> bytes:
    return uint(state.client) + uint(state.clock) + with_length(state.json.encode())


def joined_states(encoded: Sequence[bytes]) -> bytes:
    """The payload of an awareness message, of states that are encoded already."""
    return uint(len(encoded)) + b"".join(encoded)


def encode_states(states: Iterable[State]) -> bytes:
    return joined_states([encode_state(state) for state in states])
