"""What a call's recipient is, as far as it matters for what can be demanded of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.associations.models import Kind
from app.calls.models import Call


class Level(StrEnum):
    NATIONAL = "national"
    DISTRICT = "district"
    BRANCH = "branch"
    CIRCUIT = "circuit"
    ASSOCIATION = "association"


_ACTORS: Mapping[Level, str] = {
    Level.NATIONAL: "partiet",
    Level.DISTRICT: "partidistriktet",
    Level.BRANCH: "arbetarekommunen",
    Level.CIRCUIT: "kretsen",
    Level.ASSOCIATION: "föreningen",
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """`level` is None when it is not known; then nothing is said about what the recipient can decide.

    `takes_forwarding`: whether a demand that the motion be sent on, or adopted as somebody's own, is welcome there;
    conventions differ, so nothing is said of it unless the recipient has said that it is not.
    """

    level: Level | None = None
    takes_forwarding: bool = True

    @property
    def actor(self) -> str | None:
        """What the recipient's own organisation is called in a demand, in Swedish like the demands."""
        return _ACTORS[self.level] if self.level is not None else None

    @property
    def decides_for_itself_alone(self) -> bool:
        """Whether parliament, government, region and municipality are beyond what its decisions reach."""
        return self.level is not None and self.level is not Level.NATIONAL


def recipient_of(call: Call, kind: str | None) -> Recipient:
    """The recipient of a call that an association of `kind` has made (None: no association made it).

    What the call's template says in `profile` (`{"level": …, "forwarding": false}`) goes before.
    """
    given = call.template.get("profile")
    profile = given if isinstance(given, dict) else {}
    said = profile.get("level")
    if said in set(Level):
        level: Level | None = Level(said)
    elif kind in set(Kind):
        level = Level(kind)
    else:
        level = Level.DISTRICT if "distrikt" in call.recipient.casefold() else None
    return Recipient(level, takes_forwarding=profile.get("forwarding") is not False)
