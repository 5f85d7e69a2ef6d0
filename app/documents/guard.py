"""Stands in front of the engine: what passes is well formed, bounded, and fits the document as it is.

Why, in the order of what was met: malformed bytes can abort the process; updates that build on something missing made
the engine read freed memory; an edit that splits a surrogate pair makes it panic; types nested thousands deep overflow
its stack; content where none of its kind belongs makes it loop. The engine is native code, so these are no exceptions
that could be caught.

What the guard has to know of the document, it keeps up to date from the updates themselves; checking and noting a
keystroke takes some 10 µs, whatever the size of the document. Two things can only be learnt by reading the whole
state: the layout, and where surrogate pairs lie. A document that was loaded is not read before somebody writes in it,
so that readers open it at the speed of the engine; the first update after that pays for it, some 40 ms when 260,000
keystrokes made the document, a millisecond or less when it is one motion.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.documents.decoding import Gap, Refused, Update, parse, parse_state_vector
from app.documents.layout import Addition, Layout, causal_order
from app.documents.limits import MAX_DOCUMENT_CLIENTS, MAX_DOCUMENT_TYPES, MAX_ROOTS

__all__ = ["Checked", "Gap", "Guard", "Refused"]

#: Whether encoded bytes may hold a character that takes two UTF-16 units. Numbers can look like one; no harm in that.
_ASTRAL = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True, slots=True)
class Checked:
    """An update that the engine may have, a causal order of its structs, and what it adds to the layout."""

    update: Update
    order: Sequence[int]
    addition: Addition | None


class Guard:
    """Checks updates for one document.

    `known` is the document's state vector, `roots` its names, `stored` the bytes that it was loaded from, and
    `state` encodes it as it is now.
    """

    def __init__(
        self, known: dict[int, int], roots: Iterable[str], stored: Iterable[bytes], state: Callable[[], bytes]
    ) -> None:
        self.known = known
        self._roots = set(roots)
        self._state = state
        self._halves: dict[int, array[int]] | None = None if any(map(_ASTRAL.search, stored)) else {}
        self._layout: Layout | None = None if known else Layout()

    def check(self, update: bytes) -> Checked:
        """Reads `update` and makes sure that the engine may have it. Changes nothing. Raises Refused or Gap."""
        u = parse(update)
        self._fits(u)
        self._is_bounded(u)
        if self._halves is None or (self._layout is None and u.structs):
            self._read_state()
        if self._halves or u.halves:
            self._splits_no_pair(u)
        if not u.structs:
            return Checked(u, (), None)
        assert self._layout is not None
        order = causal_order(u, self.known)
        return Checked(u, order, self._layout.plan(u, order, self.known))

    def check_fit(self, update: bytes) -> None:
        """Raises Gap when a trusted `update` builds on what is missing."""
        self._fits(parse(update, trusted=True))

    def check_state_vector(self, data: bytes) -> None:
        """Raises Refused unless a difference from the state vector `data` can be asked of the engine."""
        asked = parse_state_vector(data)
        if self._halves is None:
            self._read_state()
        for client, clock in asked.items():
            if self._is_half(client, clock):
                raise Refused("splits a surrogate pair")

    def admit(self, checked: Checked) -> None:
        """Takes note of an update that the engine has applied."""
        u = checked.update
        if self._layout is not None and checked.addition is not None:
            self._layout.add(checked.addition, u)
        for client, at in u.halves:
            if self._halves is not None and at > self.known.get(client, 0):
                self._halves.setdefault(client, array("I")).append(at)
        for client, (_, end, _, _) in u.sections.items():
            if end > self.known.get(client, 0):
                self.known[client] = end
        self._roots |= u.roots

    def note(self, update: bytes) -> None:
        """Takes note of a trusted update that the engine has applied or made."""
        u = parse(update, trusted=True)
        order = causal_order(u, self.known)
        addition = self._layout.plan(u, order, self.known, strict=False) if self._layout and order else None
        self.admit(Checked(u, order, addition))

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

    def _is_bounded(self, u: Update) -> None:
        if u.roots - self._roots and len(u.roots | self._roots) > MAX_ROOTS:
            raise Refused("too many roots")
        new = sum(client not in self.known for client in u.sections)
        if new and new + len(self.known) > MAX_DOCUMENT_CLIENTS:
            raise Refused("too many clients in the document")
        if u.types and self._layout is not None and self._layout.types + u.types > MAX_DOCUMENT_TYPES:
            # Those that have been deleted were counted too.
            self._read_state()
            if self._layout.types + u.types > MAX_DOCUMENT_TYPES:
                raise Refused("too many types in the document")

    def _is_half(self, client: int, clock: int) -> bool:
        held = self._halves.get(client) if self._halves else None
        if not held:
            return False
        at = bisect_left(held, clock)
        return at < len(held) and held[at] == clock

    def _splits_no_pair(self, u: Update) -> None:
        new = set(u.halves)

        def check(client: int, clock: int) -> None:
            if (client, clock) in new or self._is_half(client, clock):
                raise Refused("splits a surrogate pair")

        for _, _, _, left, right, _, _ in u.structs:
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
        layout = Layout()
        try:
            u = parse(self._state(), trusted=True)
            order = causal_order(u, {})
            addition = layout.plan(u, order, {}, strict=False)
        except Refused as error:
            raise RuntimeError("the document's own state can't be read") from error
        known, self.known = self.known, {}
        self._layout, self._halves = layout, {}
        self.admit(Checked(u, order, addition))
        self.known = known
