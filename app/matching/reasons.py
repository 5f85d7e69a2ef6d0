"""Why two motions resemble each other, in words that stand in both."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from app.matching.cards import DemandPair, Query, Reason
from app.matching.features import FIELD_LIMITS, FIELD_WEIGHTS, Encoded, Lexicon
from app.matching.rankers import Words
from app.matching.words import is_everyday, spelled, stem, telling

#: How many words, or pairs of kindred words, a reason names at most.
MOST_WORDS = 4
MOST_KINDRED = 2
#: With fewer shared words than this, kindred words are named as well.
FEW_WORDS = 2
#: Letters that kindred words must share.
SHORTEST_KIN = 4
#: A word is telling when its rarity is at least this share of the rarity of a word that one motion alone has.
TELLING = 0.2


class Asking:
    """The words of a text that asks, each with the form it is shown in and how much it weighs there."""

    def __init__(self, query: Query, fields: Sequence[Counter[str]]) -> None:
        self.weights: dict[str, float] = {}
        for counts, weight in zip(fields, FIELD_WEIGHTS, strict=True):
            for word in counts:
                self.weights[word] = self.weights.get(word, 0.0) + weight
        self._query = query
        self._forms: dict[str, str] | None = None
        self._telling: list[tuple[float, str, str]] | None = None
        self._terms: dict[str, list[str]] | None = None

    def telling(self, words: Words) -> list[tuple[float, str, str]]:
        """(weight, word, stem) of the words that say something when another text has them."""
        if self._telling is None:
            self._telling = [
                (weight * words.rarity_of(stemmed), word, stemmed)
                for word, weight in self.weights.items()
                if not is_everyday(word) and words.is_telling(stemmed := stem(word), TELLING)
            ]
        return self._telling

    def terms(self, words: Words) -> dict[str, list[str]]:
        """For each telling stem, or part of a compound, the words of the text that have it."""
        if self._terms is None:
            self._terms = {}
            for word in self.weights:
                if not is_everyday(word):
                    for term in words.terms(word):
                        if len(term) >= SHORTEST_KIN and words.is_telling(term, TELLING):
                            self._terms.setdefault(term, []).append(word)
        return self._terms

    def form(self, word: str) -> str:
        """The word as the text spells it: with a capital when it is nowhere in small letters."""
        if self._forms is None:
            self._forms = {}
            texts = (self._query.title, self._query.body, "\n".join(demand.text for demand in self._query.demands))
            for text, limit in zip(texts, FIELD_LIMITS, strict=True):
                for each in spelled(text[:limit]):
                    lower = each.lower()
                    if each == lower or lower not in self._forms:
                        self._forms[lower] = each
        return self._forms.get(word, word)


class Told:
    """The words of a text that has been found, as reasons and marks look them up."""

    def __init__(self, encoded: Encoded, lexicon: Lexicon) -> None:
        title, body, demands = (numbers.tolist() for numbers in encoded.numbers)
        self.prominent = {*title, *demands}
        #: Each with its number in the lexicon.
        self.words: dict[str, int] = {lexicon.words[number]: number for number in sorted({*body, *self.prominent})}


def reasons(asking: Asking, told: Told, words: Words) -> tuple[Reason, ...]:
    """The most telling words that stand in both texts, and, where those are few, words that are kin."""
    theirs = told.words
    ranked: list[tuple[float, str]] = []
    for weight, word, _stem in asking.telling(words):
        number = theirs.get(word)
        if number is not None:
            ranked.append((weight * (2.0 if number in told.prominent else 1.0), word))
    ranked.sort(key=lambda each: (-each[0], each[1]))
    shared: list[str] = []
    for _value, word in ranked:
        # One form of a word is enough: "skola" and "skolan" have different stems.
        if not any(word.startswith(other) or other.startswith(word) for other in shared):
            shared.append(word)
    found: list[Reason] = []
    if shared:
        found.append(Reason("words", tuple(asking.form(word) for word in shared[:MOST_WORDS])))
    if len(shared) < FEW_WORDS:
        kindred = _kindred(asking, theirs, words, {stem(word) for word in shared})
        if kindred:
            found.append(Reason("kindred", tuple(mine for mine, _ in kindred), tuple(their for _, their in kindred)))
    return tuple(found)


def plainer_reasons(asking: Asking, told: Told, pairs: Sequence[DemandPair]) -> tuple[Reason, ...]:
    """Words of both demands in the closest pair that has any; else words of the other text's title and demands that
    stand in the asking one, or other forms of them. Where hardly anybody has written yet, all may write of one thing,
    and no word tells one motion from another; what they have in common says enough then."""
    for pair in pairs:
        theirs = set(telling(pair.theirs.text))
        if shared := [word for word in telling(pair.mine.text) if word in theirs and not is_everyday(word)]:
            return (Reason("words", tuple(map(asking.form, dict.fromkeys(shared)))[:MOST_WORDS]),)
    prominent = [word for word, number in told.words.items() if number in told.prominent and not is_everyday(word)]
    ranked = sorted(asking.weights, key=lambda word: (-asking.weights[word], word))
    if same := [word for word in ranked if word in prominent]:
        return (Reason("words", tuple(map(asking.form, same[:MOST_WORDS]))),)
    forms = {stem(word): word for word in prominent}
    kin: dict[str, str] = {}
    for word in ranked:
        if form := forms.get(stem(word)):
            kin.setdefault(form, asking.form(word))
    return (Reason("kindred", tuple(kin.values())[:MOST_KINDRED], tuple(kin)[:MOST_KINDRED]),) if kin else ()


def _kindred(asking: Asking, theirs: dict[str, int], words: Words, taken: set[str]) -> list[tuple[str, str]]:
    """(word of the asking text, word of the other text) that differ but share a stem or a part, most telling first."""
    others = list(theirs)
    by_term: dict[str, str] = {}
    for place, term in words.shared_terms(np.fromiter(theirs.values(), np.int64, len(theirs)), asking.terms(words)):
        other = others[place]
        if not is_everyday(other) and (term not in by_term or other < by_term[term]):
            by_term[term] = other
    ranked: list[tuple[float, str, str]] = []
    for term, other in by_term.items():
        if term not in taken:
            rarity = words.rarity_of(term)
            mine = (word for word in asking.terms(words)[term] if word != other)
            ranked.extend((rarity * asking.weights[word], word, other) for word in mine)
    ranked.sort(key=lambda each: (-each[0], each[1], each[2]))
    found: list[tuple[str, str]] = []
    used: set[str] = set()
    for _value, word, other in ranked:
        if word not in used and other not in used:
            used |= {word, other}
            found.append((asking.form(word), other))
    return found[:MOST_KINDRED]
