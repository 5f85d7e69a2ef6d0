"""How far a room has come in the document's log, and how long the log has grown since its snapshot."""

from app.collab import limits
from app.documents.store import Stored


class LogPosition:
    """`seq`: everything up to this place of the log has been shown in the room. Other nodes write into the log too."""

    def __init__(self, stored: Stored) -> None:
        self.seq = stored.seq
        #: Places above `seq` that have been shown already.
        self._ahead: set[int] = set()
        self._updates = len(stored.parts) - 1
        self._bytes = sum(map(len, stored.parts[1:]))

    @property
    def has_hole(self) -> bool:
        """Whether something is in the log that has not been shown, below something that has."""
        return bool(self._ahead)

    def knows(self, seq: int) -> bool:
        return seq <= self.seq or seq in self._ahead

    def arrive(self, seq: int, size: int) -> None:
        """The update of `size` bytes at place `seq` has been applied."""
        if self.knows(seq):
            return
        self._updates += 1
        self._bytes += size
        self._ahead.add(seq)
        while self.seq + 1 in self._ahead:
            self.seq += 1
            self._ahead.remove(self.seq)

    def reach(self, seq: int) -> None:
        """Everything up to `seq` has been applied."""
        self.seq = max(self.seq, seq)
        self._ahead = {place for place in self._ahead if place > self.seq}
        while self.seq + 1 in self._ahead:
            self.seq += 1
            self._ahead.remove(self.seq)

    def is_long(self, updates: int, size: int) -> bool:
        """Whether the log has more than `updates` entries or `size` bytes after its snapshot."""
        return self._updates > updates or self._bytes > max(limits.COMPACT_BYTES, size)

    def compacted(self) -> None:
        self._updates = self._bytes = 0
