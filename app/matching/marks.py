"""Where the words that two texts share stand in each of them, for the eye to find."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple

from app.matching.cards import Marks, Reason
from app.matching.rankers import Words
from app.matching.reasons import Asking, Told
from app.matching.words import WORD, stem

#: Shared words of a text that are marked at most, beside those that are named: with more, nothing stands out.
MOST_MARKED = 30


class Piece(NamedTuple):
    """A run of a text, and whether it is a word that the other text has as well."""

    text: str
    is_shared: bool


def marks(asking: Asking, told: Told, words: Words, named: Collection[Reason]) -> Marks:
    """The telling words of each text that the other has in some form, and those that the reasons name."""
    by_stem: dict[str, list[str]] = {}
    for word in told.words:
        by_stem.setdefault(stem(word), []).append(word)
    shared = [each for each in asking.telling(words) if each[2] in by_stem]
    shared = sorted(shared, key=lambda each: (-each[0], each[1]))[:MOST_MARKED]
    mine = [word.lower() for reason in named for word in reason.mine]
    theirs = [word.lower() for reason in named for word in (reason.theirs or reason.mine)]
    mine += [word for _value, word, _stem in shared]
    theirs += [word for _value, _word, stemmed in shared for word in by_stem[stemmed]]
    return Marks(tuple(dict.fromkeys(mine)), tuple(dict.fromkeys(theirs)))


def pieces(text: str, marked: Collection[str]) -> Iterator[Piece]:
    """The text, cut where words of `marked` (lower case) begin and end; put together, the pieces are the text.

    Letters come out composed, as `marked` has them: what a reader sees is the same.
    """
    composed = unicodedata.normalize("NFC", text)
    done = 0
    for match in WORD.finditer(composed):
        if match[0].lower() in marked:
            if match.start() > done:
                yield Piece(composed[done : match.start()], False)
            yield Piece(match[0], True)
            done = match.end()
    if done < len(composed):
        yield Piece(composed[done:], False)
