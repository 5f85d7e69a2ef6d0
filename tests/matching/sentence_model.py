"""A small model of sentences, made here: words are hashed to directions, and a few of them share one."""

import threading
import zlib

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 64
KIN = {"pedagogers": "lärarnas", "ersättning": "löner", "lön": "löner"}


class HashingModel:
    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.threads: set[threading.Thread] = set()

    def encode(self, texts: list[str]) -> NDArray[np.float64]:
        self.asked.append(texts)
        self.threads.add(threading.current_thread())
        return np.array([sum(map(_direction, text.lower().split()), np.zeros(DIMENSIONS)) for text in texts])


def _direction(word: str) -> NDArray[np.float64]:
    word = word.strip(".,!?")
    seed = zlib.crc32(KIN.get(word, word).encode())
    # Short words are glue, and say little.
    return np.random.default_rng(seed).standard_normal(DIMENSIONS) * (len(word) > 3)


#: What `make` has made, for the tests to look at.
MADE: list[HashingModel] = []


def make() -> HashingModel:
    MADE.append(HashingModel())
    return MADE[-1]
