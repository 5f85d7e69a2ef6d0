"""What goes into the engine, and what comes out of it."""

from dataclasses import dataclass, field
from typing import Literal

#: same: asks for the same thing; similar: for nearly it, or for a part; opposite: for the contrary; topic: only the
#: subject is shared.
Relation = Literal["same", "similar", "opposite", "topic"]


@dataclass(frozen=True, slots=True)
class Demand:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class MotionCard:
    """As much of a motion as every member may see; what its authors keep to themselves is left empty."""

    id: str
    title: str
    body: str = ""
    demands: tuple[Demand, ...] = ()
    association: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """The text that asks. It leaves no trace in the engine."""

    title: str = ""
    body: str = ""
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two motions are shown together.

    kind "words": `mine` are telling words that stand in both texts, spelled as in the asking one. kind "kindred": each
    of `mine` stands in the asking text and is kin to the word at the same place of `theirs`, which stands in the other:
    another form of it, or a compound with a part in common.
    """

    kind: Literal["words", "kindred"]
    mine: tuple[str, ...]
    theirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemandPair:
    """Two demands that correspond. `score` is the likeness of their wording, 0 to 1."""

    mine: Demand
    theirs: Demand
    score: float
    relation: Relation


@dataclass(frozen=True, slots=True)
class Marks:
    """The words that two texts share, to be marked where they stand: in lower case, as each of them inflects them, the
    most telling first. Each of `mine` has a word of the same stem, or one that a reason names as its kin, in `theirs`.
    """

    mine: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A motion that resembles the query. `score` is the estimated probability that both are about one matter."""

    id: str
    score: float
    reasons: tuple[Reason, ...] = field(default=())
    demand_pairs: tuple[DemandPair, ...] = field(default=())
    marks: Marks = field(default=Marks())
