"""What differs between two texts of a motion, told the way a person would: by paragraph, by demand, by word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.documents.lines import pair
from app.documents.text import Block, Demand, MotionText
from app.documents.wording import opcodes
from app.kit.diff import Piece, word_diff

#: Characters of one paragraph beyond which it is shown as replaced, rather than compared by words.
_LONGEST = 20_000

State = Literal["same", "changed", "added", "struck"]


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A paragraph, heading or list item. `block` is it as it is afterwards; for a struck one, as it was."""

    state: State
    block: Block
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DemandChange:
    """A demand with its numbers before and after, from 1; None where there was none."""

    state: State
    before: int | None
    after: int | None
    moved: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    title: tuple[Piece, ...]
    body: tuple[BlockChange, ...]
    demands: tuple[DemandChange, ...]

    @property
    def title_changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.title)

    @property
    def changes(self) -> int:
        """How many things differ: the title, paragraphs, demands."""
        return (
            self.title_changed
            + sum(change.state != "same" for change in self.body)
            + sum(change.state != "same" or change.moved for change in self.demands)
        )


def difference(before: MotionText, after: MotionText) -> Difference:
    return Difference(
        tuple(word_diff(before.title, after.title)),
        tuple(_body(before.body, after.body)),
        tuple(_demands(before.demands, after.demands)),
    )


def _words(before: str, after: str) -> tuple[Piece, ...]:
    if before == after:
        return (Piece("same", after),) if after else ()
    if len(before) + len(after) > _LONGEST:
        return (Piece("struck", before), Piece("added", after))
    return tuple(word_diff(before, after))


def _body(before: Sequence[Block], after: Sequence[Block]) -> list[BlockChange]:
    old, new = [block.text for block in before], [block.text for block in after]
    changes: list[BlockChange] = []
    for tag, i1, i2, j1, j2 in opcodes(old, new):
        if tag == "equal":
            changes += [
                # Bold, a list instead of a paragraph: the words are the same, and still something has changed.
                BlockChange("same" if before[i] == after[j] else "changed", after[j], _words(old[i], new[j]))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
            continue
        for i, j in pair(old[i1:i2], new[j1:j2]):
            if j is None:
                assert i is not None
                changes.append(BlockChange("struck", before[i1 + i], (Piece("struck", old[i1 + i]),)))
            elif i is None:
                changes.append(BlockChange("added", after[j1 + j], (Piece("added", new[j1 + j]),)))
            else:
                changes.append(BlockChange("changed", after[j1 + j], _words(old[i1 + i], new[j1 + j])))
    return changes


def _demands(before: Sequence[Demand], after: Sequence[Demand]) -> list[DemandChange]:
    """Those that are there afterwards in their order, each struck one behind the one that it stood behind."""
    was = {demand.id: (number, demand.text) for number, demand in enumerate(before, start=1)}
    now = {demand.id: (number, demand.text) for number, demand in enumerate(after, start=1)}
    moved = _moved([demand.id for demand in before], [demand.id for demand in after])
    changes = []
    for id_, (number, text) in now.items():
        if id_ in was:
            earlier, old = was[id_]
            state: State = "same" if old == text else "changed"
            changes.append(DemandChange(state, earlier, number, id_ in moved, _words(old, text)))
        else:
            changes.append(DemandChange("added", None, number, False, _words("", text)))
    for id_, (number, text) in was.items():
        if id_ not in now:
            place = next(
                (at for at, change in enumerate(changes) if change.before is not None and change.before > number),
                len(changes),
            )
            changes.insert(place, DemandChange("struck", number, None, False, _words(text, "")))
    return changes


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Those whose order among the ones that stay has changed: the fewest that tell it."""
    staying = set(before) & set(after)
    old = [id_ for id_ in before if id_ in staying]
    new = [id_ for id_ in after if id_ in staying]
    kept = {old[at] for tag, start, end, _, _ in opcodes(old, new) if tag == "equal" for at in range(start, end)}
    return staying - kept
