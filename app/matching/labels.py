"""A few words that say what a cluster is about, all of which stand in its texts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from app.matching.cards import MotionCard
from app.matching.features import FIELD_WEIGHTS, Encoded, Lexicon, fields_of
from app.matching.rankers import Words
from app.matching.words import is_everyday, spelled, stem

MOST_WORDS = 3
#: The share of a cluster's texts that have such a word, if there are words of which that is true; two at least.
HAD_BY = 0.4
#: Words that begin with the same so many letters say the same.
ALIKE = 5
#: Texts that are looked into for how a word is spelled.
_LOOKED_INTO = 8

Weights = Mapping[str, float]


def weights_of(card: MotionCard) -> Weights:
    """Each telling word of a text with its weight: what the field that it stands in counts for, however often."""
    return _weights((word for word in counts) for counts in fields_of(card))


def weights_of_encoded(motion: Encoded, lexicon: Lexicon) -> Weights:
    return _weights((lexicon.words[number] for number in numbers.tolist()) for numbers in motion.numbers)


def _weights(fields: Iterator[Iterator[str]]) -> Weights:
    total: dict[str, float] = {}
    for words, weight in zip(fields, FIELD_WEIGHTS, strict=True):
        for word in words:
            total[word] = total.get(word, 0.0) + weight
    return total


def label(cards: Sequence[MotionCard], weights: Sequence[Weights], words: Words) -> tuple[str, ...]:
    """The words that most of the cluster's texts have and few others do, as they are spelled there."""
    value: Counter[str] = Counter()
    having: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for said in weights:
        stems: dict[str, float] = {}
        for word, weight in said.items():
            if not is_everyday(word):
                stemmed = stem(word)
                forms.setdefault(stemmed, Counter())[word] += 1
                stems[stemmed] = max(stems.get(stemmed, 0.0), weight)
        having.update(stems.keys())
        value.update(stems)
    needed = max(2, HAD_BY * len(cards)) if len(cards) > 1 else 1
    unknown = words.rarity_of_new()
    ranked = sorted(
        forms,
        key=lambda each: (having[each] < needed, -value[each] * (words.rarity_of(each) or unknown), each),
    )
    chosen: list[str] = []
    for stemmed in ranked:
        if len(chosen) == MOST_WORDS or (chosen and having[stemmed] < needed):
            break
        word = min(forms[stemmed], key=lambda each: (-forms[stemmed][each], len(each), each))
        # "skola" and "skolan" have different stems, and say the same here; so do "skolgård" and "skolgårdarna".
        if all(word[:ALIKE] != other[:ALIKE] and not other.startswith(word) for other in chosen):
            chosen.append(word)
    return tuple(_spelled(word, cards) for word in chosen)


def _spelled(word: str, cards: Sequence[MotionCard]) -> str:
    """The word with a capital if the texts nowhere have it in small letters, which is what a name looks like."""
    found = word
    looked_into = 0
    for card in cards:
        for each in spelled("\n".join([card.title, card.body, *(demand.text for demand in card.demands)])):
            if each.lower() == word:
                if each == word:
                    return word
                found = each
                looked_into += 1
                break
        if looked_into == _LOOKED_INTO:
            break
    return found
