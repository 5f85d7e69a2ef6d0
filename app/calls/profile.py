"""What the recipient of a call wants of the motions, as it is kept in the call's template."""

from dataclasses import dataclass
from typing import Any, Final

#: Words in one demand that can still be taken in at a reading.
LONGEST: Final = 60
LEAST_LONGEST, MOST_LONGEST = 15, 200
#: Printed pages that a motion had better keep within.
PAGES: Final = 1
MOST_PAGES: Final = 10
MAX_CALLED: Final = 60


@dataclass(frozen=True, slots=True)
class Profile:
    """`level` is the kind of organisation, `called` what it is called in a demand; None: what follows from who calls.

    `forwarding`: whether a demand that the motion be sent on, or adopted as somebody's own, is welcome. `silent` are
    the rules of advice (`app.advice.findings.Rule`) of which nothing is said. `longest` is in words, `pages` in pages.
    """

    level: str | None = None
    called: str | None = None
    forwarding: bool = True
    longest: int = LONGEST
    pages: int = PAGES
    silent: frozenset[str] = frozenset()

    @classmethod
    def read(cls, kept: object) -> "Profile":
        """From what a template holds, which may have come by import: what makes no sense is as if it were not said."""
        said = kept if isinstance(kept, dict) else {}
        level, called, silent = said.get("level"), said.get("called"), said.get("silent", [])
        return cls(
            level=level if isinstance(level, str) else None,
            called=(" ".join(called.split())[:MAX_CALLED] or None) if isinstance(called, str) else None,
            forwarding=said.get("forwarding") is not False,
            longest=_within(said.get("longest"), LEAST_LONGEST, MOST_LONGEST, LONGEST),
            pages=_within(said.get("pages"), 1, MOST_PAGES, PAGES),
            silent=frozenset(filter(_is_text, silent if isinstance(silent, list) else [])),
        )

    @property
    def kept(self) -> dict[str, Any]:
        """As the template holds it: only what differs from what goes without saying."""
        said: dict[str, Any] = {
            "level": self.level,
            "called": self.called,
            "forwarding": None if self.forwarding else False,
            "longest": self.longest if self.longest != LONGEST else None,
            "pages": self.pages if self.pages != PAGES else None,
            "silent": sorted(self.silent) or None,
        }
        return {name: value for name, value in said.items() if value is not None}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _within(value: object, least: int, most: int, otherwise: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return otherwise
    return value if least <= value <= most else otherwise
