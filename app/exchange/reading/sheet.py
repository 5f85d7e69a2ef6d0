"""What every reader makes of its file, before anybody asks which part of it is title, body or demand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from app.documents.text import Block
from app.kit.errors import TooLarge
from app.kit.i18n import _

#: No motion is near this; whole programmes are, and they belong elsewhere.
MOST_CHARACTERS = 400_000
MOST_PARAGRAPHS = 10_000

Role = Literal["title", "heading", "paragraph", "bullet", "ordered", "quote", "demand", "surroundings"]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the file. `surroundings` is what an export writes around the motion's own text."""

    role: Role
    block: Block

    @property
    def text(self) -> str:
        return self.block.text


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was left out, as the file had it ("" when it has no words, as a picture), and why, for its owner to read."""

    text: str
    reason: str


@dataclass(slots=True)
class Sheet:
    """The lines of a file in reading order, and what could not be read into lines."""

    lines: list[Line] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    _characters: int = 0

    def add(self, line: Line) -> None:
        """Appends `line`; one without text is nothing. TooLarge beyond what a motion can hold."""
        if not line.text.strip():
            return
        self._characters += len(line.text)
        if self._characters > MOST_CHARACTERS or len(self.lines) >= MOST_PARAGRAPHS:
            raise TooLarge(
                _(
                    "The document is too long: {pages} pages and more, where a motion has one or two. "
                    "Copy the motion itself into a document of its own and try again.",
                    pages=MOST_CHARACTERS // 3000,
                )
            )
        self.lines.append(line)

    def drop(self, text: str, reason: str) -> None:
        """Remembers what was left out; the same reason without words only once."""
        dropped = Dropped(text, reason)
        if text or dropped not in self.dropped:
            self.dropped.append(dropped)


def sheet_of(lines: Iterable[Line]) -> Sheet:
    """A sheet with `lines`."""
    sheet = Sheet()
    for line in lines:
        sheet.add(line)
    return sheet
