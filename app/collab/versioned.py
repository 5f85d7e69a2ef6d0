"""The engine's copy of a document, with what many ask for computed once per version."""

from app.collab import limits
from app.collab.connection import Outgoing
from app.collab.protocol import EMPTY_STATE_VECTOR, missing
from app.documents.editing import TextChange
from app.documents.engine import Applied, Replica, vector_of
from app.documents.store import Stored
from app.documents.text import MotionText


class VersionedReplica:
    """A replica that is made when it is first needed: a newcomer gets the stored snapshot as it is.

    Raises what the engine raises. Each method that changes something begins a new version.
    """

    def __init__(self, stored: Stored) -> None:
        self._parts = stored.parts
        self._made: Replica | None = None
        self._state: bytes | None = stored.parts[0] if len(stored.parts) == 1 else None
        self._whole: Outgoing | None = None
        self._vector: bytes | None = None
        self._text: MotionText | None = None
        #: About the size of the encoded state.
        self.size = sum(map(len, stored.parts))

    @property
    def _replica(self) -> Replica:
        if self._made is None:
            self._made = Replica(self._parts)
            self._parts = ()
        return self._made

    @property
    def usable(self) -> bool:
        """Whether the engine has not failed at it."""
        return self._made is None or self._made.usable

    @property
    def desk(self) -> tuple[int, int]:
        return self._replica.desk

    def is_newer_than(self, schema: int) -> bool:
        return self._replica.is_newer_than(schema)

    def apply(self, update: bytes) -> Applied:
        applied = self._replica.apply(update)
        self._changed(len(update))
        return applied

    def follow(self, update: bytes) -> None:
        """Takes in what another replica of the document has let through."""
        self._replica.follow(update)
        self._changed(len(update))

    def edit(self, change: TextChange) -> bytes:
        """Makes the change; returns the update that it was, empty when nothing had to be changed."""
        update = self._replica.edit(change)
        self._changed(len(update))
        return update

    def _changed(self, size: int) -> None:
        self.size += size
        self._state = self._whole = self._vector = self._text = None

    def state(self) -> bytes:
        if self._state is None:
            self._state = self._replica.state()
            self.size = len(self._state)
        return self._state

    def vector(self) -> bytes:
        if self._vector is None:
            # A room in which nobody writes never needs the engine's copy, which takes time and memory to make.
            easily = self._made is None and 0 < len(self._parts) <= limits.COMPACT_UPDATES_IDLE
            self._vector = vector_of(self._parts) if easily else self._replica.state_vector()
        return self._vector

    def text(self) -> MotionText:
        if self._text is None:
            self._text = self._replica.read()
        return self._text

    def missing(self, vector: bytes | None) -> Outgoing:
        """Step 2 for somebody who has what `vector` says; None or the empty vector: nothing yet."""
        if vector is None or vector == EMPTY_STATE_VECTOR:
            if self._whole is None:
                self._whole = Outgoing(missing(self.state()))
            return self._whole
        return Outgoing(missing(self._replica.diff(vector)))

    def close(self) -> None:
        if self._made is not None:
            self._made.close()
