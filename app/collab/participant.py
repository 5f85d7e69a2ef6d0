"""One connection in a room: what it may do, what it has sent, and how much it may have waiting."""

from collections.abc import Callable
from typing import Protocol

from app.collab import limits
from app.collab.admission import Admission, Applicant
from app.collab.connection import Connection, Outgoing
from app.collab.effort import Effort
from app.collab.presence import Identity
from app.collab.protocol import acknowledged


class Allowance:
    """How much a client may send: a token bucket that may fall into debt, since what has been read has been read."""

    __slots__ = ("_at", "_bytes", "_messages", "_short_since")

    def __init__(self, now: float) -> None:
        self._at = now
        self._messages = float(limits.MESSAGE_BURST)
        self._bytes = float(limits.BYTE_BURST)
        self._short_since: float | None = None

    def spend(self, size: int, now: float, messages: int = 1) -> float:
        """Counts a message of `size` bytes; returns for how many seconds nothing more should be read."""
        passed, self._at = now - self._at, now
        self._messages = min(limits.MESSAGE_BURST, self._messages + passed * limits.MESSAGES_PER_SECOND) - messages
        self._bytes = min(limits.BYTE_BURST, self._bytes + passed * limits.BYTES_PER_SECOND) - size
        wait = 0.0
        if self._messages < 0 or self._bytes < 0:
            wait = max(-self._messages / limits.MESSAGES_PER_SECOND, -self._bytes / limits.BYTES_PER_SECOND)
            wait = max(wait, limits.SHORTEST_PAUSE)
            self._short_since = now if self._short_since is None else self._short_since
        elif self._messages > limits.MESSAGE_BURST / 2 and self._bytes > limits.BYTE_BURST / 2:
            self._short_since = None
        return wait

    def never_ends(self, now: float) -> bool:
        """Whether the client has been held back for so long that it must be a flood."""
        return self._short_since is not None and now - self._short_since > limits.FLOOD_SECONDS


class Place(Protocol):
    """The room, as its participants know it."""

    def receive(self, participant: "Participant", message: bytes) -> None: ...

    def receive_text(self, participant: "Participant") -> None: ...

    def lag(self, participant: "Participant") -> None: ...

    def catch_up(self, participant: "Participant") -> None: ...

    def leave(self, participant: "Participant") -> None: ...


class Participant:
    """One connection in one room. The room decides; this remembers."""

    __slots__ = (
        "_acknowledged",
        "_admission",
        "_ended",
        "_holds",
        "_room",
        "allowance",
        "applicant",
        "awaiting_answer",
        "behind",
        "connection",
        "dismissed",
        "effort",
        "gaps",
        "identity",
        "lagging",
        "pending",
        "pending_bytes",
        "present",
        "received",
        "refusals",
        "resumes",
        "wants_acks",
        "was_asked",
    )

    def __init__(
        self,
        room: Place,
        connection: Connection,
        applicant: Applicant,
        admission: Admission,
        now: float,
        ended: "Callable[[Participant], None]",
        *,
        wants_acks: bool,
    ) -> None:
        self._room = room
        self._ended = ended
        self.connection = connection
        self.applicant = applicant
        self.admission = admission
        self.wants_acks = wants_acks
        self.allowance = Allowance(now)
        self.effort = Effort(now)
        #: In the room; once it has left, what it sent before is still stored.
        self.present = True
        #: Sent away; what it sent and was not yet applied is forgotten.
        self.dismissed = False
        #: Updates received, and those of them that are not yet durable.
        self.received = 0
        self.pending = 0
        self.pending_bytes = 0
        #: Has been asked what we lack, as each author is once.
        self.was_asked = False
        #: After a gap nothing is acknowledged until the client has answered our step 1.
        self.awaiting_answer = False
        self.gaps = 0
        self.refusals = 0
        #: Reads too slowly. `behind` is the state vector of what it was sent last (None: unknown); with `resumes` it
        #: is sent the rest when it has read that.
        self.lagging = False
        self.behind: bytes | None = None
        self.resumes = False
        self._acknowledged = 0
        self._holds: set[str] = set()

    @property
    def admission(self) -> Admission:
        return self._admission

    @admission.setter
    def admission(self, admission: Admission) -> None:
        self._admission = admission
        self.identity = Identity(admission.person_id, admission.name, admission.color)

    def send(self, *messages: bytes) -> None:
        self.connection.send(Outgoing(*messages))

    def acknowledge(self, number: int) -> None:
        """The first `number` updates are durable."""
        if self.wants_acks and not self.awaiting_answer and number > self._acknowledged:
            self._acknowledged = number
            self.send(acknowledged(number))

    def hold_back(self, reason: str) -> None:
        """Reads nothing more until every reason for it has gone."""
        if not self._holds:
            self.connection.pause_reading()
        self._holds.add(reason)

    def is_held_back(self, reason: str) -> bool:
        return reason in self._holds

    def let_go(self, reason: str) -> None:
        if reason in self._holds:
            self._holds.remove(reason)
            if not self._holds:
                self.connection.resume_reading()

    def is_pending(self, size: int) -> None:
        """One update of `size` bytes waits to be stored."""
        self.pending += 1
        self.pending_bytes += size
        if self.pending >= limits.PENDING_UPDATES or self.pending_bytes >= limits.PENDING_BYTES:
            self.hold_back("pending")

    def is_durable(self, size: int) -> None:
        """One update of `size` bytes has been stored or refused."""
        self.pending -= 1
        self.pending_bytes -= size
        if self.pending <= limits.PENDING_UPDATES // 2 and self.pending_bytes <= limits.PENDING_BYTES // 2:
            self.let_go("pending")

    # What the connection tells.

    def receive(self, message: bytes) -> None:
        self._room.receive(self, message)

    def receive_text(self) -> None:
        self._room.receive_text(self)

    def lag(self) -> None:
        self._room.lag(self)

    def catch_up(self) -> None:
        self._room.catch_up(self)

    def lose(self) -> None:
        self._room.leave(self)
        self._ended(self)
