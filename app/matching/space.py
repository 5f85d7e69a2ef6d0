"""Motions laid out for comparison at one moment: what was learnt from them, their vectors, and how near a text is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.matching.embeddings import EMBEDDING_WEIGHT, Embeddings
from app.matching.features import Batch, Encoded, Lexicon, Matrix
from app.matching.rankers import Grams, Latent, Words
from app.matching.words import Splitter

#: A motion that resembles everything is held back: its likeness to a text is divided by its mean likeness to its
#: NEIGHBOURS nearest ^ HOLDING_BACK (local scaling). HUB_FLOOR stands in where there are hardly any neighbours.
NEIGHBOURS = 10
HOLDING_BACK = 0.4
HUB_FLOOR = 0.05
#: The latent space counts n / (n + YOUNG) of its full weight: what goes together can't be told from a few motions.
YOUNG = 150.0
#: What likeness by letters counts for beside likeness in the latent space.
LETTERS_WEIGHT = 0.75
#: Against how many motions the nearest are sought at most.
CROWD = 8_000
#: Up to so many motions a text is compared with all by letters. Of more, it is with so many candidates; words that more
#: than this share of the motions have do not count when these are chosen.
EXACT_UP_TO = 4_000
CANDIDATES = 1_000
COMMON = 0.05
#: The logistic curve from score to probability. It held alike for indexes of 30 to 900 motions, and for finished
#: motions and drafts.
SURENESS = 6.0
EVEN_ODDS = 0.74
_BLOCK = 256

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """One motion in a space: its vectors by letters and in the latent space, and how near its neighbours are in each
    (the hubs)."""

    letters: Matrix
    latent: Floats
    letters_hub: float
    latent_hub: float


class Rows:
    """Many motions in a space, to be compared with one text at a time."""

    def __init__(
        self, letters: Matrix, latent: Floats, letters_hub: Floats, latent_hub: Floats, words: Matrix | None = None
    ) -> None:
        """`words` are needed beyond EXACT_UP_TO motions only."""
        self.letters = letters
        self.latent = latent
        self.letters_hub = letters_hub
        self.latent_hub = latent_hub
        #: Terms × motions.
        self._having = words.T.tocsr() if words is not None and len(latent) > EXACT_UP_TO else None
        self._letters_scale = (np.maximum(letters_hub, HUB_FLOOR) ** -HOLDING_BACK).astype(np.float32)
        self._latent_scale = (np.maximum(latent_hub, HUB_FLOOR) ** -HOLDING_BACK).astype(np.float32)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Rows":
        width = max((row.letters.shape[1] for row in rows), default=0)
        return cls(
            sparse.vstack([_widened(row.letters, width) for row in rows], format="csr"),
            np.stack([row.latent for row in rows]),
            np.array([row.letters_hub for row in rows], np.float32),
            np.array([row.latent_hub for row in rows], np.float32),
        )

    def __len__(self) -> int:
        return len(self.latent)

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """The motions of all parts, one after another."""
        width = max(part.letters.shape[1] for part in parts)
        return cls(
            sparse.vstack([_widened(part.letters, width) for part in parts], format="csr"),
            np.concatenate([part.latent for part in parts]),
            np.concatenate([part.letters_hub for part in parts]),
            np.concatenate([part.latent_hub for part in parts]),
        )

    def some(self, places: Places) -> "Rows":
        """The motions at these places."""
        return Rows(
            self.letters[places],
            self.latent[places],
            self.letters_hub[places],
            self.latent_hub[places],
        )

    def likeness(self, latent_weight: float, *, holding_back: bool = True) -> Floats:
        """How near each motion is to each other one, the same in both directions: n × n.

        Without `holding_back` it is the mean cosine, at most 1: a text of a line has no neighbours to go by.
        """
        by_letters = np.asarray((self.letters @ self.letters.T).todense(), np.float32)
        by_latent = self.latent @ self.latent.T
        if holding_back:
            by_letters *= (self._letters_scale + self._letters_scale[:, None]) / 2
            by_latent *= (self._latent_scale + self._latent_scale[:, None]) / 2
        by_letters *= LETTERS_WEIGHT
        by_latent *= latent_weight
        total: Floats = by_letters + by_latent
        total /= LETTERS_WEIGHT + latent_weight
        return total

    def scores(self, letters: Matrix, latent: Floats, words: Matrix, latent_weight: float, places: Places) -> Floats:
        """How near the motions at `places` are to a text with these vectors; about 0 for those that have nothing to do
        with it.

        Of very many, the CANDIDATES that are nearest by words and in the latent space are compared by letters, too;
        the others get 0. Which these are depends on none but those at `places`.
        """
        by_latent: Floats = (self.latent @ latent)[places] * self._latent_scale[places]
        chosen = np.arange(len(places))
        if self._having is not None and len(places) > CANDIDATES:
            roughly = latent_weight * by_latent
            roughly += LETTERS_WEIGHT * _by_words(words, self._having)[places] * self._letters_scale[places]
            chosen = np.sort(np.argpartition(-roughly, CANDIDATES)[:CANDIDATES])
        candidates = places[chosen]
        total = np.zeros(len(places), np.float32)
        total[chosen] = LETTERS_WEIGHT * self._by_letters(letters, candidates) * self._letters_scale[candidates]
        total[chosen] += latent_weight * by_latent[chosen]
        total /= LETTERS_WEIGHT + latent_weight
        return total

    def _by_letters(self, text: Matrix, places: Places) -> Floats:
        said = np.zeros(max(self.letters.shape[1], text.shape[1]), np.float32)
        said[text.indices] = text.data
        rows = self.letters if len(places) == len(self) else self.letters[places]
        by_letters: Floats = rows @ said[: self.letters.shape[1]]
        return by_letters


def _by_words(text: Matrix, having: Matrix) -> Floats:
    """The cosine by words; without the text's most common ones, which cost much and tell little."""
    common = np.diff(having.indptr)[text.indices] > COMMON * having.shape[1]
    by_words: Floats = having[text.indices[~common]].T @ text.data[~common]
    return by_words


def _widened(matrix: Matrix, width: int) -> Matrix:
    """The matrix with empty columns added up to `width`."""
    return sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))


class Space:
    """Learnt from `motions`, and unchangeable from then on. Motions that come later are laid out in it by `row`."""

    def __init__(self, motions: Sequence[Encoded], lexicon: Lexicon, splitter: Splitter) -> None:
        self.splitter = splitter
        self.words = Words(splitter)
        self.grams = Grams()
        self.latent = Latent(self.words, self.grams)
        self.embeddings = Embeddings()
        batch = Batch.of_index(motions, lexicon)
        for ranker in (self.words, self.grams, self.latent, self.embeddings):
            ranker.fit(batch)
        #: How far the latent space can be trusted, 0 to 1; and what it counts for, a model's vectors included.
        self.latent_trust = len(motions) / (len(motions) + YOUNG)
        self.latent_weight = self.latent_trust + (EMBEDDING_WEIGHT if self.embeddings.width else 0.0)
        letters, latent = self.grams.vectors(batch), self._deep(batch)
        nearest, latent_hub = neighbours(latent)
        self.rows = Rows(letters, latent, _hubs(letters, nearest), latent_hub, self.words.vectors(batch))

    def lay(self, motions: Sequence[Encoded], lexicon: Lexicon) -> list[Row]:
        """Motions laid out; how near a motion's neighbours are by letters is taken from its nearest in the latent
        space, which are likely to be near the same ones."""
        return [self.row(Batch.of_motion(motion, lexicon)) for motion in motions]

    def row(self, text: Batch) -> Row:
        """One text laid out."""
        letters, latent = self.grams.vectors(text), self._deep(text)[0]
        if not len(self.rows):
            return Row(letters, latent, 0.0, 0.0)
        near = self.rows.latent @ latent
        first = np.argsort(-near, kind="stable")[:NEIGHBOURS]
        return Row(letters, latent, float(self.rows.letters_hub[first].mean()), float(near[first].mean()))

    def scores(self, text: Batch, rows: Rows, places: Places) -> Floats:
        letters, latent = self.grams.vectors(text), self._deep(text)[0]
        if self.embeddings.width and not latent[-self.embeddings.width :].any():
            # The model failed at this text: then the latent space has to stand for both.
            latent = latent * np.float32(self.latent_weight / self.latent_trust)
        return rows.scores(letters, latent, self.words.vectors(text), self.latent_weight, places)

    def _deep(self, texts: Batch) -> Floats:
        """The texts in the latent space and, where there is a model, beside it in the model's: then the cosine of two
        is the mean of both cosines, as each is weighted."""
        latent = self.latent.vectors(texts)
        if not self.embeddings.width:
            return latent
        latent *= np.float32((self.latent_trust / self.latent_weight) ** 0.5)
        meaning = self.embeddings.vectors(texts)
        meaning *= np.float32((EMBEDDING_WEIGHT / self.latent_weight) ** 0.5)
        return np.concatenate([latent, meaning], axis=1)


def probability(score: float) -> float:
    """What share of motions with this score are about the same matter as the text."""
    return 1.0 / (1.0 + math.exp(-SURENESS * (score - EVEN_ODDS)))


def probabilities(scores: Floats) -> Floats:
    """`probability` of each."""
    sure: Floats = (1.0 / (1.0 + np.exp(-SURENESS * (scores - EVEN_ODDS)))).astype(np.float32)
    return sure


def neighbours(latent: Floats) -> tuple[NDArray[np.int64], Floats]:
    """(the numbers of the nearest of each row, other than itself; the mean of their cosines)."""
    count = len(latent)
    wanted = min(NEIGHBOURS, count - 1)
    if wanted <= 0:
        return np.zeros((count, 0), np.int64), np.zeros(count, np.float32)
    crowd = np.arange(count)
    if count > CROWD:
        crowd = np.sort(np.random.default_rng(1).choice(count, CROWD, replace=False))
    among = latent[crowd]
    nearest = np.zeros((count, wanted), np.int64)
    hub = np.zeros(count, np.float32)
    for start in range(0, count, _BLOCK):
        block = latent[start : start + _BLOCK] @ among.T
        own = np.searchsorted(crowd, np.arange(start, start + len(block)))
        inside = (own < len(crowd)) & (crowd[np.minimum(own, len(crowd) - 1)] == np.arange(start, start + len(block)))
        block[np.flatnonzero(inside), own[inside]] = -2.0
        first = np.argpartition(-block, wanted - 1, axis=1)[:, :wanted]
        nearest[start : start + len(block)] = crowd[first]
        hub[start : start + len(block)] = np.take_along_axis(block, first, axis=1).mean(axis=1)
    return nearest, hub


def _hubs(letters: Matrix, nearest: NDArray[np.int64]) -> Floats:
    """The mean cosine by letters of each row to its nearest."""
    hubs = np.zeros(letters.shape[0], np.float32)
    dense = np.zeros(letters.shape[1], np.float32)
    for row in range(letters.shape[0] if nearest.shape[1] else 0):
        own = slice(letters.indptr[row], letters.indptr[row + 1])
        dense[letters.indices[own]] = letters.data[own]
        hubs[row] = (letters[nearest[row]] @ dense).mean()
        dense[letters.indices[own]] = 0.0
    return hubs
