"""A piece of advice as plain data."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    SUBJECT = "subject"
    ADDRESSEE = "addressee"
    ONE_THING = "one-thing"
    STANDS_ALONE = "stands-alone"
    FORWARDING = "forwarding"
    FORM = "form"
    LENGTH = "length"
    EMPTY = "empty"
    DUPLICATE = "duplicate"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Note:
    """What a rule says of the words from `start` to `end` (characters, half open) of the text that it read.

    `instead`: the demands that could stand in this one's place, () to strike it; None when no change can be made
    without its author's thought.
    """

    rule: Rule
    start: int
    end: int
    reason: str
    way: str
    instead: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A note in its place. `target` is "title", "body" or the id of a demand, and `number` the demand's, from 1."""

    target: str
    number: int | None
    text: str
    note: Note

    @property
    def words(self) -> str:
        return self.text[self.note.start : self.note.end]

    @property
    def key(self) -> str:
        """Stays the same as long as the same rule has the same to say of the same words."""
        said = "\0".join((self.note.rule, self.target, "" if self.note.rule is Rule.LENGTH else self.words))
        return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:32]


#: Reads one text and says what there is to say of it, mostly nothing.
Reader = Callable[[str], list[Note]]
