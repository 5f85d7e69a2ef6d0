"""One document and the people in it: who may do what, what each message means, and what everybody is shown.

An update and the news of presence go out together: one message each for all, framed once. Nothing here waits: what
takes time is asked of the host, which calls back.
"""

import logging
from typing import Protocol
from uuid import UUID

from app.collab import connection as codes
from app.collab import limits, metrics, protocol
from app.collab.admission import Admission
from app.collab.audience import Audience, Schedule, Timer
from app.collab.connection import Outgoing
from app.collab.errors import OutdatedClient
from app.collab.live_text import ENGINE_FAULT, LiveText
from app.collab.news import Committed, FrozenNow, News, NodeLeft, Seen, WhoIsThere
from app.collab.participant import Participant
from app.collab.presence import Presence, PresenceTooLarge
from app.documents.engine import EngineFault
from app.documents.store import Stored

log = logging.getLogger("verkstad.collab")


class Host(Schedule, Protocol):
    """What a room asks of the hub. Nothing of it waits."""

    def to_commit(self, room: "Room") -> None:
        """The room has something to commit, not before `room.next_flush`."""

    def restore(self, room: "Room") -> None:
        """The engine's copy is lost: `room.restored()` is to be called with what is stored."""

    def catch_up(self, room: "Room", *, unless_it_arrives: bool = False) -> None:
        """Something that another node committed is missing: `room.text.caught_up()` is to be called with it.

        With `unless_it_arrives` only if the hole in the log is still there a moment later.
        """

    def compact(self, room: "Room", seq: int, state: bytes) -> None:
        """`state` may stand for the log up to `seq`."""

    def publish(self, room: "Room", news: News) -> None:
        """The other nodes are to hear this."""

    def blame(self, participant: Participant) -> None:
        """Nobody is to come in as this person for a while."""

    def emptied(self, room: "Room") -> None:
        """The last participant has left."""

    def abandoned(self, room: "Room") -> None:
        """The room is closed and must not be used again."""


class Room:
    """A loaded document and the people in it."""

    def __init__(self, document_id: UUID, stored: Stored, host: Host) -> None:
        self.document_id = document_id
        self.frozen = stored.frozen
        self.closed = False
        self.participants: set[Participant] = set()
        self.presence = Presence()
        self.text = LiveText(stored, self)
        #: Not before this time is the next batch taken.
        self.next_flush = 0.0
        self._next_presence = 0.0
        self._host = host
        self.now = host.now
        self._audience = Audience(host)
        self._presence_timer: Timer | None = None
        self._presence_due = 0.0

    # People come and go.

    def enter(self, participant: Participant) -> None:
        """From now on the connection is heard; it is sent the text when it asks for it."""
        self.participants.add(participant)
        participant.connection.listen(participant)

    def leave(self, participant: Participant) -> None:
        if not participant.present:
            return
        participant.present = False
        self.participants.discard(participant)
        self._audience.remove(participant)
        self.text.forget(participant)
        self.presence.leave(participant, self.now())
        self.wake()
        if not self.participants:
            self._host.emptied(self)

    def dismiss(self, participant: Participant, code: int, reason: str) -> None:
        """Closes one connection; what it sent and was not yet applied is forgotten."""
        if not participant.present:
            return
        participant.dismissed = True
        metrics.REFUSALS.labels(reason).inc()
        participant.connection.close(code, reason)
        self.leave(participant)

    def blame(self, participant: Participant, reason: str) -> None:
        """What the participant sent did harm: it is sent away, and held off for a while."""
        code = codes.FAULT if reason == ENGINE_FAULT else codes.TOO_MANY
        log.warning(
            "participant_blamed document=%s person=%s reason=%s",
            self.document_id,
            participant.admission.person_id,
            reason,
        )
        self.dismiss(participant, code, reason)
        # Also when it has left by itself: the rest of what it sent is not worth the risk.
        participant.dismissed = True
        self._host.blame(participant)

    def hold_back(self, participant: Participant, seconds: float) -> None:
        """Reads nothing from the participant for so long."""
        if not participant.is_held_back("effort"):
            participant.hold_back("effort")
            self._host.call_at(self.now() + seconds, lambda: participant.let_go("effort"))

    def abandon(self, code: int, reason: str, error: Exception) -> None:
        """Closes everything: there is no text that can be trusted. Clients come back and send what was not stored."""
        if self.closed:
            return
        self.closed = True
        for participant in tuple(self.participants):
            self.dismiss(participant, code, reason)
        if self._presence_timer is not None:
            self._presence_timer.cancel()
        self.text.close(error)
        self._host.abandoned(self)

    def readmit(self, participant: Participant, admission: Admission) -> None:
        """The rights of somebody who is here may have changed."""
        could = self.may_write(participant)
        participant.admission = admission
        can = self.may_write(participant)
        if could and not can:
            participant.send(protocol.denied(self._why_not(participant)))
        elif can and not could:
            self.text.ask(participant)

    def freeze(self) -> None:
        """Nothing is written any more; the open editors are told."""
        if not self.frozen:
            self.frozen = True
            for participant in self.participants:
                if participant.admission.may_write:
                    participant.send(protocol.denied("frozen"))

    def thaw(self) -> None:
        """What could not be frozen after all is written again."""
        self.frozen = False
        for participant in self.participants:
            if participant.admission.may_write:
                self.text.ask(participant)

    def may_write(self, participant: Participant) -> bool:
        return participant.admission.may_write and not self.frozen

    def _why_not(self, participant: Participant) -> str:
        return "frozen" if self.frozen or participant.admission.frozen else "read-only"

    def refuse(self, participant: Participant) -> None:
        """The participant wrote without the right to: it is told so, and sent away when it goes on."""
        reason = self._why_not(participant)
        if reason == "frozen":
            self.dismiss(participant, codes.FROZEN, reason)
            return
        metrics.REFUSALS.labels(reason).inc()
        participant.refusals += 1
        participant.send(protocol.denied(reason))
        if participant.refusals >= limits.REFUSED_UPDATES:
            self.dismiss(participant, codes.FORBIDDEN, "writes-without-right")

    # What clients send.

    def receive(self, participant: Participant, message: bytes) -> None:
        if not participant.present:
            return
        now = self.now()
        metrics.TRAFFIC.bytes_in += len(message)
        try:
            self._understand(participant, protocol.parse(message), now)
        except protocol.Malformed:
            self.dismiss(participant, codes.MALFORMED, "malformed")
        except PresenceTooLarge:
            self.dismiss(participant, codes.TOO_LARGE, "presence-too-large")
        wait = participant.allowance.spend(len(message), now)
        if wait and participant.allowance.never_ends(now):
            self.dismiss(participant, codes.TOO_MANY, "flood")
        elif wait and not participant.is_held_back("allowance"):
            participant.hold_back("allowance")
            self._host.call_at(now + wait, lambda: self._let_go(participant))

    def _let_go(self, participant: Participant) -> None:
        now = self.now()
        if wait := participant.allowance.spend(0, now, messages=0):
            self._host.call_at(now + wait, lambda: self._let_go(participant))
        else:
            participant.let_go("allowance")

    def receive_text(self, participant: Participant) -> None:
        self.dismiss(participant, codes.UNSUPPORTED, "text-message")

    def _understand(self, participant: Participant, message: protocol.Message, now: float) -> None:
        if isinstance(message, protocol.Update):
            metrics.TRAFFIC.updates_in += 1
            if message.update != protocol.EMPTY_UPDATE and self._has_outgrown(participant):
                self.dismiss(participant, codes.OUTDATED, OutdatedClient.slug)
                return
            self.text.receive(participant, message.update, answer=message.answer)
        elif isinstance(message, protocol.Awareness):
            metrics.TRAFFIC.awareness_in += 1
            claims = self.presence.receive(message.payload, participant, participant.identity, now)
            if claims:
                metrics.REFUSALS.labels("presence-of-others").inc(claims)
            self.wake()
        else:
            metrics.TRAFFIC.others_in += 1
            if isinstance(message, protocol.StateVector):
                self.text.want(participant, message.vector)
            elif snapshot := self.presence.snapshot():
                self._answer(participant, Outgoing(protocol.awareness(snapshot)))

    def _has_outgrown(self, participant: Participant) -> bool:
        """Whether somebody has given the text a later shape than the participant's page knows: it would do harm."""
        schema = participant.applicant.schema
        try:
            return schema is not None and self.text.is_newer_than(schema)
        except EngineFault:
            # The copy is being brought back; what is written now waits for it.
            return False

    def _answer(self, participant: Participant, outgoing: Outgoing) -> None:
        """Sends what was asked for and counts it against what its asker may cause."""
        participant.allowance.spend(outgoing.size, self.now(), messages=0)
        metrics.TRAFFIC.bytes_out += outgoing.size
        participant.connection.send(outgoing)

    # What everybody is shown.

    def wake(self) -> None:
        """Sees to it that whatever there is gets flushed; what comes while a batch is in flight goes out with it."""
        if not self.text.settled or self.closed:
            return
        if self.text.has_gathered:
            self._host.to_commit(self)
        elif self.presence.changed:
            self._flush_presence_at(self._next_presence)
        elif self.presence.renewed:
            self._flush_presence_at(max(self._next_presence, self.now() + limits.PRESENCE_RENEWAL_PACE))

    def _flush_presence_at(self, when: float) -> None:
        if self._presence_timer is not None:
            if self._presence_due <= when:
                return
            self._presence_timer.cancel()
        self._presence_due = when
        self._presence_timer = self._host.call_at(when, self._flush_presence)

    def _flush_presence(self) -> None:
        self._presence_timer = None
        if self.text.settled and not self.text.has_gathered and not self.closed:
            self.show(b"", None)

    def show(self, update: bytes, sender: Participant | None) -> None:
        """Sends a durable update and all news of presence to everybody, and tells the other nodes of the latter.

        `sender` is whom the update came from, if it was one alone.
        """
        messages: list[bytes] = []
        speakers: set[object] = set()
        if update:
            messages.append(protocol.update(update))
            speakers.add(sender)
        if self.presence.changed or self.presence.renewed:
            flush = self.presence.take()
            messages.append(protocol.awareness(flush.payload))
            speakers |= flush.owners
            if flush.ours:
                self._host.publish(self, Seen(tuple(flush.ours)))
        if messages:
            # Who alone said all of it knows it already.
            only = speakers.pop() if len(speakers) == 1 else None
            self._audience.show(Outgoing(*messages), but=only if isinstance(only, Participant) else None)
            now = self.now()
            self.next_flush = now + self._audience.pace()
            self._next_presence = now + self._audience.presence_pace()

    def give(self, participant: Participant, text: Outgoing) -> None:
        """Sends what the participant lacked and who is here; from now on it is shown every change as well."""
        self._audience.add(participant)
        self._answer(participant, text)
        if snapshot := self.presence.snapshot():
            participant.send(protocol.awareness(snapshot))
        if not self.may_write(participant):
            if participant.wants_acks:
                # Whoever wrote while the connection was gone would wait in vain to be asked for it.
                participant.send(protocol.denied(self._why_not(participant)))
        elif not participant.was_asked:
            participant.was_asked = True
            # In a later turn of the loop: making the engine's copy must not hold up the text that was just sent.
            self._host.call_at(self.now(), lambda: self.text.ask(participant))

    def lag(self, participant: Participant) -> None:
        self._audience.lag(participant, self.text.vector())

    def catch_up(self, participant: Participant) -> None:
        if self._audience.catch_up(participant):
            self.text.want(participant, participant.behind)

    # Between the text, the hub and the other nodes.

    def committed(self, seq: int, update: bytes) -> None:
        self._host.publish(self, Committed(seq, update))

    def restore(self) -> None:
        self._host.restore(self)

    def restored(self, stored: Stored) -> None:
        self.frozen = self.frozen or stored.frozen
        self.text.restored(stored)

    def read_log(self, *, unless_it_arrives: bool = False) -> None:
        self._host.catch_up(self, unless_it_arrives=unless_it_arrives)

    def compact(self, seq: int, state: bytes) -> None:
        self._host.compact(self, seq, state)

    def hear(self, node: bytes, news: News) -> None:
        """Another node says something about the document."""
        match news:
            case Committed(seq, update):
                self.text.committed_elsewhere(seq, update)
            case Seen(states):
                self.presence.receive_from_node(node, states, self.now())
            case NodeLeft():
                self.presence.leave(node, self.now())
            case WhoIsThere():
                if ours := self.presence.ours():
                    self._host.publish(self, Seen(tuple(ours)))
            case FrozenNow():
                self.freeze()
            case _:
                pass
        self.wake()
