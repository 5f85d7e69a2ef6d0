"""What a query reads of the engine, at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.matching.cards import MotionCard
from app.matching.embeddings import Meaning
from app.matching.features import Encoded, Lexicon, encode
from app.matching.grouping import Id
from app.matching.lookup import Answers, Grade, Lookup, Spelled, joined
from app.matching.space import Rows, Space
from app.matching.words import Splitter


@dataclass(frozen=True, slots=True)
class Held:
    """A motion of the index, and its words as numbers."""

    card: MotionCard
    encoded: Encoded


class View(NamedTuple):
    """A space with its motions, laid out by their words as well, and what came or changed since."""

    space: Space
    lookup: Lookup
    spelled: Spelled
    lexicon: Lexicon
    held: Mapping[str, Held]
    ids: tuple[str, ...]
    later: Rows | None
    later_ids: tuple[str, ...]
    gone: frozenset[str]


def view_of(cards: Iterable[tuple[MotionCard, Meaning | None]]) -> View:
    """A view of these alone."""
    lexicon = Lexicon()
    held = {card.id: Held(card, encode(card, lexicon, meaning)) for card, meaning in cards}
    motions = [each.encoded for each in held.values()]
    space = Space(motions, lexicon, Splitter(frequencies(motions, lexicon)))
    lookup, spelled = Lookup(tuple(held), motions, lexicon), Spelled(lexicon.words)
    return View(space, lookup, spelled, lexicon, held, tuple(held), None, (), frozenset())


def held_among(ids: Iterable[Id], view: View) -> list[Id]:
    """Those of the ids that the engine holds, each once, in one order whatever theirs was."""
    return sorted({id_ for id_ in ids if str(id_) in view.held}, key=str)


def having(terms: Sequence[str], grade: Grade, view: View) -> Answers:
    """How the motions answer that have a word of any grade; only words in which one of the terms is are graded."""
    words, spelled = view.lexicon.words, view.spelled
    near = {number for term in terms for number in spelled.having(term).tolist()}
    near |= {number for number in range(len(spelled), len(words)) if any(term in words[number] for term in terms)}
    graded = [(number, grades) for number in sorted(near) if any(grades := grade(words[number]))]
    still = np.array([id_ not in view.gone for id_ in view.lookup.ids], np.bool_)
    answers = [view.lookup.answers(graded, len(terms)).some(still)]
    # One may be taken out at this very moment.
    new = {id_: held.encoded for id_ in view.later_ids if (held := view.held.get(id_)) is not None}
    if new:
        answers.append(Lookup(tuple(new), list(new.values()), view.lexicon).answers(graded, len(terms)))
    return joined(answers)


def rows_of(ids: Sequence[str], view: View) -> Rows | None:
    """The motions with these ids, in this order; None when there are none."""
    later = {id_: place for place, id_ in enumerate(view.later_ids)}
    settled = {id_: place for place, id_ in enumerate(view.ids)}
    count = len(view.ids)
    places = np.array([count + later[id_] if id_ in later else settled[id_] for id_ in ids], np.int64)
    order = np.argsort(places, kind="stable")
    parts = []
    if (fitted := places[order][places[order] < count]).size:
        parts.append(view.space.rows.some(fitted))
    if (new := places[order][places[order] >= count]).size and view.later is not None:
        parts.append(view.later.some(new - count))
    return Rows.joined(parts).some(np.argsort(order)) if parts else None


def frequencies(motions: Sequence[Encoded], lexicon: Lexicon) -> dict[str, int]:
    """How often each word stands in the motions, all fields together."""
    total = np.zeros(len(lexicon), np.float64)
    for motion in motions:
        for numbers, counts in zip(motion.numbers, motion.counts, strict=True):
            total[numbers] += counts
    return {lexicon.words[number]: int(total[number]) for number in np.flatnonzero(total).tolist()}
