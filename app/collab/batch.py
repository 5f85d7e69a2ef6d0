"""What wants to change a text, and what is committed of it together."""

from asyncio import Future
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from app.collab.participant import Participant
from app.documents.credits import Credit
from app.documents.editing import TextChange
from app.documents.text import MotionText

T = TypeVar("T")


@dataclass(slots=True)
class ClientUpdate:
    """An update of a client; the `number`-th on its connection. `answer`: everything that we lacked of it."""

    update: bytes
    origin: Participant
    number: int
    answer: bool


@dataclass(slots=True)
class DeskEdit:
    """A change that the desk wants; `done` gets the text once it is durable, `before` is how it read until then."""

    change: TextChange
    done: "Future[MotionText]"
    before: MotionText | None = None


Entry = ClientUpdate | DeskEdit


@dataclass(slots=True)
class Batch:
    """What is committed together, and whom to tell when it is. `began`: when the oldest of it arrived."""

    began: float
    entries: list[Entry] = field(default_factory=list)
    updates: list[bytes] = field(default_factory=list)
    size: int = 0
    #: All updates merged; empty when there is nothing to store.
    update: bytes = b""
    #: The last update of each sender that the batch makes durable.
    numbers: dict[Participant, int] = field(default_factory=dict)
    #: Who has begun to write in it.
    credits: list[Credit] = field(default_factory=list)

    def add(self, entry: Entry, update: bytes) -> None:
        self.entries.append(entry)
        if update:
            self.updates.append(update)
            self.size += len(update)

    def credit(self, writers: dict[int, UUID | None], credit: Credit) -> None:
        """Notes who writes, unless `writers` knows it already: by client, who was last noted."""
        if writers.get(credit.client) != credit.person_id:
            writers[credit.client] = credit.person_id
            self.credits.append(credit)

    @property
    def only_origin(self) -> Participant | None:
        """The connection that everything in the batch came from, if it was one."""
        origins = {entry.origin if isinstance(entry, ClientUpdate) else None for entry in self.entries}
        return origins.pop() if len(origins) == 1 else None

    def fail(self, error: Exception) -> None:
        """Tells those at the desk; clients are told by their room."""
        fail((entry.done for entry in self.entries if isinstance(entry, DeskEdit)), error)


def resolve(waiting: "Iterable[Future[T]]", result: T) -> None:
    """Gives the result to whoever still waits for it."""
    for each in waiting:
        if not each.done():
            each.set_result(result)


def fail(waiting: "Iterable[Future[T]]", error: Exception) -> None:
    """Gives the error to whoever still waits for a result."""
    for each in waiting:
        if not each.done():
            each.set_exception(error)
