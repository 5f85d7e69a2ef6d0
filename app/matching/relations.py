"""How two demands relate: the same, similar, opposite, or only on the same topic.

Two demands about the same thing are opposite when what they ask to happen to it has different signs. They are called
the same only when nearly every telling word of the one is in the other, nothing is exchanged for something else, and
the acts agree: rather too seldom than wrongly.
"""

from collections.abc import Sequence
from functools import lru_cache

from app.matching.cards import Demand, DemandPair, Relation
from app.matching.polarity import Act
from app.matching.reading import LONGEST, Reading, read

#: Demands beyond this many, of either motion, are not compared.
MOST_DEMANDS = 30
#: Likeness of what two demands are about, from 0 to 1, from which they are …
ON_ONE_TOPIC = 0.22
SIMILAR = 0.6
SIMILAR_OF_OTHER_ACT = 0.68
OPPOSITE = 0.5
OPPOSITE_TO_UNSAID = 0.65
OPPOSITE_TO_LESS = 0.9
#: … and how much of each must be in the other for them to be the same: of one nearly all, of the other so much.
SAME_OF_ONE = 0.95
SAME_OF_OTHER = 0.75
#: How alike two stems must be, by their pairs of letters, to count as kin.
KIN = 0.6
#: Stems that share so many first letters ("vargstam", "vargangrepp") are worth this much to each other.
KINDRED = 4
BEGINS_ALIKE = 0.4
_ORDER: dict[Relation, int] = {"same": 0, "opposite": 1, "similar": 2, "topic": 3}


def relation(mine: str, theirs: str) -> tuple[Relation, float] | None:
    """(how the demands relate, the likeness of what they are about, 0 to 1); None when they have nothing in common."""
    return _relation(mine[:LONGEST], theirs[:LONGEST])


# While somebody writes the body, the same demands are compared again and again.
@lru_cache(maxsize=20_000)
def _relation(mine: str, theirs: str) -> tuple[Relation, float] | None:
    first, second = read(mine), read(theirs)
    of_first, of_second = _covered(first, second), _covered(second, first)
    likeness = (of_first + of_second) / 2
    if likeness < ON_ONE_TOPIC:
        return None
    kind: Relation = "topic"
    if _contrary(first, second):
        kind = "opposite" if likeness >= _needed_for_opposite(first, second) else "topic"
    elif likeness >= (SIMILAR if first.act is second.act else SIMILAR_OF_OTHER_ACT):
        agreed = (
            max(of_first, of_second) >= SAME_OF_ONE
            and min(of_first, of_second) >= SAME_OF_OTHER
            and first.numbers == second.numbers
            and first.is_inquiry == second.is_inquiry
            and _same_act(first, second)
        )
        kind = "same" if agreed else "similar"
    return kind, likeness


def coverage(mine: str, theirs: str) -> tuple[float, float]:
    """(how much of what the first is about the second is about as well, and the other way round), each 0 to 1."""
    first, second = read(mine), read(theirs)
    return _covered(first, second), _covered(second, first)


def corresponding(mine: Sequence[Demand], theirs: Sequence[Demand]) -> tuple[DemandPair, ...]:
    """The pairs of demands that correspond, each demand in at most one, the closest first."""
    found: list[DemandPair] = []
    for own in mine[:MOST_DEMANDS]:
        for other in theirs[:MOST_DEMANDS]:
            related = relation(own.text, other.text)
            if related is not None:
                found.append(DemandPair(own, other, round(related[1], 3), related[0]))
    found.sort(key=lambda pair: (_ORDER[pair.relation], -pair.score))
    taken_mine: set[str] = set()
    taken_theirs: set[str] = set()
    pairs: list[DemandPair] = []
    for pair in found:
        if pair.mine.id not in taken_mine and pair.theirs.id not in taken_theirs:
            taken_mine.add(pair.mine.id)
            taken_theirs.add(pair.theirs.id)
            pairs.append(pair)
    return tuple(pairs)


def _contrary(first: Reading, second: Reading) -> bool:
    sides = {(axis, -sign) for axis, sign in first.axes}
    return first.sign != second.sign or bool(sides & second.axes)


def _needed_for_opposite(first: Reading, second: Reading) -> float:
    """How alike the things must be. Where one demand names no act, "minska matsvinnet" and "matsvinnet blir biogas" are
    not contrary, unless they are about nothing else."""
    acts = {first.act, second.act}
    if None not in acts:
        return OPPOSITE
    return OPPOSITE_TO_UNSAID if Act.END in acts else OPPOSITE_TO_LESS


def _same_act(first: Reading, second: Reading) -> bool:
    acts = {first.act, second.act}
    # "att skolan har en skolsköterska" and "att införa en skolsköterska i skolan" ask for the same; so do "förlänga
    # tiden till fem år" and "tiden blir fem år".
    return len(acts) == 1 or acts == {None, Act.START} or (None in acts and bool(first.numbers))


def _covered(one: Reading, other: Reading) -> float:
    """How much of what `one` is about `other` is about as well, 0 to 1."""
    total = sum(one.things.values())
    if not total:
        return 0.0
    return sum(weight * _present(thing, other.things) for thing, weight in one.things.items()) / total


def _present(thing: str, things: dict[str, float]) -> float:
    """Whether a stem is among others: 1 for itself, less for a compound that it is in, or that is in it."""
    if thing in things:
        return 1.0
    best = 0.0
    beginning = ending = 0.0
    for other in things:
        shorter, longer = (thing, other) if len(thing) <= len(other) else (other, thing)
        if len(shorter) >= 4 and (longer.startswith(shorter) or longer.endswith(shorter)):
            best = max(best, 0.5 + 0.5 * len(shorter) / len(longer))
        elif (alike := _alike(thing, other)) >= KIN:
            best = max(best, alike)
        elif thing[:KINDRED] == other[:KINDRED]:
            best = max(best, BEGINS_ALIKE)
        if len(other) >= 3 and thing.startswith(other):
            beginning = max(beginning, len(other) / len(thing))
        if len(other) >= 3 and thing.endswith(other):
            ending = max(ending, len(other) / len(thing))
    return max(best, min(1.0, beginning + ending) if beginning and ending else 0.0)


def _alike(one: str, other: str) -> float:
    """The share of pairs of letters that two stems have in common (Dice)."""
    pairs, others = _pairs(one), _pairs(other)
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if pairs and others else 0.0


@lru_cache(maxsize=20_000)
def _pairs(word: str) -> frozenset[str]:
    return frozenset(word[place : place + 2] for place in range(len(word) - 1))
