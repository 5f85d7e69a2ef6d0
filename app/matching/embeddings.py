"""Sentence embeddings by a model that whoever runs the product brings along: optional, and off by default.

The setting `VERKSTAD_EMBEDDINGS` names a function of theirs that makes the model; docs/matching.md tells how to write
one.
Whatever it does, matching goes on: what it fails at is logged, without any text, and left out.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.matching.cards import MotionCard, Query
from app.matching.features import Batch
from app.matching.rankers import in_unit_length

log = logging.getLogger("verkstad.matching")

#: What likeness by the model counts for, beside 0.75 for letters and at most 1 for the latent space.
EMBEDDING_WEIGHT = 1.0
#: Texts that the model is given at a time, and characters of each: title and demands first, then the body.
TEXTS_AT_ONCE = 32
LONGEST = 4_000
#: After so many failures in a row the texts that are left wait until the index learns anew.
MOST_FAILURES = 3
#: What all motions have in common says nothing of any; of so few motions it can't be told yet.
FEW_MOTIONS = 20

Meaning = NDArray[np.float16]


class Model(Protocol):
    """What the plug-in makes. It is asked in a thread, by one thread at a time."""

    def encode(self, texts: list[str], /) -> Any:
        """One row of numbers for each text, all rows of one width: an array of n × d."""


class Encoder:
    """Has the model turn texts into vectors of unit length. Never raises; may be used from several threads."""

    def __init__(self, make: Callable[[], Model]) -> None:
        """`make` is called with the first texts, since loading a model takes a while."""
        self._make = make
        self._model: Model | None = None
        self._width = 0
        self._is_failing = False
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[MotionCard | Query]) -> list[Meaning | None]:
        """A vector for each text; None for one that the model failed at."""
        made: list[Meaning | None] = []
        failures = 0
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            some = [_read(text) for text in texts[start : start + TEXTS_AT_ONCE]]
            vectors = self._some(some) if failures < MOST_FAILURES else None
            failures = failures + 1 if vectors is None else 0
            made += [None] * len(some) if vectors is None else [row.copy() for row in vectors]
        return made

    def _some(self, texts: list[str]) -> Meaning | None:
        with self._lock:
            try:
                if self._model is None:
                    self._model = self._make()
                vectors = np.asarray(self._model.encode(texts), np.float32)
                if vectors.ndim != 2 or vectors.shape[0] != len(texts) or not vectors.shape[1]:
                    raise ValueError(f"the model made an array of shape {vectors.shape} of {len(texts)} texts")
                if self._width not in {0, vectors.shape[1]}:
                    raise ValueError(f"the model made {vectors.shape[1]} dimensions, and {self._width} before")
                if not np.isfinite(vectors).all():
                    raise ValueError("the model made something that is no number")
            # Not ours: whatever it raises must not end matching. What it says may hold the text.
            except Exception as failure:  # noqa: BLE001
                if not self._is_failing:
                    log.error("embeddings_failed error=%s", type(failure).__name__)
                self._is_failing = True
                return None
            if self._is_failing:
                log.info("embeddings_work_again")
            self._is_failing = False
            self._width = vectors.shape[1]
            return in_unit_length(vectors).astype(np.float16)


class Embeddings:
    """The ranker that reads the vectors of a batch. Without a model it has no dimensions, and says nothing.

    What all motions have in common is taken away from each: models tend to find everything alike.
    """

    name = "embeddings"

    def __init__(self) -> None:
        self._centre = np.zeros(0, np.float32)

    @property
    def width(self) -> int:
        return len(self._centre)

    def fit(self, motions: Batch) -> None:
        known = [meaning for meaning in motions.meanings if meaning is not None]
        if known:
            total = np.zeros(len(known[0]), np.float64)
            for meaning in known:
                total += meaning
            self._centre = (total / (len(known) + FEW_MOTIONS)).astype(np.float32)

    def vectors(self, texts: Batch) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.width), np.float32)
        for row, meaning in zip(rows, texts.meanings, strict=False):
            if meaning is not None and len(meaning) == self.width:
                row[:] = meaning - self._centre
        return in_unit_length(rows)


def encoder_of(place: str) -> Encoder | None:
    """The encoder whose model the function at `place`, "package.module:function", makes; None for "".

    The module is imported with the first texts: should that fail, it is logged as any other failure.
    """

    def make() -> Model:
        module, _colon, function = place.partition(":")
        model: Model = getattr(import_module(module), function)()
        return model

    return Encoder(make) if place else None


def _read(text: MotionCard | Query) -> str:
    parts = [text.title, *(demand.text for demand in text.demands), text.body[:LONGEST]]
    return "\n".join(part for part in parts if part)[:LONGEST]
