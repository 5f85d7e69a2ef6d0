"""Three views of a text. In each a motion is a vector of unit length, and likeness is the cosine of two.

`Words` counts stems and parts of compounds, `Grams` runs of letters inside words, and `Latent` lays both out in a few
hundred dimensions in which words that keep the same company lie close (latent semantic analysis).
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
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


def _presence_in_blocks(motions: Batch, features: Matrix) -> NDArray[np.int64]:
    """In how many motions each feature of their words stands."""
    counted = np.zeros(features.shape[1], np.int64)
    for start in range(0, len(motions), _BLOCK):
        counted += presence(sum(field[start : start + _BLOCK] for field in motions.counts) @ features)
    return counted


class Grams:
    name = "grams"

    def __init__(self) -> None:
        self._rarity = np.zeros(0, np.float32)
        self._new = np.float32(0.01)

    def fit(self, motions: Batch) -> None:
        self._rarity = rarity(_presence_in_blocks(motions, motions.spelling()), len(motions))
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
        self._terms = {}
        self._known = self._matrix(motions.words, lambda term: self._terms.setdefault(term, len(self._terms)))
        self._spelled = list(self._terms)
        self._rarity = rarity(_presence_in_blocks(motions, self._known), len(motions))
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

    def _matrix(self, words: Iterable[str], number: Callable[[str], int | None]) -> Matrix:
        """Words × terms; terms without a number are left out."""
        columns, weights, ends = array("i"), array("f"), array("q", [0])
        for word in words:
            for term, weight in self._said(word).items():
                if (column := number(term)) is not None:
                    columns.append(column)
                    weights.append(weight)
            ends.append(len(columns))
        return sparse.csr_matrix(
            (np.array(weights, np.float32), np.array(columns, np.int32), np.array(ends)),
            shape=(len(ends) - 1, len(self._terms)),
        )

    def _vectors(self, texts: Batch) -> Matrix:
        fitted = self._known.shape[0]
        if len(texts.words) == fitted and (texts.numbers == np.arange(fitted)).all():
            return _in_blocks(texts, self._known, self._rarity)
        known = np.flatnonzero((texts.numbers >= 0) & (texts.numbers < fitted))
        new = np.setdiff1d(np.arange(len(texts.words)), known)
        rows = sparse.vstack(
            [self._known[texts.numbers[known]], self._matrix((texts.words[i] for i in new), self._terms.get)],
            format="csr",
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
        sample = _sample(len(motions))
        kept = [_shared(view.vectors(motions), sample) for view in self._views]
        self._places = [places for places, _part in kept]
        widths = [part.shape[1] for _places, part in kept]
        together = sparse.hstack([part for _places, part in kept], format="csr")
        del kept
        axes = principal_axes(together, _dimensions(len(sample)))
        self._axes = np.split(axes, np.cumsum(widths)[:-1])

    def vectors(self, texts: Batch) -> NDArray[np.float32]:
        width = self._axes[0].shape[1] if self._axes else 0
        total = np.zeros((len(texts), width), np.float32)
        for view, places, axes in zip(self._views, self._places, self._axes, strict=True):
            vectors = view.vectors(texts)
            for start in range(0, len(texts), _BLOCK):
                total[start : start + _BLOCK] += _restricted(vectors[start : start + _BLOCK], places) @ axes
        depths = [in_unit_length(total[:, : max(int(width * depth), min(width, 1))]) for depth in DEPTHS]
        deep: NDArray[np.float32] = np.concatenate(depths, axis=1) / np.float32(len(DEPTHS) ** 0.5)
        return deep


def _shared(vectors: Matrix, sample: NDArray[np.int64]) -> tuple[NDArray[np.int32], Matrix]:
    """(for each feature its place, or -1; the sample's vectors in the features that have one). A feature that one
    motion has by itself says nothing of what goes together, and has none."""
    kept = vectors[sample] if len(sample) < vectors.shape[0] else vectors
    places = _places(np.flatnonzero(presence(kept) > 1), kept.shape[1])
    return places, _restricted(kept, places)


def in_unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every row divided by its length; one of zeros stays so."""
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
    del across, basis
    squares, turn = np.linalg.eigh(_inner_products(spread))
    order = np.argsort(squares)[::-1][:dimensions]
    values = np.sqrt(np.maximum(squares[order], 0.0))
    order, values = order[values > 1e-4], values[values > 1e-4]
    turn = (turn[:, order] / values ** (1 + EVENING)).astype(np.float32)
    # In the place of what they are made of: it is the largest thing there is while an index is built. What is written
    # never overtakes what is still to be read, as the rows become shorter.
    width, place = len(order), spread.ravel()
    for start in range(0, len(spread), _BLOCK):
        made = spread[start : start + _BLOCK] @ turn
        place[start * width : start * width + made.size] = made.ravel()
    axes: NDArray[np.float32] = place[: len(spread) * width].reshape(len(spread), width)
    return axes


def _inner_products(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """The products of all pairs of columns, in double precision without a copy of everything in it."""
    total = np.zeros((rows.shape[1], rows.shape[1]))
    for start in range(0, len(rows), 20 * _BLOCK):
        block = rows[start : start + 20 * _BLOCK].astype(np.float64)
        total += block.T @ block
    return total
