"""Changes the words of a text where they differ and nowhere else, so that carets, marks and what others write at the
same time stay where they are."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.documents.tree import Marks, Operation, Rewrite, Run, Splice, Text

#: Stands for something embedded while texts are compared.
_EMBEDDED = "\ufffc"
#: Beyond so many pairs of like tokens the comparison would take long; then all between what agrees at both ends goes.
_MAX_PAIRS = 100_000

#: Characters of a text that are looked at to tell whether it is like another.
_MAX_COMPARED = 2_000

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+|[^\w\s]")

Edit = tuple[int, int, str]
"""(start, end, replacement), in characters of the old text."""

Opcode = tuple[str, int, int, int, int]
"""As difflib has them."""


def reword(texts: Sequence[Text], wanted: str) -> list[Operation]:
    """Makes what `texts` hold together read `wanted`. There must be at least one."""
    if not all(text.regular for text in texts):
        return [Rewrite(texts[0], [Run(wanted)]), *(Rewrite(text, []) for text in texts[1:] if text.runs)]
    pieces = _pieces(texts)
    held = "".join(piece.text for piece in pieces)
    operations: list[Operation] = []
    for start, end, insert in reversed(edits(held, wanted)):
        operations += _splices(pieces, texts[0], start, end, insert)
    return operations


def edits(old: str, new: str) -> list[Edit]:
    """The replacements, in order, that make `old` read `new`, found by words and narrowed to characters.

    How wide a gap is does not matter, nor do spaces at the ends: those of `old` stay. One at its end may just have been
    typed, by somebody whose next word is on its way; so may all but one in a gap that comes to stand at an end.
    """
    a, b = _TOKEN.findall(old.strip()), _TOKEN.findall(new.strip())
    at = [len(old) - len(old.lstrip())]
    for token in a:
        at.append(at[-1] + len(token))
    found: list[Edit] = []
    for tag, i1, i2, j1, j2 in opcodes(_without_widths(a), _without_widths(b)):
        start, end = at[i1], at[i2]
        if tag == "delete" and i2 - i1 > 1:
            if i2 == len(a) and a[i1].isspace():
                start += len(a[i1]) - 1
            elif i1 == 0 and a[i2 - 1].isspace():
                end -= len(a[i2 - 1]) - 1
        if tag != "equal":
            found += _narrowed(start, old[start:end], "".join(b[j1:j2]))
    return found


def _without_widths(tokens: Sequence[str]) -> list[str]:
    return [" " if token.isspace() else token for token in tokens]


def _narrowed(start: int, removed: str, insert: str) -> list[Edit]:
    """The replacement of `removed`, which stands at `start`, less what need not be touched of it."""
    end = start + len(removed)
    if removed and (at := insert.find(removed)) >= 0:
        around = [(start, start, insert[:at]), (end, end, insert[at + len(removed) :])]
    elif insert and (at := removed.find(insert)) >= 0:
        around = [(start, start + at, ""), (start + at + len(insert), end, "")]
    else:
        before = _agreeing(removed, insert)
        after = _agreeing(removed[before:][::-1], insert[before:][::-1])
        around = [(start + before, end - after, insert[before : len(insert) - after])]
    return [edit for edit in around if edit[0] < edit[1] or edit[2]]


def opcodes(a: Sequence[str], b: Sequence[str]) -> list[Opcode]:
    """How to make `a` into `b`, as difflib says it, in bounded time."""
    head = _agreeing(a, b)
    tail = _agreeing(a[head:][::-1], b[head:][::-1])
    x, y = a[head : len(a) - tail], b[head : len(b) - tail]
    counts = Counter(y)
    if sum(counts[token] for token in x) <= _MAX_PAIRS:
        middle: list[Opcode] = list(SequenceMatcher(None, x, y, autojunk=False).get_opcodes())
    else:
        middle = [("replace", 0, len(x), 0, len(y))]
    shifted = [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in middle]
    ends: list[Opcode] = [("equal", len(a) - tail, len(a), len(b) - tail, len(b))] if tail else []
    return [*([("equal", 0, head, 0, head)] if head else []), *shifted, *ends]


def words(text: str) -> Counter[str]:
    """The words of a text, counted; of a long one those that it begins with."""
    return Counter(_WORD.findall(text[:_MAX_COMPARED].lower()))


def likeness(a: Counter[str], b: Counter[str]) -> float:
    """How many of their words two texts share, from 0 to 1."""
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run, with its place in all the text (`start`, in characters) and in its own (`at`, in units)."""

    owner: Text
    text: str
    marks: Marks
    start: int
    at: int
    embedded: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def unit(self, index: int) -> int:
        return self.at + (index - self.start if self.embedded else len(self.text[: index - self.start].encode()))


def _pieces(texts: Sequence[Text]) -> list[_Piece]:
    pieces = []
    start = 0
    for text in texts:
        at = 0
        for run in text.runs:
            piece = _Piece(text, _EMBEDDED if run.text is None else run.text, run.marks, start, at, run.text is None)
            pieces.append(piece)
            start, at = piece.end, piece.unit(piece.end)
    return pieces


def _splices(pieces: Sequence[_Piece], first: Text, start: int, end: int, insert: str) -> list[Operation]:
    operations: list[Operation] = []
    for piece in reversed(pieces):
        low, high = max(start, piece.start), min(end, piece.end)
        if low < high:
            operations.append(Splice(piece.owner, piece.unit(low), piece.unit(high) - piece.unit(low), ""))
    if insert:
        before = next((piece for piece in reversed(pieces) if piece.start < start <= piece.end), None)
        after = next((piece for piece in pieces if piece.start <= start < piece.end), None)
        marks = after.marks if after and end > start else _typed(before, after)
        if before:
            operations.append(Splice(before.owner, before.unit(start), 0, insert, marks))
        elif after:
            operations.append(Splice(after.owner, after.unit(start), 0, insert, marks))
        else:
            operations.append(Splice(first, 0, 0, insert))
    return operations


def _typed(before: _Piece | None, after: _Piece | None) -> Marks:
    """The marks that a person's words would get there: those of what stands before, or of what follows at the very
    start. A link is not made longer, unless it stands on both sides."""
    near = before or after
    if near is None:
        return {}
    return {
        name: value
        for name, value in near.marks.items()
        if not name.startswith("link") or (before and after and before.marks.get(name) == after.marks.get(name))
    }


def _agreeing(a: Sequence[str], b: Sequence[str]) -> int:
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return i
    return min(len(a), len(b))
