"""Finds the operations that make the demands be as wished: reworded in place, struck, restored, moved, added."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.documents import lines, ordering, reading
from app.documents.text import normalise_demand
from app.documents.tree import Add, Entry, Move, Operation, Restore, Strike
from app.kit.errors import Invalid, NotFound
from app.kit.i18n import _
from app.kit.ids import uuid7


@dataclass(frozen=True, slots=True)
class _Wish:
    """A demand that shall be there. `entry` is None for a new one."""

    id: str
    entry: Entry | None
    text: str


def plan_demands(entries: Sequence[Entry], wanted: Sequence[tuple[str | None, str]]) -> list[Operation]:
    """`wanted` are (id or None, text), in order. Raises NotFound for an id that there is not, Invalid for one that is
    named twice."""
    held = {entry.id: entry for entry in reading.in_order(entries)}
    named = [id_ for id_, _text in wanted if id_ is not None]
    if len(named) != len(set(named)):
        raise Invalid(_("The same demand is named twice. Name each demand once, in the order that they shall have."))
    if not held.keys() >= set(named):
        raise NotFound(_("One of the demands is not in this motion. Load the motion again, and repeat your change."))
    wishes = [
        _Wish(id_ or str(uuid7()), held[id_] if id_ else None, text)
        for id_, raw in wanted
        if (text := normalise_demand(raw))
    ]
    operations = _strike(held, {wish.id for wish in wishes})
    moved = _positions([(wish.id, reading.position(wish.entry) if wish.entry else None) for wish in wishes])
    for wish in wishes:
        operations += _fulfil(wish, moved.get(wish.id))
    return operations


def _strike(held: Mapping[str, Entry], kept: set[str]) -> list[Operation]:
    # One that is still empty is being written by somebody: the wish knows nothing of it.
    return [
        Strike(entry)
        for entry in held.values()
        if entry.id not in kept and not entry.struck and reading.demand_text(entry)
    ]


def _fulfil(wish: _Wish, position: str | None) -> list[Operation]:
    entry = wish.entry
    if entry is None or entry.text is None:
        at = position or (reading.position(entry) if entry else ordering.between(None, None))
        return [Add(wish.id, at, wish.text)]
    operations: list[Operation] = []
    if reading.demand_text(entry) != wish.text:
        operations += lines.plan_lines(entry.text, [wish.text], like=lines.ANY)
    if entry.struck:
        operations.append(Restore(entry))
    if position is not None:
        operations.append(Move(entry, position))
    return operations


def _positions(wanted: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    """New keys for as few as have to move, so that all stand in the order `wanted`; each comes with its old key."""
    order = [(position, id_) for id_, position in wanted if position is not None and ordering.is_key(position)]
    staying = set(_longest_rising(order))
    new: dict[str, str] = {}
    waiting: list[str] = []
    last: str | None = None

    def place(before: str | None) -> None:
        new.update(zip(waiting, ordering.spread(last, before, len(waiting)), strict=True))
        waiting.clear()

    for id_, position in wanted:
        if position is None or (position, id_) not in staying or (waiting and last is not None and last >= position):
            waiting.append(id_)
            continue
        if waiting:
            place(position)
        last = position
    place(None)
    return new


def _longest_rising(keys: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """A longest subsequence of `keys` that rises."""
    tails: list[tuple[str, str]] = []
    at: list[int] = []
    before: list[int | None] = []
    for i, key in enumerate(keys):
        length = bisect_left(tails, key)
        before.append(at[length - 1] if length else None)
        tails[length:] = [key] if length == len(tails) else [key, *tails[length + 1 :]]
        at[length:] = [i] if length == len(at) else [i, *at[length + 1 :]]
    found = []
    i_or_none = at[-1] if at else None
    while i_or_none is not None:
        found.append(keys[i_or_none])
        i_or_none = before[i_or_none]
    return found[::-1]
