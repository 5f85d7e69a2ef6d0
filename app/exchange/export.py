"""What a motion's file is made from: the text as it stands, and the facts about it that the text doesn't hold."""

from dataclasses import dataclass
from datetime import date, datetime

from app.documents.text import MotionText


@dataclass(frozen=True, slots=True)
class Signatory:
    """An association that has decided to back the motion.

    `body` is who decided there ("medlemsmötet"), `paragraph` the section of its minutes ("7"; empty when none was
    given). `demands` are numbers as printed, from 1; None is all of them.
    """

    association: str
    body: str
    decided_on: date
    paragraph: str
    demands: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the motion has been handed in: aware time, SHA-256 (hex) of the frozen text, and whether it came late."""

    submitted_at: datetime
    sha256: str
    late: bool


@dataclass(frozen=True, slots=True)
class Export:
    """A motion and all that is printed around it. `call` and `recipient` are names; `dated` is the day that the
    motion is dated."""

    text: MotionText
    call: str
    recipient: str
    association: str
    authors: tuple[str, ...]
    signatories: tuple[Signatory, ...]
    dated: date
    receipt: Receipt | None
