"""The participants who have the text as it stands and are sent each change; slow readers wait outside."""

from collections.abc import Callable
from typing import Protocol

from app.collab import limits, metrics
from app.collab.connection import Outgoing
from app.collab.participant import Participant


class Timer(Protocol):
    def cancel(self) -> None: ...


class Schedule(Protocol):
    """The event loop's clock."""

    def now(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer: ...


class Audience:
    """Sends one thing to all. Who does not read is sent nothing more, then what it lacks, and is cut off at last."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._members: dict[Participant, None] = {}

    def __contains__(self, participant: Participant) -> bool:
        return participant in self._members

    def __len__(self) -> int:
        return len(self._members)

    def add(self, participant: Participant) -> None:
        """The participant is about to be sent the text as it stands."""
        self._members[participant] = None

    def remove(self, participant: Participant) -> None:
        self._members.pop(participant, None)

    def show(self, outgoing: Outgoing, *, but: Participant | None = None) -> None:
        # A copy: whoever turns out to be slow leaves while the rest are still being sent to.
        members = tuple(self._members)
        for participant in members:
            if participant is not but:
                participant.connection.send(outgoing)
        metrics.TRAFFIC.bytes_out += outgoing.size * len(members)

    def pace(self) -> float:
        """How long to gather before the next flush, in seconds: fewer frames where each goes to many."""
        return min(limits.FLUSH_PACE, len(self._members) * limits.FLUSH_PACE_PER_RECIPIENT)

    def presence_pace(self) -> float:
        """How long to gather presence while nobody writes, in seconds."""
        return min(limits.PRESENCE_PACE, len(self._members) * limits.PRESENCE_PACE_PER_RECIPIENT)

    def lag(self, participant: Participant, vector: bytes | None) -> None:
        """Too much waits in the connection. `vector`: what the participant has once that has been read."""
        if participant.lagging or not participant.present:
            return
        metrics.SLOW_READERS.labels("fell-behind").inc()
        participant.lagging = True
        participant.resumes = participant in self._members
        participant.behind = vector
        # Unread answers to what a client goes on sending would pile up as well.
        participant.hold_back("lag")
        self.remove(participant)
        self._watch(participant)

    def _watch(self, participant: Participant) -> None:
        waiting = participant.connection.waiting

        def check() -> None:
            if not participant.lagging or not participant.present:
                return
            if participant.connection.waiting < waiting:
                self._watch(participant)
                return
            metrics.SLOW_READERS.labels("cut-off").inc()
            participant.connection.abort()

        self._schedule.call_at(self._schedule.now() + limits.STALLED_SECONDS, check)

    def catch_up(self, participant: Participant) -> bool:
        """What waited has been read; returns whether the participant is now to be sent what it lacks."""
        if not participant.lagging:
            return False
        participant.lagging = False
        participant.let_go("lag")
        return participant.resumes and participant.present
