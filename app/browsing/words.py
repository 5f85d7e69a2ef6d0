"""The words that somebody seeks, and where they stand in a text: the same word in another form, as a part of a
compound, or, for a compound that is sought, its parts each by itself."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.stop_words import STOP_WORDS
from app.matching.words import LONGEST, stem

#: Words of a search beyond these are not sought.
MOST_WORDS = 8
#: How well a word of a text answers one that is sought.
SAME, PART, PIECE = 1.0, 0.6, 0.3
#: What is added for the logarithm of how often.
REPEATED = 0.1
#: Letters that a stem needs for every word that begins or ends with it to be taken for a compound of it.
TELLING_EDGE = 4
#: Letters of the shortest word whose "an" is taken for "the".
SHORTEST_DEFINITE = 5
#: Letters of an excerpt, and how many of them stand before the first word found.
EXCERPT = 170
LEAD = 50

_WORD = re.compile(r"[^\W_]+")

#: The stems of the parts of a compound, () for any other word (`Splitter.parts` of app/matching).
Parts = Callable[[str], Sequence[str]]
Floats = NDArray[np.float64]
#: A text in pieces, with whether each is a word that was sought.
Marked = list[tuple[str, bool]]


def base(word: str) -> str:
    """The beginning that the forms of a word (lower case) have in common: Snowball's stem, and for "skolan" that of
    "skola", which Snowball keeps apart."""
    stemmed = stem(word)
    return stemmed[:-2] if len(stemmed) >= SHORTEST_DEFINITE and stemmed.endswith("an") else stemmed


@dataclass(frozen=True, slots=True)
class Sought:
    """One word of a search."""

    stem: str
    parts: tuple[str, ...]

    @property
    def needles(self) -> tuple[tuple[str, ...], ...]:
        """Whatever answers the word has all the strings of one of these in it, in lower case."""
        return ((self.stem,), self.parts) if self.parts else ((self.stem,),)


def worth(grades: Floats, counts: Floats) -> Floats:
    """What a text's best grade for a term comes to: a little more for each time that the term is in it."""
    value: Floats = grades * (1 + REPEATED * np.log(np.maximum(counts, 1)))
    return value


class Words:
    """The words of one search."""

    def __init__(self, typed: str, parts: Parts) -> None:
        words = [
            word
            for word in _WORD.findall(unicodedata.normalize("NFC", typed).lower())
            if len(word) <= LONGEST and not word.isspace()
        ]
        telling = [word for word in words if word not in STOP_WORDS]
        chosen = list(dict.fromkeys(telling or words))[:MOST_WORDS]
        self.sought = tuple(Sought(base(word), tuple(parts(word))) for word in chosen)
        #: Whether something was typed that holds no word at all.
        self.is_noise = bool(typed.strip()) and not self.sought
        #: All that is looked for in texts: stems, and the parts of compounds.
        self.terms = tuple(dict.fromkeys(term for sought in self.sought for term in (sought.stem, *sought.parts)))
        #: Whether they are words of a kind that the index of motions holds.
        self.are_telling = bool(telling) and all(word.isalpha() and len(word) > 1 for word in chosen)
        self._parts = parts
        self._grades: dict[str, tuple[float, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.sought)

    def score(self, fields: Mapping[str, float], texts: Mapping[str, str]) -> float:
        """How well a motion's texts answer: 0 when one of the words is in none of them. `fields` says what each text
        counts."""
        return float(self.totals(np.array([self.found(fields, texts)]).T)[0])

    def found(self, fields: Mapping[str, float], texts: Mapping[str, str]) -> list[float]:
        """How well a motion's texts answer each of the terms."""
        found = [0.0] * len(self.terms)
        for name, text in texts.items():
            for number, value in enumerate(self.answers(text)):
                found[number] = max(found[number], fields[name] * value)
        return found

    def totals(self, found: Floats) -> Floats:
        """How well motions answer all the words, 0 for those that lack one: from how well they answer each term, which
        is terms × motions. A compound that is nowhere is answered, if less well, where all its parts are."""
        of = dict(zip(self.terms, found, strict=True))
        total = np.zeros(found.shape[1])
        lacking = np.zeros(found.shape[1], np.bool_)
        for sought in self.sought:
            best = of[sought.stem]
            if sought.parts:
                best = np.where(best > 0, best, PIECE * np.min([of[part] for part in sought.parts], axis=0))
            total += best
            lacking |= best == 0
        total[lacking] = 0.0
        return total

    def answers(self, text: str) -> list[float]:
        """How well the text answers each term."""
        lowered = text.lower()
        grades, counts = [0.0] * len(self.terms), [1] * len(self.terms)
        if not any(term in lowered for term in self.terms):
            return grades
        for word in _WORD.findall(lowered):
            for number, grade in enumerate(self.graded(word)):
                if grade:
                    counts[number] += grades[number] > 0
                    grades[number] = max(grades[number], grade)
        return [grade * (1 + REPEATED * math.log(count)) for grade, count in zip(grades, counts, strict=True)]

    def graded(self, word: str) -> tuple[float, ...]:
        """How well a word (lower case) answers each of the terms; 0 for those that it does not have in it."""
        graded = self._grades.get(word)
        if graded is None:
            graded = self._grades[word] = tuple(self._grade(term, word) for term in self.terms)
        return graded

    def _grade(self, term: str, word: str) -> float:
        if term not in word or len(word) > LONGEST:
            return 0.0
        stemmed = base(word)
        if stemmed == term:
            return SAME
        at_edge = len(term) >= TELLING_EDGE and (word.startswith(term) or stemmed.endswith(term))
        return PART if at_edge or term in self._parts(word) else 0.0

    def marked(self, text: str) -> Marked:
        """The text in pieces, the words that answer marked."""
        pieces: Marked = []
        done = 0
        for match in _WORD.finditer(text):
            if any(self.graded(match[0].lower())):
                pieces += [(text[done : match.start()], False), (match[0], True)]
                done = match.end()
        pieces.append((text[done:], False))
        return [piece for piece in pieces if piece[0]]

    def excerpt(self, passages: Iterable[str]) -> Marked | None:
        """The first passage that has all the words in some form, else the one that answers most of them, shortened
        around them; None when none does."""
        wanted = [self.terms.index(sought.stem) for sought in self.sought]
        best, most = None, 0.0
        for passage in passages:
            answers = self.answers(passage)
            value = sum(answers)
            if value > most:
                best, most = passage, value
            if all(answers[place] >= SAME for place in wanted):
                break
        return self._shortened(best) if best is not None else None

    def _shortened(self, passage: str) -> Marked:
        first = next(match.start() for match in _WORD.finditer(passage) if any(self.graded(match[0].lower())))
        start = 0
        if len(passage) > EXCERPT and first > LEAD:
            start = passage.find(" ", first - LEAD, first) + 1 or first
        end = len(passage)
        if end - start > EXCERPT:
            end = max(passage.rfind(" ", start, start + EXCERPT), first + 1)
            end = end if end > start else start + EXCERPT
        shown = ("… " if start else "") + passage[start:end].rstrip(" ,;:.") + (" …" if end < len(passage) else "")
        return self.marked(shown)
