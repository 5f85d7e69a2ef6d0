"""Takes an update apart: what of it is new, and pieces of it, so that applying it can be broken off.

Where many have written at one spot, the engine searches for the place of what is new. An honest update never has it
search for long, but a few kilobytes made for it let it search for minutes, and native code can't be interrupted. So
what could take long is handed over in pieces, with a look at the clock between them.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.documents.decoding import Refused, Update
from app.documents.limits import MAX_SECONDS, MAX_SECONDS_EACH

#: Structs times bytes of document, for one piece: some 0.2 s when the engine has to search the whole document for each.
_WORK = 4 * 1024 * 1024
#: A deletion takes a small part of what a struct may take.
_CHEAPER = 32


@dataclass(frozen=True, slots=True)
class Applied:
    """What of an update was new: as an update, b"" if nothing was; and (client, first clock) of what was written."""

    update: bytes
    written: Sequence[tuple[int, int]]


def divide(update: bytes, u: Update, order: Sequence[int], document_size: int) -> Iterator[bytes]:
    """`update`, whole or in pieces that do the same one after the other; `order` is a causal order of its structs.

    Raises Refused between two pieces when they have taken too long; what was applied is then half an update.
    """
    at_once = max(1, _WORK // (document_size + len(update)))
    if len(u.structs) <= at_once and len(u.deletions) <= at_once * _CHEAPER:
        yield update
        return
    limit = time.thread_time() + MAX_SECONDS + MAX_SECONDS_EACH * (len(u.structs) + len(u.deletions))
    for piece in _pieces(update, u, order, at_once):
        if time.thread_time() > limit:
            raise Refused("takes too long")
        yield piece


def news(update: bytes, u: Update, known: Mapping[int, int]) -> Applied:
    """What `update` adds to a document with the state vector `known`. A struct that is known in part stays whole.

    Two updates of a client leave a hole between them when they are merged, if what lies between has come another way
    and one of them is known. What is new of two that are taken in one after the other leaves none.
    """
    written = [
        (client, max(first, known.get(client, 0)))
        for client, (first, end, _, _) in u.sections.items()
        if end > known.get(client, 0)
    ]
    if all(first >= known.get(client, 0) for client, (first, _, _, _) in u.sections.items()):
        return Applied(update, written)
    out = bytearray(_uint(len(written)))
    for client, clock in written:
        _, _, first, behind = u.sections[client]
        begin = next(at for at in reversed(range(first, behind)) if u.structs[at][1] <= clock)
        structs = update[u.spans[begin][0] : u.spans[behind - 1][1]]
        out += _uint(behind - begin) + _uint(client) + _uint(u.structs[begin][1]) + structs
    return Applied(bytes(out) + _deletions(u.deletions), written)


def _pieces(update: bytes, u: Update, order: Sequence[int], at_once: int) -> Iterator[bytes]:
    begin = 0
    while begin < len(order):
        end = begin + 1
        client, clock = u.structs[order[begin]][:2]
        while end < len(order) and end - begin < at_once and order[end] == order[end - 1] + 1:
            if u.structs[order[end]][0] != client:
                break
            end += 1
        structs = update[u.spans[order[begin]][0] : u.spans[order[end - 1]][1]]
        yield b"\x01" + _uint(end - begin) + _uint(client) + _uint(clock) + structs + b"\x00"
        begin = end
    for first in range(0, len(u.deletions), at_once * _CHEAPER):
        yield b"\x00" + _deletions(u.deletions[first : first + at_once * _CHEAPER])


def _deletions(ranges: Sequence[tuple[int, int, int]]) -> bytes:
    by_client: dict[int, list[tuple[int, int]]] = {}
    for client, clock, length in ranges:
        by_client.setdefault(client, []).append((clock, length))
    out = bytearray(_uint(len(by_client)))
    for client, spans in by_client.items():
        out += _uint(client) + _uint(len(spans))
        for clock, length in spans:
            out += _uint(clock) + _uint(length)
    return bytes(out)


def _uint(number: int) -> bytes:
    """A number as lib0 writes it: seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)
