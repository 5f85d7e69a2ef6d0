"""Stands in front of the engine: what passes is well formed, bounded, and fits the document as it is.

Why, in the order of what was met: bytes that are malformed can abort the process; updates that build on something
missing made the engine read freed memory; an edit that splits a surrogate pair makes it panic; types nested
thousands deep overflow its stack. The engine is native code, so none of these is an exception that could be caught.

What has to be known of the document is kept up to date from the updates themselves and never asks the engine, with
one exception. Two things, the depth of each place in the tree and where surrogate pairs lie, can only be learnt by
reading the whole state. A document that was loaded is therefore not read until the first update that needs it: one
that adds a type or writes into an empty one (for the depth), or the first of all if the stored bytes may hold
characters beyond the basic plane. Typing inside paragraphs, which is nearly everything, needs neither. Reading the
state of a document with 260,000 edits behind it takes some 50 ms, once.
"""

import heapq
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from app.documents.decoding import GONE, PLAIN, Gap, Ref, Refused, Struct, Update, parse, parse_state_vector
from app.documents.limits import MAX_DEPTH, MAX_DOCUMENT_CLIENTS, MAX_ROOTS

__all__ = ["Gap", "Guard", "Refused"]

#: Whether encoded bytes may hold a character that takes two UTF-16 units. Numbers can look like one; no harm in that.
_ASTRAL = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")

#: Added to the depth of what may be a parent: a type, or what was one before it was deleted.
_PARENT = 128
_DEPTH = _PARENT - 1

_Runs = dict[int, tuple["array[int]", bytearray]]
"""Client → (first clock of each run, value of each run). A value is a depth, plus _PARENT."""


class Guard:
    """Checks updates for one document.

    `known` is the document's state vector, `roots` its names, `stored` the bytes that it was loaded from, and
    `state` encodes it as it is now; `state` is called at most once, and only when something must be known of it.
    """

    def __init__(
        self, known: dict[int, int], roots: Iterable[str], stored: Iterable[bytes], state: Callable[[], bytes]
    ) -> None:
        self.known = known
        self._roots = set(roots)
        self._state = state
        self._halves: dict[int, array[int]] | None = None if any(map(_ASTRAL.search, stored)) else {}
        self._runs: _Runs | None = None if known else {}

    def check(self, update: bytes) -> Update:
        """What `update` says, when the engine may have it. Changes nothing. Raises Refused or Gap."""
        u = parse(update)
        self._fits(u)
        if u.roots - self._roots and len(u.roots | self._roots) > MAX_ROOTS:
            raise Refused("too many roots")
        if len(u.sections) > 1:
            new = sum(client not in self.known for client in u.sections)
            if new and new + len(self.known) > MAX_DOCUMENT_CLIENTS:
                raise Refused("too many clients in the document")
        if self._halves is None or (self._runs is None and u.linked):
            self._read_state()
        self._splits_no_pair(u)
        # Also of what is not linked: one circle of structs that wait for one another stays in the engine for good.
        structs = u.structs if len(u.sections) < 2 else causal_order(u, self.known)
        if self._runs is not None:
            u.depths = _depths(structs, u, self.known, self._runs)
        return u

    def check_state_vector(self, data: bytes) -> None:
        """Raises Refused unless a difference from the state vector `data` can be asked of the engine."""
        asked = parse_state_vector(data)
        if self._halves is None:
            self._read_state()
        for client, clock in asked.items():
            if self._is_half(client, clock):
                raise Refused("splits a surrogate pair")

    def note(self, update: bytes) -> None:
        """Takes note of an update that the engine itself has made."""
        u = parse(update, trusted=True)
        if self._runs is not None:
            u.depths = _depths(u.structs, u, self.known, self._runs, strict=False)
        self.admit(u)

    def admit(self, u: Update) -> None:
        """Takes note of an update that the engine has applied."""
        for client, at in u.halves:
            if self._halves is not None and at > self.known.get(client, 0):
                self._halves.setdefault(client, array("I")).append(at)
        if self._runs is not None:
            for client, (starts, values) in u.depths.items():
                _extend(self._runs, client, self.known.get(client, 0), u.sections[client][1], starts, values)
        for client, (_, end, _, _) in u.sections.items():
            if end > self.known.get(client, 0):
                self.known[client] = end
        self._roots |= u.roots

    def is_known(self, u: Update) -> bool:
        """Whether all structs of `u` are in the document already."""
        return all(end <= self.known.get(client, 0) for client, (_, end, _, _) in u.sections.items())

    def _fits(self, u: Update) -> None:
        known, sections = self.known, u.sections
        for client, (first, _, _, _) in sections.items():
            if first > known.get(client, 0):
                raise Gap("something is missing before it")
        for client, clock in u.needs.items():
            if clock >= known.get(client, 0) and (client not in sections or clock >= sections[client][1]):
                raise Gap("builds on what is missing")
        for client, clock, length in u.deletions:
            end = clock + length
            if end > known.get(client, 0) and (client not in sections or end > sections[client][1]):
                raise Gap("deletes what is missing")

    def _is_half(self, client: int, clock: int) -> bool:
        held = self._halves.get(client) if self._halves else None
        if not held:
            return False
        at = bisect_left(held, clock)
        return at < len(held) and held[at] == clock

    def _splits_no_pair(self, u: Update) -> None:
        if not self._halves and not u.halves:
            return
        new = set(u.halves)

        def check(client: int, clock: int) -> None:
            if (client, clock) in new or self._is_half(client, clock):
                raise Refused("splits a surrogate pair")

        for _, _, _, left, right, _ in u.structs:
            if left is not None:
                check(left[0], left[1] + 1)
            if right is not None:
                check(*right)
        for client, clock, length in u.deletions:
            check(client, clock)
            check(client, clock + length)
        for client in u.sections:
            # What is sent again in part is cut where the document ends.
            check(client, self.known.get(client, 0))

    def _read_state(self) -> None:
        try:
            u = parse(self._state(), trusted=True)
            u.depths = _depths(causal_order(u, {}), u, {}, {}, strict=False)
        except Refused as error:
            raise RuntimeError("the document's own state can't be read") from error
        self._halves, self._runs = {}, {}
        known, self.known = self.known, {}
        self.admit(u)
        self.known = known


def causal_order(u: Update, known: dict[int, int]) -> list[Struct]:
    """The structs of `u` in an order in which each comes after what it refers to. Raises Refused for a circle."""
    reached = {client: known.get(client, 0) for client in u.sections}
    at = {client: begin for client, (_, _, begin, _) in u.sections.items()}
    waiting: dict[int, list[Ref]] = {}
    ready = list(u.sections)
    order: list[Struct] = []
    while ready:
        client = ready.pop()
        _, end, _, stop = u.sections[client]
        i = at[client]
        while i < stop:
            struct = u.structs[i]
            missing = next(
                (
                    ref
                    for ref in struct[3:]
                    if ref is not None and ref[0] != client and ref[0] in reached and ref[1] >= reached[ref[0]]
                ),
                None,
            )
            if missing is not None:
                heapq.heappush(waiting.setdefault(missing[0], []), (missing[1], client))
                break
            order.append(struct)
            i += 1
            reached[client] = max(reached[client], u.structs[i][1] if i < stop else end)
        at[client] = i
        blocked = waiting.get(client)
        while blocked and blocked[0][0] < reached[client]:
            ready.append(heapq.heappop(blocked)[1])
    if len(order) < len(u.structs):
        raise Refused("structs that wait for one another")
    return order


def _depths(
    structs: Iterable[Struct], u: Update, known: dict[int, int], runs: _Runs, *, strict: bool = True
) -> dict[int, tuple[list[int], list[int]]]:
    """The runs of depths that `structs`, in causal order, add. Raises Refused beyond MAX_DEPTH if `strict`.

    A struct lies as deep as its neighbours, or one deeper than its parent. Where that can't be known any more because
    what was there has been collected, the engine collects what is put there too.
    """
    new: dict[int, tuple[list[int], list[int]]] = {client: ([], []) for client in u.sections}

    def value(ref: Ref) -> int:
        client, clock = ref
        starts: list[int] | array[int]
        if clock < known.get(client, 0):
            starts, values = runs[client]
            return values[bisect_right(starts, clock) - 1]
        starts, fresh = new[client]
        return fresh[bisect_right(starts, clock) - 1]

    for client, clock, kind, left, right, parent in structs:
        if parent is None:
            depth = max(value(left) & _DEPTH if left else 0, value(right) & _DEPTH if right else 0)
        else:
            held = value(parent)
            depth = min((held & _DEPTH) + 1, _DEPTH)
            if held < _PARENT and strict:
                raise Refused("its parent is no type")
        if kind != PLAIN:
            if depth > MAX_DEPTH + (kind == GONE) and strict:
                raise Refused("nested too deeply")
            depth |= _PARENT
        starts, values = new[client]
        if not values or values[-1] != depth:
            starts.append(clock)
            values.append(depth)
    return new


def _extend(runs: _Runs, client: int, known: int, end: int, starts: list[int], values: list[int]) -> None:
    """Adds runs of one client to those that reach up to `known`."""
    if end <= known:
        return
    held_starts, held_values = runs.setdefault(client, (array("I"), bytearray()))
    for at in range(max(bisect_right(starts, known) - 1, 0), len(starts)):
        if not held_values or held_values[-1] != values[at]:
            held_starts.append(max(starts[at], known))
            held_values.append(values[at])
