"""Texts as numbers: how often each word stands in the title, the body and the demands, and what letters it is made of.

Everything is counted by distinct word, so what is costly in Python (letters, stems, compounds) is done once for each
word that any motion has, and the rest is sparse algebra.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.matching.cards import MotionCard, Query
from app.matching.words import telling

#: Title, body, demands: how much a word's weight in each counts.
FIELD_WEIGHTS = (2.0, 1.0, 2.0)
#: What is read of each field, in characters: some thirty pages of body.
FIELD_LIMITS = (1_000, 60_000, 20_000)
#: Lengths of the runs of letters inside a word, its edges being one space each.
GRAMS = (4, 5)

Matrix = Any  # scipy.sparse.csr_matrix, which ships no types


def fields_of(text: MotionCard | Query) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How often each telling word stands in title, body and demands."""
    title, body, demands = (
        Counter(telling(part[:limit]))
        for part, limit in zip(
            (text.title, text.body, "\n".join(demand.text for demand in text.demands)), FIELD_LIMITS, strict=True
        )
    )
    return title, body, demands


def grams_of(word: str) -> Iterator[str]:
    edged = f" {word} "
    for length in GRAMS:
        for start in range(len(edged) - length + 1):
            yield edged[start : start + length]


class Lexicon:
    """The distinct words of the motions in the index, numbered from 0, and the runs of letters in them.

    It only grows; the engine makes a new one when most of it is no longer in use. Reading it is safe while another
    thread adds to it.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}
        self._grams: dict[str, int] = {}
        self._spelling: list[NDArray[np.int32]] = []

    def __len__(self) -> int:
        return len(self.words)

    @property
    def gram_count(self) -> int:
        return len(self._grams)

    def number(self, word: str) -> int:
        """The number of a word, -1 when it has none."""
        return self._numbers.get(word, -1)

    def add(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = len(self.words)
            grams = [self._grams.setdefault(gram, len(self._grams)) for gram in grams_of(word)]
            self._spelling.append(np.array(grams, dtype=np.int32))
            self.words.append(word)
            # Last, so that a reader never meets a number whose word is not there yet.
            self._numbers[word] = number
        return number

    def spelling(self, word: str, number: int) -> NDArray[np.int32]:
        """The numbers of the runs of letters in `word`; those that no motion has are left out."""
        if number >= 0:
            return self._spelling[number]
        known = (self._grams.get(gram) for gram in grams_of(word))
        return np.array([gram for gram in known if gram is not None], dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A motion of the index: for each field the numbers of its words and how often each stands there. `meaning` is what
    a model of sentences makes of it, where there is one."""

    numbers: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
    counts: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
    meaning: NDArray[np.float16] | None = None

    def distinct(self) -> NDArray[np.int32]:
        """The numbers of all its words, ascending."""
        return np.unique(np.concatenate(self.numbers))


def encode(text: MotionCard, lexicon: Lexicon, meaning: NDArray[np.float16] | None = None) -> Encoded:
    """The motion in numbers; words that the lexicon lacks are added to it."""
    numbers = []
    counts = []
    for said in fields_of(text):
        numbers.append(np.fromiter((lexicon.add(word) for word in said), np.int32, len(said)))
        counts.append(np.fromiter(said.values(), np.float32, len(said)))
    return Encoded((numbers[0], numbers[1], numbers[2]), (counts[0], counts[1], counts[2]), meaning)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some motions to be turned into vectors: `counts` holds a matrix of motions × words for each field.

    `words` are the words of the columns and `numbers` their numbers in the lexicon, -1 for one that is not in it.
    `meanings` has what a model of sentences makes of each, None for one that it made nothing of.
    """

    lexicon: Lexicon
    words: Sequence[str]
    numbers: NDArray[np.int64]
    counts: tuple[Matrix, Matrix, Matrix]
    meanings: Sequence[NDArray[np.float16] | None] = ()

    _made: dict[object, Matrix] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return int(self.counts[0].shape[0])

    def made(self, by: object, make: Callable[["Batch"], Matrix]) -> Matrix:
        """What `make` makes of the batch, made once however many ask for it in the name of `by`."""
        if by not in self._made:
            self._made[by] = make(self)
        return self._made[by]

    @classmethod
    def of_index(cls, motions: Sequence[Encoded], lexicon: Lexicon) -> "Batch":
        """Motions of the index, whose columns are all the words of the lexicon."""
        width = len(lexicon)
        fields = [
            _rows([motion.numbers[each] for motion in motions], [motion.counts[each] for motion in motions], width)
            for each in range(len(FIELD_WEIGHTS))
        ]
        words = lexicon.words[:width]
        meanings = [motion.meaning for motion in motions]
        return cls(lexicon, words, np.arange(width), (fields[0], fields[1], fields[2]), meanings)

    @classmethod
    def of_motion(cls, motion: Encoded, lexicon: Lexicon) -> "Batch":
        """One motion of the index, whose columns are its own words."""
        numbers = motion.distinct()
        rows = [
            _rows([np.searchsorted(numbers, each).astype(np.int32)], [counts], len(numbers))
            for each, counts in zip(motion.numbers, motion.counts, strict=True)
        ]
        words = [lexicon.words[number] for number in numbers]
        return cls(lexicon, words, numbers.astype(np.int64), (rows[0], rows[1], rows[2]), [motion.meaning])

    @classmethod
    def of_text(
        cls, fields: Sequence[Counter[str]], lexicon: Lexicon, meaning: NDArray[np.float16] | None = None
    ) -> "Batch":
        """One text, whose columns are its own words. The lexicon stays as it is."""
        words = list(dict.fromkeys(word for said in fields for word in said))
        place = {word: column for column, word in enumerate(words)}
        rows = [
            _rows(
                [np.fromiter((place[word] for word in said), np.int32, len(said))],
                [np.fromiter(said.values(), np.float32, len(said))],
                len(words),
            )
            for said in fields
        ]
        numbers = np.fromiter((lexicon.number(word) for word in words), np.int64, len(words))
        return cls(lexicon, words, numbers, (rows[0], rows[1], rows[2]), [meaning])

    def spelling(self) -> Matrix:
        """Words × runs of letters: how often each run stands in each word."""
        pairs = zip(self.words, self.numbers.tolist(), strict=True)
        grams = [self.lexicon.spelling(word, number) for word, number in pairs]
        matrix = _rows(grams, [np.ones(len(each), np.float32) for each in grams], self.lexicon.gram_count)
        matrix.sum_duplicates()
        return matrix


def _rows(columns: Sequence[NDArray[np.int32]], values: Sequence[NDArray[np.float32]], width: int) -> Matrix:
    """A sparse matrix with one row for each of `columns`."""
    ends = np.cumsum([0, *(len(each) for each in columns)])
    return sparse.csr_matrix((joined(values, np.float32), joined(columns, np.int32), ends), shape=(len(columns), width))


def joined(arrays: Iterable[NDArray[Any]], kind: type) -> NDArray[Any]:
    """The arrays one after another; an empty one of that kind when there are none."""
    held = list(arrays)
    return np.concatenate(held) if held else np.zeros(0, kind)


def weigh(fields: Sequence[Matrix], features: Matrix, rarity: NDArray[np.float32]) -> Matrix:
    """Motions × features in unit length: tf-idf, the logarithm of the frequency taken field by field.

    `fields` are motions × words, `features` is words × features, and `rarity` weighs the features. (Fields are summed
    after the logarithm: a word of the title then keeps its weight however long the body is.)
    """
    total: Matrix = 0
    for counts, weight in zip(fields, FIELD_WEIGHTS, strict=True):
        frequency = counts @ features
        many = frequency.data > 1
        frequency.data[many] = 1 + np.log(frequency.data[many])
        frequency.data *= weight
        total = total + frequency
    total.data *= rarity[total.indices]
    return unit(total.tocsr())


def unit(matrix: Matrix) -> Matrix:
    """Every row divided by its length; an empty row stays so."""
    squares = np.zeros(matrix.shape[0], np.float64)
    filled = np.diff(matrix.indptr) > 0
    if matrix.nnz:
        squares[filled] = np.add.reduceat(matrix.data.astype(np.float64) ** 2, matrix.indptr[:-1][filled])
    lengths = np.sqrt(squares)
    lengths[lengths == 0] = 1.0
    matrix.data = (matrix.data / np.repeat(lengths, np.diff(matrix.indptr))).astype(np.float32)
    return matrix


def rarity(presence: NDArray[np.int64], motions: int) -> NDArray[np.float32]:
    """The inverse document frequency of each feature, from the number of motions that have it; a feature that is new
    counts as one that a single motion has, and one that all have keeps a trace."""
    return np.maximum(np.log((motions + 0.5) / np.maximum(presence, 1)), 0.01).astype(np.float32)
