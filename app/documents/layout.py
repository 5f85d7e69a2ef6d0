"""Where everything in a document is, as far as what is put beside it can be judged by it.

Every struct lies in a place: among the children of a type, or under the keys of one. Neighbours lie in the same place,
so a place is known for runs of clocks, and a document that was typed with 260,000 keystrokes has a few hundred runs.
What an update adds is worked out first, against limits and schema, and taken over when the engine has applied it.
"""

import heapq
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from app.documents.decoding import (
    ANY,
    ARRAY,
    BINARY,
    COLLECTED,
    DELETED,
    ELEMENT,
    EMBED,
    FORMAT,
    FRAGMENT,
    MAP,
    STRING,
    TEXT,
    XML_TEXT,
    Gap,
    Ref,
    Refused,
    Struct,
    Update,
)
from app.documents.limits import MAX_DEPTH

#: What the roots of a document are. Other roots are nobody's business: whatever is in them is never read.
ROOTS = {"meta": MAP, "title": TEXT, "body": FRAGMENT, "demands": MAP}

#: Containers are named by the type that they are; one that is not known, or no longer, holds anything.
_ANYTHING, _KEYED = 7, 8
_TYPES = (ARRAY, MAP, TEXT, ELEMENT, FRAGMENT, XML_TEXT)
_ALL = 2**16 - 1


def _bits(*whats: int) -> int:
    return sum(1 << what for what in (*whats, DELETED, COLLECTED))


#: Container → the contents that fit there, as bits. The engine counts what does not fit, but passes over it when it
#: reads, and then goes round for ever when it deletes.
_FITTING = {
    ARRAY: _bits(ANY, BINARY, *_TYPES),
    MAP: 0,
    TEXT: _bits(STRING, EMBED, FORMAT, *_TYPES),
    XML_TEXT: _bits(STRING, EMBED, FORMAT, *_TYPES),
    ELEMENT: _bits(ELEMENT, XML_TEXT),
    FRAGMENT: _bits(ELEMENT, XML_TEXT),
    _ANYTHING: _ALL,
    **{kind | _KEYED: _bits(ANY, BINARY, *_TYPES) for kind in _TYPES},
    _ANYTHING | _KEYED: _ALL,
}

#: The place of what has been collected: nobody knows where it was, and the engine collects what is put there.
_NOWHERE = 0
_DEEPEST = 255

_Where = tuple[Ref | str, bool]
"""(type or name of a root, whether under its keys)."""

_Find = Callable[[Ref], int]


@dataclass(slots=True)
class Addition:
    """What an update adds to a layout."""

    #: client → (first clocks, values); a value is a place and what is there.
    runs: dict[int, tuple[list[int], list[int]]] = field(default_factory=dict)
    places: dict[_Where, int] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)
    containers: list[int] = field(default_factory=list)


class Layout:
    """The places of all structs of a document."""

    def __init__(self) -> None:
        self._runs: dict[int, tuple[array[int], array[int]]] = {}
        self._places: dict[_Where, int] = {}
        self._depths = bytearray([0])
        self._containers = bytearray([_ANYTHING])
        self.types = 0

    def plan(self, u: Update, order: Iterable[int], known: dict[int, int], *, strict: bool = True) -> Addition:
        """What `u` adds; `order` is a causal order of its structs.

        Raises Refused for what is too deep, or does not fit where it is put, unless `strict` is False.
        """
        new = Addition({client: ([], []) for client in u.sections})

        def find(ref: Ref) -> int:
            client, clock = ref
            starts: list[int] | array[int]
            values: list[int] | array[int]
            starts, values = self._runs[client] if clock < known.get(client, 0) else new.runs[client]
            return values[bisect_right(starts, clock) - 1]

        again = _sent_again(u, known)
        for index in order:
            struct = u.structs[index]
            client, clock, what, left, right, parent, keyed = struct
            if again and clock < known.get(client, 0) and struct is not again.get(client):
                continue
            if left is not None or right is not None:
                place = _shared(left and find(left) >> 4, right and find(right) >> 4, strict=strict)
            elif parent is None:
                place = _NOWHERE
            else:
                where = (parent, keyed)
                place = self._places.get(where) or new.places.get(where) or self._open(new, where, find, strict=strict)
            if strict:
                self._fits(new, place, what)
                if again and struct is again.get(client) and find((client, known[client] - 1)) >> 4 != place:
                    raise Gap("partly known, in another place")
            starts, values = new.runs[client]
            value = place << 4 | what
            if not values or values[-1] != value:
                starts.append(max(clock, known.get(client, 0)) if again else clock)
                values.append(value)
        return new

    def add(self, new: Addition, u: Update) -> None:
        """Takes over what `plan` made of `u`."""
        self._places.update(new.places)
        self._depths.extend(new.depths)
        self._containers.extend(new.containers)
        self.types += u.types
        for client, (starts, values) in new.runs.items():
            if not starts:
                continue
            held_starts, held_values = self._runs.setdefault(client, (array("I"), array("Q")))
            same = bool(held_values) and held_values[-1] == values[0]
            held_starts.extend(starts[same:])
            held_values.extend(values[same:])

    def _open(self, new: Addition, where: _Where, find: _Find, *, strict: bool) -> int:
        """A new place."""
        parent, keyed = where
        if isinstance(parent, str):
            container, depth = ROOTS.get(parent, _ANYTHING), 0
        else:
            held = find(parent)
            container = held & 15
            if container in {DELETED, COLLECTED}:
                container = _ANYTHING
            elif container not in _TYPES:
                if strict:
                    raise Refused("its parent is no type")
                container = _ANYTHING
            depth = min(self._of(new, held >> 4)[1] + 1, _DEEPEST)
        place = len(self._depths) + len(new.depths)
        new.places[where] = place
        new.depths.append(depth)
        new.containers.append(container | _KEYED if keyed else container)
        return place

    def _fits(self, new: Addition, place: int, what: int) -> None:
        container, depth = self._of(new, place)
        if not _FITTING[container] >> what & 1:
            raise Refused("content that does not fit where it is put")
        if what < STRING and depth > MAX_DEPTH:
            raise Refused("nested too deeply")

    def _of(self, new: Addition, place: int) -> tuple[int, int]:
        """(container, depth) of a place."""
        held = len(self._depths)
        if place < held:
            return self._containers[place], self._depths[place]
        return new.containers[place - held], new.depths[place - held]


def _shared(left: int | None, right: int | None, *, strict: bool) -> int:
    """The place of what stands between two others."""
    if left is None or right is None or left == right:
        return left or right or _NOWHERE
    if strict:
        raise Refused("neighbours in different places")
    return _NOWHERE


def _sent_again(u: Update, known: dict[int, int]) -> dict[int, Struct | None]:
    """Clients of whose structs `u` repeats some, each with the struct of which a part is new.

    The engine takes that part as what follows the last known clock, wherever the struct itself says that it is.
    """
    again: dict[int, Struct | None] = {}
    for client, (first, end, begin, stop) in u.sections.items():
        reached = known.get(client, 0)
        if first < reached:
            last = bisect_left(u.structs, reached, begin, stop, key=itemgetter(1)) - 1
            straddles = (u.structs[last + 1][1] if last + 1 < stop else end) > reached
            again[client] = u.structs[last] if straddles else None
    return again


def causal_order(u: Update, known: dict[int, int]) -> Sequence[int]:
    """Places of the structs of `u`, in an order in which each comes after what it refers to. Raises Refused for a
    circle."""
    if len(u.sections) < 2:
        return range(len(u.structs))
    reached = {client: known.get(client, 0) for client in u.sections}
    at = {client: begin for client, (_, _, begin, _) in u.sections.items()}
    waiting: dict[int, list[Ref]] = {}
    ready = list(u.sections)
    order: list[int] = []
    while ready:
        client = ready.pop()
        _, end, _, stop = u.sections[client]
        i = at[client]
        while i < stop:
            missing = _missing(u.structs[i], reached)
            if missing is not None:
                heapq.heappush(waiting.setdefault(missing[0], []), (missing[1], client))
                break
            order.append(i)
            i += 1
            reached[client] = max(reached[client], u.structs[i][1] if i < stop else end)
        at[client] = i
        blocked = waiting.get(client)
        while blocked and blocked[0][0] < reached[client]:
            ready.append(heapq.heappop(blocked)[1])
    if len(order) < len(u.structs):
        raise Refused("structs that wait for one another")
    return order


def _missing(struct: Struct, reached: dict[int, int]) -> Ref | None:
    """What `struct` refers to and has not been reached yet."""
    client, _, _, left, right, parent, _ = struct
    for ref in (left, right, parent):
        if isinstance(ref, tuple) and ref[0] != client and ref[1] >= reached.get(ref[0], ref[1] + 1):
            return ref
    return None
