"""A room takes in what other nodes committed, in whatever order it hears of it, and holds what it says it holds.

What it is told may come ahead of its turn, twice, late or never; the log is read in between and folded into snapshots,
commits of its own are in flight, and the engine's copy is lost and made anew.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from app.access.roles import Role
from app.collab.admission import Admission, Applicant
from app.collab.batch import Batch
from app.collab.connection import Outgoing
from app.collab.live_text import LiveText
from app.collab.participant import Participant
from app.documents.decoding import parse, parse_state_vector
from app.documents.engine import Replica, vector_of
from app.documents.seeding import seed
from app.documents.store import Stored
from tests.collab.wire import Wire

SEED = seed("", "", [], UUID(int=1))
#: How often the engine fails in a story at the most: a room whose copy can't be brought back gives up.
FAULTS = 3


class Log:
    """What is stored; `parts` up to a place, and `since` one, as the store would give them."""

    def __init__(self) -> None:
        self.updates: list[bytes] = []
        self.snapshot = (0, SEED)

    @property
    def seq(self) -> int:
        return len(self.updates)

    def append(self, update: bytes) -> int:
        self.updates.append(update)
        return self.seq

    def parts(self, seq: int) -> tuple[bytes, ...]:
        return (SEED, *self.updates[:seq])

    def stored(self) -> Stored:
        place, state = self.snapshot
        return Stored(self.seq, (state, *self.updates[place:]), frozen=False)

    def since(self, seq: int) -> list[tuple[int, bytes]]:
        place, state = self.snapshot
        later = list(enumerate(self.updates[place:], place + 1))
        return [(at, update) for at, update in [(place, state), *later] if at > seq]

    def fold(self, seq: int, state: bytes) -> None:
        if seq > self.snapshot[0]:
            self.snapshot = seq, state

    def vector(self, seq: int) -> dict[int, int]:
        return parse_state_vector(vector_of(self.parts(seq)))


class Writer:
    """Somebody with a copy of the document, who writes letters that nobody else writes."""

    def __init__(self, story: "Story", client_id: int) -> None:
        self.story = story
        self.doc: Doc[Any] = Doc(client_id=client_id)
        self.title: Text = self.doc.get("title", type=Text)
        self.doc.apply_update(SEED)

    def type(self, at: int) -> bytes:
        before = self.doc.get_state()
        letter = chr(0x4E00 + sum(self.story.typed.values()))
        self.story.typed[letter] += 1
        # Places are in bytes of UTF-8.
        self.title.insert(min(3 * at, len(str(self.title).encode())), letter)
        return bytes(self.doc.get_update(before))


class Story:
    """One run: a room's text, the log, two who write on other nodes, and bo, who writes in the room."""

    closed = False

    def __init__(self) -> None:
        self.log = Log()
        self.typed: Counter[str] = Counter()
        self.elsewhere = [Writer(self, 1_000), Writer(self, 5)]
        self.bo = Writer(self, 70)
        #: What somebody who only reads has been shown. It refuses what does not build on that.
        self.seen = Replica([SEED])
        self.readings: list[Sequence[tuple[int, bytes]]] = []
        self.batch: Batch | None = None
        self.place: int | None = None
        self.restoring = False
        self.loaded: Stored | None = None
        self.faults = 0
        self.text = LiveText(self.log.stored(), self)
        wire = Wire(lambda _: None)
        wire.slow = True
        self.participant = Participant(
            self,
            wire,
            Applicant("bo", {}, "127.0.0.1", None),
            Admission(UUID(int=2), "Bo", 1, Role.AUTHOR, frozen=False),
            0.0,
            lambda _: None,
            wants_acks=False,
        )

    def tell(self, acts: Sequence[tuple[str, int]]) -> None:
        for act, operand in acts:
            ACTS[act](self, operand)
            self.holds_what_it_says()
        self.heal()

    def holds_what_it_says(self) -> None:
        if self.text.settled and (snapshot := self.text.snapshot()):
            seq, state = snapshot
            held = parse_state_vector(vector_of([state]))
            assert all(held.get(client, 0) >= clock for client, clock in self.log.vector(seq).items())

    # What happens elsewhere.

    def write_elsewhere(self, operand: int) -> None:
        writer = self.elsewhere[operand % 2]
        if operand & 2:
            for part in self.log.parts(self.log.seq):
                writer.doc.apply_update(part)
        self.log.append(writer.type(operand >> 2))

    def bo_sends_elsewhere(self, _: int) -> None:
        """Bo has been on another node for a moment, which was given all that the log lacked of him."""
        known = vector_of(self.log.parts(self.log.seq))
        self.log.append(bytes(self.bo.doc.get_update(known)))

    def fold(self, operand: int) -> None:
        if (seq := self.log.seq - operand) > 0:
            self.log.fold(seq, Replica(self.log.parts(seq)).state())

    # What the room comes to know of it.

    def hear(self, operand: int) -> None:
        if (seq := self.log.seq - operand) > 0:
            self.text.committed_elsewhere(seq, self.log.updates[seq - 1])

    def ask_log(self, _: int) -> None:
        self.readings.append(self.log.since(self.text.position.seq))

    def answer_log(self, _: int) -> None:
        if self.readings:
            self.text.caught_up(self.readings.pop(0))

    # What happens in the room.

    def bo_types(self, operand: int) -> None:
        self.text.receive(self.participant, self.bo.type(operand), answer=False)

    def bo_types_away(self, operand: int) -> None:
        """On another node, which has it stored; this one may not have heard of it when he comes back."""
        self.bo.type(operand)
        self.bo_sends_elsewhere(0)

    def bo_answers(self, _: int) -> None:
        """The room has asked for what it lacks, as it does when something is missing before what it is sent."""
        if (vector := self.text.vector()) is not None:
            self.text.receive(self.participant, bytes(self.bo.doc.get_update(vector)), answer=True)

    def take(self, _: int) -> None:
        if self.batch is None:
            self.batch, self.place = self.text.take(), None

    def commit(self, _: int) -> None:
        if self.batch and self.batch.update and self.place is None:
            self.place = self.log.append(self.batch.update)

    def settle(self, _: int) -> None:
        if self.batch and (self.place or not self.batch.update):
            batch, self.batch = self.batch, None
            self.text.settle(batch, self.place)

    def break_down(self, _: int) -> None:
        """The engine fails at whatever is asked of it next."""
        self.faults += 1
        if self.faults <= FAULTS:
            self.text._copy._replica._usable = False

    def load(self, _: int) -> None:
        if self.restoring and self.loaded is None:
            self.loaded = self.log.stored()

    def bring_back(self, _: int) -> None:
        if self.loaded:
            loaded, self.loaded, self.restoring = self.loaded, None, False
            self.text.restored(loaded)

    def heal(self) -> None:
        """Everything that still has to happen happens, and bo is asked once more."""
        for _ in range(3):
            self.catch_up_with_log()
        self.bo_answers(0)
        self.catch_up_with_log()
        assert self.text.position.seq == self.log.seq
        for update in self.log.updates:
            # It raises Gap for a hole in it.
            parse(update, trusted=True)
        self.holds_what_it_says()
        snapshot = self.text.snapshot()
        assert snapshot
        stored = Replica(self.log.parts(self.log.seq)).read()
        assert Counter(stored.title) == self.typed
        assert Replica([snapshot[1]]).read() == stored
        assert self.seen.read() == stored
        assert str(self.bo.title) == stored.title

    def catch_up_with_log(self) -> None:
        for act in (self.load, self.bring_back, self.take, self.commit, self.settle, self.ask_log):
            act(0)
        while self.readings:
            self.answer_log(0)

    # What the text asks of the room (`app.collab.surroundings.People`).

    def now(self) -> float:
        return 0.0

    def may_write(self, participant: Participant) -> bool:
        return True

    def refuse(self, participant: Participant) -> None:
        pytest.fail("bo may write")

    def dismiss(self, participant: Participant, code: int, reason: str) -> None:
        pytest.fail(f"bo is sent away: {reason}")

    def blame(self, participant: Participant, reason: str) -> None:
        # The engine failed while it had something of his. He sends it again when he comes back.
        missing = bytes(self.bo.doc.get_update(vector_of(self.log.parts(self.log.seq))))
        self.text.receive(participant, missing, answer=False)

    def hold_back(self, participant: Participant, seconds: float) -> None:
        pass

    def show(self, update: bytes, sender: Participant | None) -> None:
        self.seen.follow(update)
        self.bo.doc.apply_update(update)

    def give(self, participant: Participant, text: Outgoing) -> None:
        pytest.fail("bo asked for nothing")

    def committed(self, seq: int, update: bytes) -> None:
        assert self.log.updates[seq - 1] == update

    def wake(self) -> None:
        pass

    def restore(self) -> None:
        assert not self.restoring
        self.restoring = True

    def read_log(self, *, unless_it_arrives: bool = False) -> None:
        """In its own time: `ask_log` and `answer_log`."""

    def compact(self, seq: int, state: bytes) -> None:
        pytest.fail("the log is not long")

    def abandon(self, code: int, reason: str, error: Exception) -> None:
        pytest.fail(f"the room is given up: {reason}")

    # What the participant tells the room (`app.collab.participant.Place`): nothing, in these stories.

    def receive(self, participant: Participant, message: bytes) -> None: ...

    def receive_text(self, participant: Participant) -> None: ...

    def lag(self, participant: Participant) -> None: ...

    def catch_up(self, participant: Participant) -> None: ...

    def leave(self, participant: Participant) -> None: ...


ACTS: dict[str, Callable[[Story, int], None]] = {
    "write elsewhere": Story.write_elsewhere,
    "hear": Story.hear,
    "ask log": Story.ask_log,
    "answer log": Story.answer_log,
    "fold": Story.fold,
    "bo types": Story.bo_types,
    "take": Story.take,
    "commit": Story.commit,
    "settle": Story.settle,
    "bo sends elsewhere": Story.bo_sends_elsewhere,
    "bo types away": Story.bo_types_away,
    "bo answers": Story.bo_answers,
    "break down": Story.break_down,
    "load": Story.load,
    "bring back": Story.bring_back,
}


def test_snapshot_whose_place_was_seen_ahead_of_its_turn_brings_what_is_before_it() -> None:
    acts = [("write elsewhere", 0), ("write elsewhere", 1), ("hear", 0), ("fold", 0), ("ask log", 0), ("answer log", 0)]
    Story().tell(acts)


def test_copy_that_is_lost_while_a_commit_is_in_flight_comes_back_with_what_was_committed() -> None:
    acts = [("bo types", 0), ("take", 0), ("write elsewhere", 0), ("break down", 0), ("hear", 0), ("load", 0)]
    catching_up = [("bring back", 0), ("ask log", 0), ("answer log", 0)]
    Story().tell([*acts, *catching_up, ("commit", 0), ("settle", 0)])


def test_what_is_heard_after_the_copy_was_read_and_before_it_is_back_is_shown() -> None:
    story = Story()
    acts = ["bo types", "break down", "take", "load", "write elsewhere", "hear", "bring back"]
    for act in acts:
        ACTS[act](story, 0)
    assert len(story.seen.read().title) == 1
    story.heal()


def test_what_builds_on_a_commit_in_flight_is_shown_after_it() -> None:
    acts = [("bo types", 0), ("take", 0), ("bo sends elsewhere", 0), ("write elsewhere", 3), ("hear", 0), ("hear", 1)]
    Story().tell([*acts, ("commit", 0), ("settle", 0)])


def test_what_builds_on_what_the_copy_came_back_with_is_shown_after_it() -> None:
    acts = [("bo types", 0), ("break down", 0), ("write elsewhere", 0), ("take", 0), ("load", 0), ("bring back", 0)]
    Story().tell([*acts, ("write elsewhere", 2), ("hear", 0), ("ask log", 0), ("answer log", 0)])


def test_what_was_sent_again_and_what_follows_it_are_stored_without_a_hole() -> None:
    acts = [("bo types", 0), ("bo types away", 0), ("hear", 0), ("bo types", 0), ("take", 0), ("commit", 0)]
    story = Story()
    story.tell([*acts, ("settle", 0)])
    assert [parse(update, trusted=True).sections[70][:2] for update in story.log.updates] == [(0, 2), (2, 3)]


def test_whatever_the_order_everything_is_taken_in_and_shown(pytestconfig: pytest.Config) -> None:
    step = st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 7))

    @settings(max_examples=200 * pytestconfig.getoption("fuzz"), deadline=None)
    @given(st.lists(step, max_size=60))
    def tell(acts: list[tuple[str, int]]) -> None:
        Story().tell(acts)

    tell()
