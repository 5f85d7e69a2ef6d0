"""Three views of a text. In each a motion is a vector of unit length, and likeness is the cosine of two.

`Words` counts stems and parts of compounds, `Grams` runs of letters inside words, and `Latent` lays both out in a few
hundred dimensions in which words that keep the same company lie close (latent semantic analysis).
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.matching.features import Batch, Matrix, rarity, weigh
from app.matching.words import Splitter, stem

#: What a part of a compound counts for beside the whole word.
PART_WEIGHT = 0.7
#: Dimensions of the latent space for n motions: 5 √n, within these bounds and below n.
DIMENSIONS_PER_ROOT = 5.0
MOST_DIMENSIONS = 300
#: From how many motions the latent space is learnt at most; the others are laid out in it.
SAMPLE = 4_000
#: The power of the singular values that the dimensions are divided by: 0 leaves them, 1 evens them out.
EVENING = 0.35
#: The latent space is looked at in several depths, each with this share of its dimensions, and likeness is the mean of
#: the cosines: the first dimensions tell the broad themes, the last the fine ones.
DEPTHS = (1.0, 0.5, 0.25)
_OVERSAMPLING = 12
_ITERATIONS = 4
_BLOCK = 1_000

Vectors = Any  # Matrix (sparse) or NDArray[np.float32] (dense), one row of unit length for each motion


class Ranker(Protocol):
    """One view of the texts. Another kind of vector joins in by filling this and being given a weight."""

    name: str

    def fit(self, motions: Batch) -> None:
        """Learns from the motions of the index, and from nothing else."""

    def vectors(self, texts: Batch) -> Vectors:
        """The texts as rows of unit length; all zeros for one that says nothing known."""


def presence(matrix: Matrix) -> NDArray[np.int64]:
    """In how many rows each column is filled."""
    counted: NDArray[np.int64] = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return counted


class Grams:
    name = "grams"

    def __init__(self) -> None:
        self._rarity = np.zeros(0, np.float32)
        self._new = np.float32(0.01)

    def fit(self, motions: Batch) -> None:
        together = sum(motions.counts) @ motions.spelling()
        self._rarity = rarity(presence(together), len(motions))
        self._new = rarity(np.ones(1, np.int64), len(motions))[0]

    def vectors(self, texts: Batch) -> Matrix:
        return texts.made(self, self._vectors)

    def _vectors(self, texts: Batch) -> Matrix:
        spelling = texts.spelling()
        # Runs of letters that came with motions after the last fit are as rare as can be.
        missing = spelling.shape[1] - len(self._rarity)
        weights = np.concatenate([self._rarity, np.full(max(missing, 0), self._new, np.float32)])
        return _in_blocks(texts, spelling, weights)


class Words:
    name = "words"

    def __init__(self, splitter: Splitter) -> None:
        self._splitter = splitter
        self._terms: dict[str, int] = {}
        self._spelled: list[str] = []
        self._known: Matrix = sparse.csr_matrix((0, 0), dtype=np.float32)
        self._rarity = np.zeros(0, np.float32)
        self._rarest = 0.0

    def fit(self, motions: Batch) -> None:
        self._splitter.keep(motions.words)
        said = [self._said(word) for word in motions.words]
        self._terms = {}
        for each in said:
            for term in each:
                self._terms.setdefault(term, len(self._terms))
        self._spelled = list(self._terms)
        self._known = self._matrix(said)
        self._rarity = rarity(presence(sum(motions.counts) @ self._known), len(motions))
        self._rarest = float(rarity(np.ones(1, np.int64), len(motions))[0])

    def vectors(self, texts: Batch) -> Matrix:
        return texts.made(self, self._vectors)

    def terms(self, word: str) -> frozenset[str]:
        """The stem of a word and those of its parts."""
        return frozenset(self._said(word))

    def shared_terms(self, numbers: NDArray[np.int64], terms: Iterable[str]) -> Iterator[tuple[int, str]]:
        """(place among `numbers`, term) of each of the `terms` that a word of the lexicon with these numbers has."""
        fitted = np.flatnonzero(numbers < self._known.shape[0])
        rows = self._known[numbers[fitted]]
        wanted = np.array([self._terms[term] for term in terms if term in self._terms], np.int64)
        owners = np.repeat(fitted, np.diff(rows.indptr))
        for place in np.flatnonzero(np.isin(rows.indices, wanted)).tolist():
            yield int(owners[place]), self._spelled[rows.indices[place]]

    def rarity_of(self, term: str) -> float:
        """How telling a term is: 0 for one that the index does not know."""
        column = self._terms.get(term)
        return float(self._rarity[column]) if column is not None else 0.0

    def rarity_of_new(self) -> float:
        """How telling a term is that one motion has by itself."""
        return self._rarest or 1.0

    def is_telling(self, term: str, share: float) -> bool:
        """Whether a term is at least `share` as rare as one that a single motion has."""
        return self.rarity_of(term) >= share * self._rarest > 0.0

    def _said(self, word: str) -> dict[str, float]:
        said = {stem(word): 1.0}
        for part in self._splitter.parts(word):
            said[part] = said.get(part, 0.0) + PART_WEIGHT
        return said

    def _matrix(self, said: list[dict[str, float]]) -> Matrix:
        known = [[(self._terms[term], weight) for term, weight in each.items() if term in self._terms] for each in said]
        ends = np.cumsum([0, *(len(each) for each in known)])
        columns = np.array([column for each in known for column, _weight in each], np.int32)
        weights = np.array([weight for each in known for _column, weight in each], np.float32)
        return sparse.csr_matrix((weights, columns, ends), shape=(len(said), len(self._terms)))

    def _vectors(self, texts: Batch) -> Matrix:
        fitted = self._known.shape[0]
        if len(texts.words) == fitted and (texts.numbers == np.arange(fitted)).all():
            return _in_blocks(texts, self._known, self._rarity)
        known = np.flatnonzero((texts.numbers >= 0) & (texts.numbers < fitted))
        new = np.setdiff1d(np.arange(len(texts.words)), known)
        rows = sparse.vstack(
            [self._known[texts.numbers[known]], self._matrix([self._said(texts.words[i]) for i in new])], format="csr"
        )
        return _in_blocks(texts, rows[np.argsort(np.concatenate([known, new]), kind="stable")], self._rarity)


def _in_blocks(texts: Batch, features: Matrix, weights: NDArray[np.float32]) -> Matrix:
    """`weigh` for some motions at a time, so that what is only needed on the way stays small."""
    if len(texts) <= _BLOCK:
        return weigh(texts.counts, features, weights)
    blocks = [
        weigh(tuple(field[start : start + _BLOCK] for field in texts.counts), features, weights)
        for start in range(0, len(texts), _BLOCK)
    ]
    return sparse.vstack(blocks, format="csr")


class Latent:
    """Learns from the vectors of other rankers, laid side by side."""

    name = "latent"

    def __init__(self, *views: Ranker) -> None:
        self._views = views
        self._places: list[NDArray[np.int32]] = []
        self._axes: list[NDArray[np.float32]] = []

    def fit(self, motions: Batch) -> None:
        views = [view.vectors(motions) for view in self._views]
        sample = _sample(len(motions))
        kept = [view[sample] if len(sample) < len(motions) else view for view in views]
        # A feature that one motion has by itself says nothing of what goes together.
        shared = [np.flatnonzero(presence(view) > 1) for view in kept]
        self._places = [_places(columns, view.shape[1]) for columns, view in zip(shared, kept, strict=True)]
        together = sparse.hstack(
            [_restricted(view, places) for view, places in zip(kept, self._places, strict=True)], format="csr"
        )
        axes = principal_axes(together, _dimensions(len(sample)))
        self._axes = np.split(axes, np.cumsum([len(columns) for columns in shared])[:-1])

    def vectors(self, texts: Batch) -> NDArray[np.float32]:
        width = self._axes[0].shape[1] if self._axes else 0
        total = np.zeros((len(texts), width), np.float32)
        for view, places, axes in zip(self._views, self._places, self._axes, strict=True):
            total += _restricted(view.vectors(texts), places) @ axes
        depths = [_in_unit_length(total[:, : max(int(width * depth), min(width, 1))]) for depth in DEPTHS]
        vectors: NDArray[np.float32] = np.concatenate(depths, axis=1) / np.float32(len(DEPTHS) ** 0.5)
        return vectors


def _in_unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0] = 1.0
    unit: NDArray[np.float32] = rows / lengths
    return unit


def _dimensions(motions: int) -> int:
    return max(0, min(int(DIMENSIONS_PER_ROOT * motions**0.5), MOST_DIMENSIONS, motions - 1))


def _sample(motions: int) -> NDArray[np.int64]:
    """The numbers of the motions to learn from: all of them, or SAMPLE of them drawn evenly."""
    if motions <= SAMPLE:
        return np.arange(motions)
    return np.sort(np.random.default_rng(0).choice(motions, SAMPLE, replace=False))


def _places(columns: NDArray[np.int64], width: int) -> NDArray[np.int32]:
    """For each of `width` columns its place among `columns`, or -1."""
    places = np.full(width, -1, np.int32)
    places[columns] = np.arange(len(columns), dtype=np.int32)
    return places


def _restricted(matrix: Matrix, places: NDArray[np.int32]) -> Matrix:
    """The matrix with only the columns that have a place, moved there."""
    known = matrix.indices < len(places)
    moved = np.full(len(matrix.indices), -1, np.int32)
    moved[known] = places[matrix.indices[known]]
    kept = moved >= 0
    ends = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
    width = int(places.max(initial=-1)) + 1
    return sparse.csr_matrix((matrix.data[kept], moved[kept], ends), shape=(matrix.shape[0], width))


def principal_axes(matrix: Matrix, dimensions: int) -> NDArray[np.float32]:
    """Columns × dimensions: the leading right singular vectors, each divided by its singular value ^ EVENING.

    By subspace iteration from a fixed start, after Halko, Martinsson and Tropp, "Finding Structure with Randomness"
    (2011), algorithm 4.4.
    """
    rows = matrix.shape[0]
    if dimensions <= 0 or not matrix.nnz:
        return np.zeros((matrix.shape[1], 0), np.float32)
    tried = min(dimensions + _OVERSAMPLING, rows)
    basis = np.linalg.qr(np.random.default_rng(0).standard_normal((rows, tried)).astype(np.float32))[0]
    across = matrix.T.tocsr()
    for _round in range(_ITERATIONS):
        basis = np.linalg.qr(matrix @ (across @ basis))[0]
    spread = across @ basis
    squares, turn = np.linalg.eigh(spread.T.astype(np.float64) @ spread.astype(np.float64))
    order = np.argsort(squares)[::-1][:dimensions]
    values = np.sqrt(np.maximum(squares[order], 0.0))
    order, values = order[values > 1e-4], values[values > 1e-4]
    axes: NDArray[np.float32] = (spread @ (turn[:, order] / values ** (1 + EVENING))).astype(np.float32)
    return axes
