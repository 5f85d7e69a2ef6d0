"""The sentence of a text in which most of the words stand that another text shares, for a reader to see at a glance."""

import re
from collections.abc import Collection, Iterator

from app.matching.marks import Piece, pieces

#: Letters of a quotation at the most; of a longer sentence the part around the first shared word is quoted.
LONGEST = 220
#: Letters of a text that are looked through.
READ = 30_000
#: Shared words from which a sentence says something about why two texts belong together.
FEWEST_SHARED = 2

#: A sentence ends where the next begins with a capital: not in "kl. 18".
_BETWEEN = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÅÄÖÉ\"”»–-])|\n+")


def quotation(text: str, shared: Collection[str]) -> list[Piece]:
    """The telling sentence in pieces, the shared words (lower case) by themselves; empty when none has enough of them.

    What is left out of a long sentence is shown by a dash of dots.
    """
    best: list[Piece] = []
    most = FEWEST_SHARED - 1
    for sentence in (" ".join(each.split()) for each in sentences(text[:READ])):
        cut = list(pieces(sentence, shared))
        count = len({piece.text.lower() for piece in cut if piece.is_shared})
        if count > most:
            best, most = cut, count
    return _shortened(best)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text as they stand in it, without white space at the ends."""
    for part in _BETWEEN.split(text):
        if sentence := part.strip():
            yield sentence


def _shortened(cut: list[Piece]) -> list[Piece]:
    whole = "".join(piece.text for piece in cut)
    if len(whole) <= LONGEST:
        return cut
    first = len("".join(piece.text for piece in cut[: next(n for n, piece in enumerate(cut) if piece.is_shared)]))
    start = max(0, min(first - LONGEST // 4, len(whole) - LONGEST))
    start = whole.find(" ", start) + 1 if start else 0
    end = start + LONGEST
    end = max(whole.rfind(" ", start, end), first + 1) if end < len(whole) else len(whole)
    kept: list[Piece] = [Piece("… ", False)] if start else []
    at = 0
    for piece in cut:
        text = piece.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            kept.append(Piece(text, piece.is_shared and text == piece.text))
        at += len(piece.text)
    return [*kept, Piece(" …", False)] if end < len(whole) else kept
