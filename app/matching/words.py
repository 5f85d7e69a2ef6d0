"""Swedish words: where they stand in a text, their stems, and the parts of the compound ones.

Stems are Snowball's. Compounds are split by a splitter that is learnt from the motions themselves, after Koehn and
Knight, "Empirical Methods for Compound Splitting" (EACL 2003): a word is split where its parts are, in the geometric
mean, more frequent than the word.
"""

import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import Stemmer

from app.matching.stop_words import COMMON_WORDS, STOP_WORDS

#: Longer runs of letters are no words; pasted keys and addresses are.
LONGEST = 40
#: The shortest word that is split, and its shortest part.
SHORTEST_COMPOUND = 7
SHORTEST_PART = 3
#: How often a part must occur by itself.
PART_FREQUENCY = 3
MOST_PARTS = 4

WORD = re.compile(r"[^\W\d_]+")
#: What may join the parts of a compound: arbet-s-liv, gat-u-miljö, kvinn-o-jour. The letter is left out of the part.
_JOINTS = frozenset("seaoun")

#: After these a capital letter is no sign of a name.
_OPENING = frozenset(".!?:;–-•*\"”“'(\n")

_local = threading.local()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of a word in lower case."""
    # A stemmer keeps state between calls, so each thread has one of its own.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("swedish")
    stemmed: str = stemmer.stemWord(word)
    return stemmed


_COMMON = frozenset(stem(word) for word in COMMON_WORDS)


def spelled(text: str) -> Iterator[str]:
    """Every word of `text` in order, in lower case unless it is a name or an abbreviation."""
    composed = unicodedata.normalize("NFC", text)
    for match in WORD.finditer(composed):
        word = match[0]
        if word[0].isupper() and not (len(word) > 1 and word.isupper()):
            before = composed[max(match.start() - 3, 0) : match.start()].rstrip(" \t\u00a0")
            word = word.lower() if not before or before[-1] in _OPENING else word
        if len(word) <= LONGEST:
            yield word


def is_everyday(word: str) -> bool:
    """Whether a word in lower case stands in so many texts that it says nothing to have it in common."""
    return word in STOP_WORDS or stem(word) in _COMMON


def telling(text: str) -> Iterator[str]:
    """The words of `text` in lower case that may say what it is about: stop words and single letters left out."""
    for match in WORD.finditer(unicodedata.normalize("NFC", text).lower()):
        word = match[0]
        if 1 < len(word) <= LONGEST and word not in STOP_WORDS:
            yield word


class Splitter:
    """Splits compounds by what it learnt from `counts`: how often each word (lower case) was seen.

    The same counts give the same splits, in whatever order they come.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        frequency: Counter[str] = Counter()
        for word, count in counts.items():
            if word not in STOP_WORDS:
                frequency[stem(word)] += count
        self._whole = {stemmed: math.log(count + 1.0) for stemmed, count in frequency.items()}
        self._logs = {stemmed: math.log(count) for stemmed, count in frequency.items() if count >= PART_FREQUENCY}
        # What may stand before another part: a word as it was seen, or a bare stem ("skol" in "skolmat").
        self._heads = {word: stem(word) for word in counts if word not in STOP_WORDS and stem(word) in self._logs}
        self._split: dict[str, tuple[str, ...]] = {}
        self._heads |= {stemmed: stemmed for stemmed in self._logs if stemmed not in STOP_WORDS}

    def keep(self, words: Iterable[str]) -> None:
        """Splits these words once and for all; what is asked for beside them is not kept."""
        for word in words:
            if word not in self._split:
                self._split[word] = self._parts(word)

    def parts(self, word: str) -> tuple[str, ...]:
        """The stems of the parts of `word`, first to last; () when it is no compound that one can tell."""
        kept = self._split.get(word)
        return kept if kept is not None else self._parts(word)

    def _parts(self, word: str) -> tuple[str, ...]:
        if len(word) < SHORTEST_COMPOUND:
            return ()
        best = self._whole.get(stem(word), 0.0)
        found: tuple[str, ...] = ()
        #: Ways to say the beginning of the word: (where the rest begins, parts so far, sum of their logarithms).
        begun: list[tuple[int, tuple[str, ...], float]] = [(0, (), 0.0)]
        while begun:
            start, before, logs = begun.pop()
            rest = word[start:]
            if before and rest not in STOP_WORDS:
                last = stem(rest)
                if last in self._logs:
                    mean = (logs + self._logs[last]) / (len(before) + 1)
                    if mean > best:
                        best, found = mean, (*before, last)
            if len(before) < MOST_PARTS - 1:
                for end in range(start + SHORTEST_PART, len(word) - SHORTEST_PART + 1):
                    heads = self._without_joint(word[start:end])
                    begun.extend((end, (*before, head), logs + self._logs[head]) for head in heads)
        return found

    def _without_joint(self, piece: str) -> Iterator[str]:
        """The stems that `piece`, with the letter that joins it to what follows or without, may stand for."""
        whole = self._heads.get(piece)
        if whole is not None:
            yield whole
        if piece[-1] in _JOINTS and len(piece) > SHORTEST_PART:
            bare = self._heads.get(piece[:-1])
            if bare is not None and bare != whole:
                yield bare
