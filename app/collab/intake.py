"""Applies what clients and the desk want to change, and sees to those whose updates do not fit or cost too much."""

import time
from uuid import UUID

from app.collab import connection as codes
from app.collab import limits
from app.collab.batch import Batch, DeskEdit, Entry, fail
from app.collab.participant import Participant
from app.collab.protocol import EMPTY_UPDATE
from app.collab.surroundings import People
from app.collab.versioned import VersionedReplica
from app.documents.credits import Credit
from app.documents.engine import Gap, Refused
from app.kit.errors import AppError, TooLarge


class Intake:
    """`to_ask` gets those who have to be asked for all that we lack of them."""

    def __init__(self, people: People, to_ask: dict[Participant, None]) -> None:
        self._people = people
        self._to_ask = to_ask
        #: Who was last noted as writing as each client.
        self._writers: dict[int, UUID | None] = {}

    def forget_writers(self) -> None:
        """What was noted may not have been stored."""
        self._writers.clear()

    def apply(self, entry: Entry, copy: VersionedReplica, batch: Batch) -> bytes:
        """What the entry changed, as an update; empty when it is refused. Raises EngineFault."""
        if isinstance(entry, DeskEdit):
            try:
                at, entry.before = copy.desk, copy.text()
                if update := copy.edit(entry.change):
                    batch.credit(self._writers, Credit(*at, entry.change.by, by_desk=True))
                return update
            except AppError as error:
                # It may have been told so before the copy was lost and made anew.
                fail([entry.done], error)
                return b""
        sender = entry.origin
        if sender.dismissed:
            return b""
        new = b"" if entry.update == EMPTY_UPDATE else self._take(sender, entry.update, copy, batch)
        if new is None:
            return b""
        sender.gaps = 0
        sender.awaiting_answer = sender.awaiting_answer and not entry.answer
        batch.numbers[sender] = entry.number
        return new

    def _take(self, sender: Participant, update: bytes, copy: VersionedReplica, batch: Batch) -> bytes | None:
        """What of the update was new; None when it is refused."""
        began = time.thread_time()
        try:
            applied = copy.apply(update)
            for client, clock in applied.written:
                batch.credit(self._writers, Credit(client, clock, sender.admission.person_id))
        except Gap:
            self._miss(sender)
        except Refused:
            self._people.dismiss(sender, codes.MALFORMED, "malformed-update")
        except TooLarge:
            self._people.dismiss(sender, codes.TOO_LARGE, "document-too-large")
        else:
            return applied.update
        finally:
            self._charge(sender, time.thread_time() - began)
        return None

    def _charge(self, sender: Participant, seconds: float) -> None:
        wait = sender.effort.spend(seconds, self._people.now())
        if sender.effort.is_excessive:
            self._people.blame(sender, "costly")
        elif wait:
            self._people.hold_back(sender, wait)

    def _miss(self, sender: Participant) -> None:
        """The sender builds on something that we have not got: it is asked for all that we lack."""
        sender.awaiting_answer = True
        sender.gaps += 1
        if sender.gaps > limits.GAPS:
            self._people.dismiss(sender, codes.TOO_MANY, "gaps")
        else:
            self._to_ask[sender] = None
