"""What live texts know of the room around them, and rooms of the pages that are open beside them."""

from typing import Protocol
from uuid import UUID

from app.collab.connection import Outgoing
from app.collab.participant import Participant


class People(Protocol):
    """The room, as its text knows it."""

    def now(self) -> float: ...

    def may_write(self, participant: Participant) -> bool: ...

    def refuse(self, participant: Participant) -> None:
        """The participant wrote without the right to."""

    def dismiss(self, participant: Participant, code: int, reason: str) -> None: ...

    def blame(self, participant: Participant, reason: str) -> None:
        """What the participant sent did harm: it is sent away, and held off for a while."""

    def hold_back(self, participant: Participant, seconds: float) -> None:
        """Nothing is read from the participant for so long."""

    def show(self, update: bytes, sender: Participant | None) -> None:
        """`update` is durable; `sender`, if it is one alone, has it already."""

    def give(self, participant: Participant, text: Outgoing) -> None:
        """The participant gets what it lacked, and from now on every change."""

    def committed(self, seq: int, update: bytes) -> None:
        """The other nodes are to hear of it."""

    def wake(self) -> None:
        """There is something to flush, or the text is settled again."""

    def restore(self) -> None:
        """`restored()` is to be called with what is stored."""

    def read_log(self, *, unless_it_arrives: bool = False) -> None:
        """`caught_up()` is to be called with what the log holds beyond `position.seq`."""

    def compact(self, seq: int, state: bytes) -> None: ...

    def abandon(self, code: int, reason: str, error: Exception) -> None: ...


class Pages(Protocol):
    """The pages that people have open."""

    def changed(self, motion_id: UUID, parts: tuple[str, ...]) -> None:
        """On another node: these parts of the motion's page, or with none who may see it."""

    def missed(self) -> None:
        """Anything may have changed on another node."""
