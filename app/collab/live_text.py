"""The text of one room, from what arrives to what is durable.

What arrives gathers in a queue. `take()` applies it, merges it and hands it over as one batch to commit; meanwhile the
next batch gathers. `settle()` is told that the batch is durable, and only then is it shown to anybody. Between the two
the engine's copy is ahead of the log, so whatever has to be read from it waits until the text is settled.
"""

import logging
import time
from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import Sequence
from typing import Final

from app.collab import connection as codes
from app.collab import limits, metrics
from app.collab.batch import Batch, ClientUpdate, DeskEdit, Entry, fail, resolve
from app.collab.intake import Intake
from app.collab.participant import Participant
from app.collab.position import LogPosition
from app.collab.protocol import EMPTY_UPDATE, state_vector
from app.collab.surroundings import People
from app.collab.versioned import VersionedReplica
from app.documents.editing import TextChange
from app.documents.engine import EngineFault, Refused, merge
from app.documents.store import Stored
from app.documents.text import MotionText
from app.kit.errors import Frozen

log = logging.getLogger("verkstad.collab")

#: Why somebody is sent away at whose update the engine failed.
ENGINE_FAULT: Final = "engine-fault"


class LiveText:
    """What everybody has been shown, what is being committed, and what has gathered meanwhile."""

    def __init__(self, stored: Stored, people: People) -> None:
        self.position = LogPosition(stored)
        #: Up to this place of the log the copy holds everything, whether it has been shown or not.
        self._loaded = stored.seq
        self._people = people
        self._copy = VersionedReplica(stored)
        self._closed = False
        self._queue: deque[Entry] = deque()
        self._oldest = 0.0
        self._in_flight: Batch | None = None
        self._restoring = False
        self._restores = 0
        #: What other nodes were heard to have committed, and what the log was found to hold, while neither could be
        #: taken in.
        self._heard: list[tuple[int, bytes]] = []
        self._heard_bytes = 0
        self._found: Sequence[tuple[int, bytes]] = ()
        #: So many of what is next in the queue are committed one by one, since they could not be merged.
        self._singly = 0
        #: Who waits for a settled text: to get what it lacks (by state vector), to be asked what we lack, to read.
        self._wanting: dict[Participant, bytes | None] = {}
        self._to_ask: dict[Participant, None] = {}
        self._readers: list[Future[MotionText]] = []
        self._drained: list[Future[None]] = []
        self._intake = Intake(people, self._to_ask)

    @property
    def settled(self) -> bool:
        """Whether the copy is what everybody has been shown."""
        return self._in_flight is None and not self._restoring and self.position.seq >= self._loaded

    @property
    def has_gathered(self) -> bool:
        return bool(self._queue)

    @property
    def busy(self) -> bool:
        """Whether something still has to be committed, or brought back."""
        return self.has_gathered or not self.settled

    def close(self, error: Exception) -> None:
        """Lets go of everything; whoever waits for something gets `error`."""
        self._closed = True
        unsaved = Batch(0.0, [*(self._in_flight.entries if self._in_flight else ()), *self._queue])
        self._queue.clear()
        unsaved.fail(error)
        fail(self._readers, error)
        fail(self._drained, error)
        self._copy.close()

    def forget(self, participant: Participant) -> None:
        """The participant has left and waits for nothing any more. What it sent is still stored."""
        self._wanting.pop(participant, None)
        self._to_ask.pop(participant, None)

    # What changes the text.

    def receive(self, sender: Participant, update: bytes, *, answer: bool) -> None:
        """An update of a client. `answer`: it is everything that we lacked."""
        sender.received += 1
        if update == EMPTY_UPDATE and not sender.pending:
            sender.awaiting_answer = sender.awaiting_answer and not answer
            sender.acknowledge(sender.received)
        elif not self._people.may_write(sender):
            self._people.refuse(sender)
        else:
            sender.is_pending(len(update))
            self._enqueue(ClientUpdate(update, sender, sender.received, answer))

    async def edit(self, change: TextChange) -> tuple[MotionText, MotionText]:
        """The text right before the change and after it, once that is durable."""
        entry = DeskEdit(change, get_running_loop().create_future())
        self._enqueue(entry)
        after = await entry.done
        assert entry.before is not None
        return entry.before, after

    def _enqueue(self, entry: Entry) -> None:
        if not self._queue:
            self._oldest = self._people.now()
        self._queue.append(entry)
        self._people.wake()

    def take(self) -> Batch | None:
        """Applies what has gathered, as much as one batch may hold. Until `settle()` the next one gathers.

        Returns None when there is nothing to commit now. A batch whose `update` is empty needs no commit.
        """
        if not self.settled or not self._queue or self._closed:
            return None
        if not self._copy.usable:
            # It failed before, at something else: nobody is to be blamed for it whose update is the first to find out.
            self._lose_copy()
            return None
        batch = Batch(self._oldest)
        most = 1 if self._singly else limits.BATCH_UPDATES
        began = time.thread_time()
        while self._queue and len(batch.updates) < most and batch.size < limits.BATCH_BYTES:
            entry = self._queue.popleft()
            try:
                batch.add(entry, self._intake.apply(entry, self._copy, batch))
            except EngineFault as fault:
                self._blame(entry, fault)
                self._queue.extendleft(reversed(batch.entries))
                self._lose_copy()
                return None
            if time.thread_time() - began > limits.BATCH_SECONDS:
                break
        self._singly = max(0, self._singly - len(batch.entries))
        self._oldest = self._people.now()
        try:
            batch.update = merge(batch.updates) if len(batch.updates) > 1 else b"".join(batch.updates)
        except EngineFault as fault:
            # Each of them is sound, and it can't be told whose fault it is that they do not go together.
            metrics.FAULTS.labels("merging").inc()
            log.error("merging_failed updates=%s fault=%s", len(batch.updates), fault)
            self._queue.extendleft(reversed(batch.entries))
            self._singly += len(batch.entries)
            self._lose_copy()
            return None
        self._in_flight = batch
        return batch

    def _blame(self, entry: Entry, fault: EngineFault) -> None:
        metrics.FAULTS.labels("applying").inc()
        if isinstance(entry, ClientUpdate):
            log.error("applying_failed bytes=%s fault=%s", len(entry.update), fault)
            self._people.blame(entry.origin, ENGINE_FAULT)
        else:
            log.error("editing_failed fault=%s", fault)
            fail([entry.done], fault)

    def settle(self, batch: Batch, seq: int | None) -> None:
        """The batch is durable as place `seq` of the log (None: it held nothing to store). Now it is shown."""
        self._in_flight = None
        if self._closed:
            return
        if seq is not None:
            self._restores = 0
            self._arrive(seq, batch.update)
            self._people.committed(seq, batch.update)
            self._people.show(batch.update, batch.only_origin)
            metrics.FLUSH_SECONDS.observe(self._people.now() - batch.began)
            metrics.BATCH_UPDATES.observe(len(batch.updates))
        for sender, number in batch.numbers.items():
            sender.acknowledge(number)
        for entry in batch.entries:
            if isinstance(entry, ClientUpdate):
                entry.origin.is_durable(len(entry.update))
            elif not entry.done.done():
                self._readers.append(entry.done)
        if self.position.is_long(limits.COMPACT_UPDATES, self._copy.size // 2) and (snapshot := self.snapshot()):
            self._people.compact(*snapshot)
        self._go_on()

    def refuse_frozen(self, batch: Batch) -> None:
        """The store refused the batch: the document was frozen by another node. The copy is ahead of it for good."""
        self._in_flight = None
        for entry in batch.entries:
            if isinstance(entry, ClientUpdate):
                self._people.dismiss(entry.origin, codes.FROZEN, "frozen")
        batch.fail(Frozen())
        self._lose_copy()

    # What is read from it.

    def want(self, participant: Participant, vector: bytes | None) -> None:
        """Gives the participant what it lacks beyond `vector` (None: everything), as soon as the text is settled."""
        if not self.settled:
            self._wanting[participant] = vector
            return
        if not participant.present or self._closed:
            return
        try:
            text = self._copy.missing(vector)
        except Refused:
            self._people.dismiss(participant, codes.MALFORMED, "malformed")
        except EngineFault:
            self._people.dismiss(participant, codes.FAULT, ENGINE_FAULT)
            self._lose_copy()
        else:
            self._people.give(participant, text)

    def ask(self, participant: Participant) -> None:
        """Asks the participant for what we lack, as soon as the text is settled."""
        if not participant.present:
            return
        if (vector := self.vector()) is not None:
            participant.send(state_vector(vector))
        else:
            self._to_ask[participant] = None

    def is_newer_than(self, schema: int) -> bool:
        return self._copy.is_newer_than(schema)

    def vector(self) -> bytes | None:
        """The state vector of the settled text; None when there is none just now."""
        if not self.settled or self._closed:
            return None
        try:
            return self._copy.vector()
        except EngineFault:
            self._lose_copy()
            return None

    def read(self) -> "Future[MotionText]":
        """The text as everybody has been shown it."""
        reader: Future[MotionText] = get_running_loop().create_future()
        self._readers.append(reader)
        self._serve()
        return reader

    def drained(self) -> "Future[None]":
        """Done when nothing is left to be committed."""
        drained: Future[None] = get_running_loop().create_future()
        self._drained.append(drained)
        self._serve()
        return drained

    def _go_on(self) -> None:
        """Something that had to be waited for is over."""
        self._hear_again()
        self._serve()
        self._people.wake()

    def _serve(self) -> None:
        """Gives everybody who waited for a settled text what they waited for."""
        if not self.settled:
            return
        wanting, self._wanting = self._wanting, {}
        for participant, vector in wanting.items():
            self.want(participant, vector)
        to_ask = tuple(self._to_ask)
        self._to_ask.clear()
        for participant in to_ask:
            self.ask(participant)
        if self._readers:
            self._serve_readers()
        if self._drained and not self.busy:
            drained, self._drained = self._drained, []
            resolve(drained, None)

    def _serve_readers(self) -> None:
        if not self.settled:
            return
        readers, self._readers = self._readers, []
        try:
            resolve(readers, self._copy.text())
        except EngineFault as fault:
            fail(readers, fault)
            self._lose_copy()

    # The store and the other nodes.

    def _lose_copy(self) -> None:
        if self._closed or self._restoring:
            return
        self._restoring = True
        self._restores += 1
        metrics.REBUILDS.inc()
        if self._restores > limits.RESTORES:
            error = EngineFault("the document could not be rebuilt")
            self._people.abandon(codes.FAULT, ENGINE_FAULT, error)
        else:
            self._people.restore()

    def restored(self, stored: Stored) -> None:
        """The copy is as it is stored; what gathered meanwhile goes on."""
        if self._closed:
            return
        self._copy.close()
        self._copy = VersionedReplica(stored)
        self._intake.forget_writers()
        self._restoring = False
        self._loaded = stored.seq
        if stored.seq > self.position.seq:
            # What others committed among it has not been shown here. Until it is, nothing that may build on it is.
            self._people.read_log()
        self._go_on()

    def committed_elsewhere(self, seq: int, update: bytes) -> None:
        """Another node has put `update` at place `seq` of the log."""
        if self._closed or self.position.knows(seq):
            return
        if not self.settled:
            # It may build on what is in flight, and must not be shown before that.
            self._hold(seq, update)
        elif not self._follow(seq, update):
            # Something before it is missing; or it is not what was committed, and the log has that.
            self._people.read_log()

    def caught_up(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """`entries` are what the log holds beyond `position.seq`, in order; a snapshot may stand for several."""
        if self._closed:
            return
        if self._in_flight is not None or self._restoring:
            self._found = entries
            return
        was_settled = self.settled
        for seq, update in entries:
            # Also what was seen ahead of its turn: it may be a snapshot now, and bring what was missing before it.
            if seq > self.position.seq:
                if not self._follow(seq, update):
                    # Even the log in its order does not fit: the copy is not what it should be.
                    self._lose_copy()
                    return
                self.position.reach(seq)
        if self.settled and not was_settled:
            self._go_on()

    def _follow(self, seq: int, update: bytes) -> bool:
        """Takes in and shows what is at place `seq` of the log; whether that was possible."""
        try:
            self._copy.follow(update)
        except Refused:
            return False
        except EngineFault:
            metrics.FAULTS.labels("following").inc()
            self._lose_copy()
            return False
        self._arrive(seq, update)
        self._people.show(update, None)
        return True

    def _hold(self, seq: int, update: bytes) -> None:
        self._heard.append((seq, update))
        self._heard_bytes += len(update)
        if self._heard_bytes > limits.HEARD_BYTES:
            self._heard.clear()
            self._heard_bytes = 0
            self._people.read_log()

    def _hear_again(self) -> None:
        """Takes in what could not be taken in before."""
        found, self._found = self._found, ()
        self.caught_up(found)
        if self.settled:
            heard, self._heard, self._heard_bytes = self._heard, [], 0
            for seq, update in heard:
                self.committed_elsewhere(seq, update)

    def _arrive(self, seq: int, update: bytes) -> None:
        self.position.arrive(seq, len(update))
        if self.position.has_hole:
            # What belongs there is most likely on its way.
            self._people.read_log(unless_it_arrives=True)

    def snapshot(self) -> tuple[int, bytes] | None:
        """What may stand for the log, as (place, state); None when the copy is not settled just now."""
        if not self.settled or self._closed:
            return None
        try:
            state = self._copy.state()
        except EngineFault:
            self._lose_copy()
            return None
        self.position.compacted()
        return self.position.seq, state
