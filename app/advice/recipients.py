"""What a call's recipient is, as far as it matters for what can be demanded of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.advice.findings import Rule
from app.associations.models import Kind
from app.calls.models import Call
from app.calls.profile import LONGEST, Profile


class Level(StrEnum):
    NATIONAL = "national"
    DISTRICT = "district"
    BRANCH = "branch"
    CIRCUIT = "circuit"
    ASSOCIATION = "association"


#: What no recipient can want to go unsaid.
ALWAYS = frozenset({Rule.EMPTY, Rule.DUPLICATE, Rule.PERSONAL})

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
    conventions differ, so nothing is said of it unless the recipient has said that it is not. `called` is what it
    wants to be called, `longest` how many words a demand has at the most, `silent` the rules that it does not hold to.
    """

    level: Level | None = None
    takes_forwarding: bool = True
    called: str | None = None
    longest: int = LONGEST
    silent: frozenset[Rule] = frozenset()

    @property
    def actor(self) -> str | None:
        """What the recipient's own organisation is called in a demand, in Swedish like the demands."""
        return self.called or (_ACTORS[self.level] if self.level is not None else None)

    @property
    def decides_for_itself_alone(self) -> bool:
        """Whether parliament, government, region and municipality are beyond what its decisions reach."""
        return self.level is not None and self.level is not Level.NATIONAL


def recipient_of(call: Call, kind: str | None, profile: Profile | None = None) -> Recipient:
    """The recipient of a call that an association of `kind` has made (None: no association made it).

    What the call's own profile says goes before; `profile` takes that one's place, to see what it would do.
    """
    said = profile if profile is not None else call.profile
    if said.level in set(Level):
        level: Level | None = Level(said.level)
    else:
        level = level_of(call, kind)
    silent = frozenset(Rule(each) for each in said.silent & set(Rule)) - ALWAYS
    return Recipient(level, said.forwarding, said.called, said.longest, silent)


def level_of(call: Call, kind: str | None) -> Level | None:
    """What follows from who made the call, where its profile does not say."""
    if kind in set(Kind):
        return Level(kind)
    return Level.DISTRICT if "distrikt" in call.recipient.casefold() else None
