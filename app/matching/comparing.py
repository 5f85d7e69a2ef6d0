"""What a reader is shown of a motion that resembles a text: the words that both share, marked where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.access.roles import Visibility
from app.matching.cards import Relation
from app.matching.marks import Piece, pieces
from app.matching.quoting import quotation
from app.matching.search import Found

#: Demand pairs shown for each.
PAIRS = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """A motion that resembles a text, with what the two share marked in both: in the demands that correspond, and in
    one sentence of each body. Theirs is quoted only where the whole text is open to members."""

    found: Found
    pairs: Sequence[tuple[Sequence[Piece], Sequence[Piece], Relation]]
    mine: Sequence[Piece]
    theirs: Sequence[Piece]

    @property
    def shared(self) -> str:
        """The shared words as the text that asked inflects them, in lower case, with spaces between."""
        return " ".join(self.found.marks.mine)


def compared(found: Found, body: str) -> Compared:
    """`body` is that of the text that asked."""
    mine, theirs = frozenset(found.marks.mine), frozenset(found.marks.theirs)
    pairs = [
        (list(pieces(pair.mine.text, mine)), list(pieces(pair.theirs.text, theirs)), pair.relation)
        for pair in found.pairs[:PAIRS]
    ]
    is_open = found.motion.visibility == Visibility.TEXT
    quoted = quotation(found.motion.body, theirs) if is_open else []
    return Compared(found, pairs, quotation(body, mine) if quoted else [], quoted)
