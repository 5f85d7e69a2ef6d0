"""Which motions of the index have a word, and in which part of them: what a search needs to know without reading any
text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.cards import MotionCard
from app.matching.features import FIELD_LIMITS, Batch, Encoded, Lexicon

#: A word of the motions, in lower case → how well it answers each of the terms that are sought; 0: not at all.
Grade = Callable[[str], Sequence[float]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """How the motions `ids` answer, by field (title, body, demands) and term: the best grade of a word in `grades`, and
    in `counts` how many words have any. Both are 3 × terms × motions."""

    ids: Sequence[str]
    grades: Floats
    counts: Floats

    def some(self, chosen: NDArray[np.bool_]) -> "Answers":
        """Those that are chosen, by their places."""
        ids = [self.ids[place] for place in np.flatnonzero(chosen).tolist()]
        return Answers(ids, self.grades[:, :, chosen], self.counts[:, :, chosen])


class Spelled:
    """The words of a lexicon as it was at one moment, all in one string, which is the quickest to look through."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._joined = "\n".join(words)
        self._ends = np.cumsum([len(word) + 1 for word in words])

    def __len__(self) -> int:
        return len(self._words)

    def having(self, term: str) -> NDArray[np.int64]:
        """The numbers of the words in which a term is, ascending."""
        starts = [match.start() for match in re.finditer(re.escape(term), self._joined)]
        found: NDArray[np.int64] = np.unique(np.searchsorted(self._ends, np.array(starts, np.int64), side="right"))
        return found


class Lookup:
    """Some motions, laid out by their words. Unchangeable; words that the lexicon got later stand in none of them."""

    def __init__(self, ids: Sequence[str], motions: Sequence[Encoded], lexicon: Lexicon) -> None:
        self.ids = ids
        #: Words × motions, for each field.
        self._having = [counts.T.tocsr() for counts in Batch.of_index(motions, lexicon).counts]

    def answers(self, words: Sequence[tuple[int, Sequence[float]]], terms: int) -> Answers:
        """How each motion answers, when words have these numbers and grades, one for each of so many terms."""
        known = [each for each in words if each[0] < self._having[0].shape[0]]
        numbers = np.array([number for number, _grades in known], np.int64)
        graded = np.array([grades for _number, grades in known], np.float64).reshape(-1, terms)
        shape = (len(self._having), terms, len(self.ids))
        best, counts = np.zeros(shape), np.zeros(shape)
        for field, having in enumerate(self._having):
            rows = having[numbers]
            owners = np.repeat(np.arange(len(numbers)), np.diff(rows.indptr))
            for term in range(terms):
                grades = graded[owners, term]
                heard = grades > 0
                places = rows.indices[heard]
                counts[field, term] = np.bincount(places, rows.data[heard], len(self.ids))
                np.maximum.at(best[field, term], places, grades[heard])
        return Answers(self.ids, best, counts)


def joined(parts: Sequence[Answers]) -> Answers:
    """All of them, one after another, without the motions that answer nothing."""
    ids = [id_ for part in parts for id_ in part.ids]
    grades = np.concatenate([part.grades for part in parts], axis=2)
    counts = np.concatenate([part.counts for part in parts], axis=2)
    said: NDArray[np.bool_] = grades.max(axis=(0, 1), initial=0.0) > 0
    return Answers(ids, grades, counts).some(said)


def is_longer_than_read(card: MotionCard) -> bool:
    """Whether a motion goes on beyond what the index reads of it."""
    _title, body, demands = FIELD_LIMITS
    return len(card.body) > body or sum(len(demand.text) + 1 for demand in card.demands) > demands
