"""What a person can be to one motion, and how far a motion is open to others."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is to a motion, strongest first."""

    OWNER = "owner"
    AUTHOR = "author"
    COMMENTER = "commenter"
    READER = "reader"

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def weaker_of(self, other: "Role") -> "Role":
        return self if self.rank >= other.rank else other


class Visibility(StrEnum):
    """How much of a motion its authors show to members of other associations."""

    HIDDEN = "hidden"
    THEME = "theme"
    DEMANDS = "demands"
    TEXT = "text"
