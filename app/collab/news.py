"""What one node tells the others about a document, and how it is written for the way there."""

from dataclasses import dataclass
from uuid import UUID

from app.collab.protocol import Malformed, Reader, State, uint, with_length


@dataclass(frozen=True, slots=True)
class Committed:
    """`update` is in the log at place `seq`."""

    seq: int
    update: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """Presence of the sender's clients, each with the person who is behind it; checked by the sender."""

    states: tuple[tuple[UUID, State], ...]


@dataclass(frozen=True, slots=True)
class WhoIsThere:
    """The sender has opened the document and asks for the presence of the others' clients."""


@dataclass(frozen=True, slots=True)
class NodeLeft:
    """The sender is going down; nobody is there through it any more."""


@dataclass(frozen=True, slots=True)
class FrozenNow:
    """Nothing is written into the document any more."""


@dataclass(frozen=True, slots=True)
class RightsChanged:
    """Everybody in the document, or the one person, is to be asked about again. None: every one."""

    document_id: UUID | None
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Lost:
    """The sender could not tell everything: the log has to be read."""


@dataclass(frozen=True, slots=True)
class PageChanged:
    """Open pages of the motion are to fetch these parts again; with none, whoever reads there is asked about again."""

    motion_id: UUID
    parts: tuple[str, ...]


News = Committed | Seen | WhoIsThere | NodeLeft | FrozenNow | RightsChanged | Lost | PageChanged
#: Their place here is their number on the way; new ones are added at the end.
_KINDS: tuple[type[News], ...] = (
    Committed,
    Seen,
    WhoIsThere,
    NodeLeft,
    FrozenNow,
    RightsChanged,
    Lost,
    PageChanged,
)
_BARE: dict[type[News], News] = {WhoIsThere: WhoIsThere(), NodeLeft: NodeLeft(), FrozenNow: FrozenNow(), Lost: Lost()}
_NONE = bytes(16)


def encode(news: News) -> bytes:
    match news:
        case Committed(seq, update):
            body = uint(seq) + with_length(update)
        case Seen(states):
            parts = [
                person_id.bytes + uint(client) + uint(clock) + with_length(text.encode())
                for person_id, (client, clock, text) in states
            ]
            body = uint(len(parts)) + b"".join(parts)
        case RightsChanged(document_id, person_id):
            body = _optional(document_id) + _optional(person_id)
        case PageChanged(motion_id, names):
            body = motion_id.bytes + uint(len(names)) + b"".join(with_length(name.encode()) for name in names)
        case _:
            body = b""
    return uint(_KINDS.index(type(news))) + body


def decode(data: bytes) -> News:
    """Raises Malformed: the way between the nodes may be shared with others."""
    reader = Reader(data)
    number = reader.uint()
    if number >= len(_KINDS):
        raise Malformed("unknown news")
    kind = _KINDS[number]
    news: News
    if kind is Committed:
        news = Committed(reader.uint(), reader.sized())
    elif kind is Seen:
        news = Seen(tuple(_state(reader) for _ in range(reader.count())))
    elif kind is RightsChanged:
        news = RightsChanged(_read_optional(reader), _read_optional(reader))
    elif kind is PageChanged:
        motion_id = UUID(bytes=reader.take(16))
        news = PageChanged(motion_id, tuple(reader.string() for _ in range(reader.count())))
    else:
        news = _BARE[kind]
    reader.end()
    return news


def _state(reader: Reader) -> tuple[UUID, State]:
    return UUID(bytes=reader.take(16)), State(reader.uint(), reader.uint(), reader.string())


def _optional(value: UUID | None) -> bytes:
    return value.bytes if value is not None else _NONE


def _read_optional(reader: Reader) -> UUID | None:
    value = reader.take(16)
    return None if value == _NONE else UUID(bytes=value)
