"""Reads Yjs updates and state vectors (lib0, v1) in plain Python, so that malformed bytes never meet native code.

Each byte is read once, and nothing is allocated that the bytes themselves do not back. Anything that is not well
formed raises Refused. Fields follow the encoder of Yjs 13 (`src/utils/encoding.js`, `src/structs/`).
"""

import json
import math
from dataclasses import dataclass, field
from typing import Final, NoReturn

from app.documents.limits import (
    MAX_CLIENT,
    MAX_CLIENTS,
    MAX_CLOCK,
    MAX_DELETIONS,
    MAX_NAME,
    MAX_STATE_VECTOR_BYTES,
    MAX_STRUCTS,
    MAX_TYPES,
    MAX_UPDATE_BYTES,
    MAX_VALUE_BYTES,
    MAX_VALUE_DEPTH,
)


class Refused(ValueError):
    """Bytes that must not reach the engine. The message says what is wrong with them; it never quotes them."""


class Gap(Refused):
    """An update that builds on something that the document has not got: the sender has to resync."""


Ref = tuple[int, int]
"""(client, clock) of one unit of content."""

#: What a struct holds. Below 8 it is a shared type, with the number that Yjs gives its kind.
ARRAY, MAP, TEXT, ELEMENT, FRAGMENT, XML_TEXT = 0, 1, 2, 3, 4, 6
STRING, EMBED, FORMAT, ANY, BINARY, DELETED, COLLECTED = 8, 9, 10, 11, 12, 13, 14

Struct = tuple[int, int, int, Ref | None, Ref | None, Ref | str | None, bool]
"""(client, clock, what it holds, left origin, right origin, parent, whether it stands under a key). The parent, by id
or as the name of a root, is given when there is no origin. A plain tuple: there may be thousands."""

#: Content in the encoding. Yrs reads an XML hook (type 5) and the JSON content of old versions (content 2) in another
#: way than Yjs writes them, so neither can be let through; no editor makes them.
_DELETED, _BINARY, _STRING, _EMBED, _FORMAT, _TYPE, _ANY, _SKIP = 1, 3, 4, 5, 6, 7, 8, 10
_TYPES = frozenset({ARRAY, MAP, TEXT, ELEMENT, FRAGMENT, XML_TEXT})
_OTHERS = {_BINARY: BINARY, _EMBED: EMBED, _FORMAT: FORMAT, _ANY: ANY}
_HAS_LEFT, _HAS_RIGHT, _HAS_KEY = 0x80, 0x40, 0x20


@dataclass(slots=True)
class Update:
    """What an update says."""

    structs: list[Struct] = field(default_factory=list)
    #: client → (first clock, end clock, its first struct, one behind its last)
    sections: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)
    #: For each struct, (where it begins, where it ends) in the bytes.
    spans: list[tuple[int, int]] = field(default_factory=list)
    #: The highest clock of each client that some struct refers to.
    needs: dict[int, int] = field(default_factory=dict)
    #: (client, clock, length)
    deletions: list[tuple[int, int, int]] = field(default_factory=list)
    #: Where the second halves of surrogate pairs lie: clocks count UTF-16 units.
    halves: list[Ref] = field(default_factory=list)
    roots: set[str] = field(default_factory=set)
    types: int = 0


def parse(update: bytes, *, trusted: bool = False) -> Update:
    """Reads an update. Raises Refused for what is malformed or beyond the limits, Gap for one with holes in it.

    `trusted` lifts the limits on size and counts, for states that this server has encoded itself.
    """
    if len(update) > MAX_UPDATE_BYTES and not trusted:
        raise Refused("larger than an update may be")
    try:
        return _parse(update, math.inf if trusted else 1)
    except IndexError:
        raise Refused("truncated") from None


def parse_state_vector(data: bytes) -> dict[int, int]:
    """Client → number of its clocks that are known. Raises Refused."""
    if len(data) > MAX_STATE_VECTOR_BYTES:
        raise Refused("larger than a state vector may be")
    try:
        count, i = _uint(data, 0)
        if count * 2 > len(data) - i:
            raise Refused("more entries than bytes")
        known = {}
        for _ in range(count):
            client, i = _uint(data, i)
            clock, i = _uint(data, i)
            if client > MAX_CLIENT or clock > MAX_CLOCK:
                raise Refused("a number is too large")
            known[client] = clock
    except IndexError:
        raise Refused("truncated") from None
    if i != len(data):
        raise Refused("trailing bytes")
    return known


def _parse(b: bytes, lift: float) -> Update:  # noqa: C901, PLR0912, PLR0915 - a call per field would double the time
    n = len(b)
    u = Update()
    structs, spans, needs, halves = u.structs, u.spans, u.needs, u.halves
    values = 0
    sections, i = _uint(b, 0)
    if sections > n or sections > MAX_CLIENTS * lift:
        _refuse("too many clients")
    for _ in range(sections):
        count, i = _uint(b, i)
        client, i = _uint(b, i)
        clock, i = _uint(b, i)
        if client > MAX_CLIENT or clock > MAX_CLOCK:
            _refuse("a number is too large")
        if client in u.sections or not count:
            _refuse("a client without structs, or twice")
        if count > n - i or len(structs) + count > MAX_STRUCTS * lift:
            _refuse("too many structs")
        first, begin = clock, len(structs)
        for _ in range(count):
            begins = i
            info = b[i]
            i += 1
            content = info & 31
            left: Ref | None = None
            right: Ref | None = None
            parent: Ref | str | None = None
            keyed = False
            what = STRING
            if not content:
                if info:
                    _refuse("flags on a collected struct")
                length, i = _uint(b, i)
                what = COLLECTED
            elif content == _SKIP:
                raise Gap("a hole in the update")
            else:
                if info & _HAS_LEFT:
                    c = b[i]
                    i += 1
                    if c > 127:
                        c, i = _long(b, i, c)
                    k = b[i]
                    i += 1
                    if k > 127:
                        k, i = _long(b, i, k)
                    left = (c, k)
                    if k > needs.get(c, -1):
                        needs[c] = k
                    if c == client and k >= clock:
                        _refuse("refers to itself or to what comes later")
                if info & _HAS_RIGHT:
                    c, i = _uint(b, i)
                    k, i = _uint(b, i)
                    right = (c, k)
                    if k > needs.get(c, -1):
                        needs[c] = k
                    if c == client and k >= clock:
                        _refuse("refers to itself or to what comes later")
                if not info & (_HAS_LEFT | _HAS_RIGHT):
                    named = b[i]
                    i += 1
                    if named == 1:
                        name, i = _text(b, i)
                        if len(name) > MAX_NAME:
                            _refuse("the name of a root is too long")
                        u.roots.add(name)
                        parent = name
                    elif named == 0:
                        c, i = _uint(b, i)
                        k, i = _uint(b, i)
                        parent = (c, k)
                        if k > needs.get(c, -1):
                            needs[c] = k
                        if c == client and k >= clock:
                            _refuse("refers to itself or to what comes later")
                    else:
                        _refuse("neither a root nor a parent")
                    if info & _HAS_KEY:
                        _, i = _text(b, i)
                        keyed = True
                if content == _STRING:
                    text, i = _text(b, i)
                    length = len(text)
                    if not text.isascii() and max(text) > "\uffff":
                        at = clock
                        for character in text:
                            if character > "\uffff":
                                halves.append((client, at + 1))
                                at += 2
                            else:
                                at += 1
                        length = at - clock
                elif content == _TYPE:
                    what, i = _uint(b, i)
                    if what not in _TYPES:
                        _refuse("an unknown type")
                    if what == ELEMENT:
                        _, i = _text(b, i)
                    length = 1
                    u.types += 1
                    if u.types > MAX_TYPES * lift:
                        _refuse("too many types")
                elif content == _DELETED:
                    length, i = _uint(b, i)
                    what = DELETED
                else:
                    what = _OTHERS.get(content, STRING)
                    length, i = _content(b, i, content)
                    values += i - begins
                    if values > MAX_VALUE_BYTES * lift:
                        _refuse("too many values")
            if not length:
                _refuse("an empty struct")
            structs.append((client, clock, what, left, right, parent, keyed))
            spans.append((begins, i))
            clock += length
            if clock > MAX_CLOCK:
                _refuse("a clock is too large")
        u.sections[client] = (first, clock, begin, len(structs))
    if b[i:] != b"\x00":
        i = _deletions(b, i, u.deletions, MAX_DELETIONS * lift)
        if i != n:
            _refuse("trailing bytes")
    if needs and (max(needs) > MAX_CLIENT or max(needs.values()) > MAX_CLOCK):
        _refuse("a number is too large")
    return u


def _deletions(b: bytes, i: int, into: list[tuple[int, int, int]], limit: float) -> int:
    clients, i = _uint(b, i)
    if clients > len(b) - i:
        _refuse("more deletions than bytes")
    seen = set()
    for _ in range(clients):
        client, i = _uint(b, i)
        count, i = _uint(b, i)
        if client in seen or client > MAX_CLIENT:
            _refuse("a client twice, or no client")
        seen.add(client)
        if count * 2 > len(b) - i or len(into) + count > limit:
            _refuse("too many deletions")
        reached = 0
        for _ in range(count):
            clock, i = _uint(b, i)
            length, i = _uint(b, i)
            # Ranges that overlap make the engine count a deletion twice.
            if not length or clock < reached or clock + length > MAX_CLOCK:
                _refuse("a range of deletions that can't be")
            reached = clock + length
            into.append((client, clock, length))
    return i


def _content(b: bytes, i: int, content: int) -> tuple[int, int]:
    """The rarer contents: (length, index behind it)."""
    if content == _FORMAT:
        _, i = _text(b, i)
        return 1, _json(b, i)
    if content == _EMBED:
        return 1, _json(b, i)
    if content == _BINARY:
        return 1, _skip(b, i)
    if content != _ANY:
        _refuse("unknown content")
    count, i = _uint(b, i)
    return count, _values(b, i, count, 0, named=False)


#: undefined, null, true, false; float32, float64, bigint: bytes behind the tag.
_SIZES: Final = {127: 0, 126: 0, 121: 0, 120: 0, 124: 4, 123: 8, 122: 8}
_INTEGER, _STRING_VALUE, _OBJECT, _ARRAY, _BYTES = 125, 119, 118, 117, 116


def _value(b: bytes, i: int, depth: int) -> int:
    """Skips one value of lib0's `any` encoding."""
    if depth > MAX_VALUE_DEPTH:
        _refuse("a value is nested too deeply")
    tag = b[i]
    i += 1
    if tag in _SIZES:
        i += _SIZES[tag]
        if i > len(b):
            _refuse("truncated")
    elif tag == _STRING_VALUE:
        _, i = _text(b, i)
    elif tag == _INTEGER:
        i = _skip_integer(b, i)
    elif tag in {_OBJECT, _ARRAY}:
        count, i = _uint(b, i)
        i = _values(b, i, count, depth + 1, named=tag == _OBJECT)
    elif tag == _BYTES:
        i = _skip(b, i)
    else:
        _refuse("an unknown kind of value")
    return i


def _values(b: bytes, i: int, count: int, depth: int, *, named: bool) -> int:
    if count > len(b) - i:
        _refuse("more values than bytes")
    for _ in range(count):
        if named:
            _, i = _text(b, i)
        i = _value(b, i, depth)
    return i


def _skip_integer(b: bytes, i: int) -> int:
    start = i
    while b[i] > 127:
        i += 1
    if i - start > 8:
        _refuse("a number is too long")
    return i + 1


def _json(b: bytes, i: int) -> int:
    """Skips one JSON value, having made sure that every JSON parser takes it."""
    text, i = _text(b, i)
    if text in {"{}", "null", "true", "undefined"}:
        return i
    depth = deepest = 0
    if text.count("[") + text.count("{") > MAX_VALUE_DEPTH:
        for character in text:
            if character in "[{":
                depth += 1
                deepest = max(deepest, depth)
            elif character in "]}":
                depth -= 1
        if deepest > MAX_VALUE_DEPTH:
            _refuse("a value is nested too deeply")
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        _refuse("not JSON")
    return i


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        _refuse("a number is too large")
    return number


def _text(b: bytes, i: int) -> tuple[str, int]:
    length = b[i]
    i += 1
    if length > 127:
        length, i = _long(b, i, length)
    end = i + length
    if end > len(b):
        _refuse("truncated")
    try:
        return b[i:end].decode(), end
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None


def _skip(b: bytes, i: int) -> int:
    length, i = _uint(b, i)
    if i + length > len(b):
        _refuse("truncated")
    return i + length


def _uint(b: bytes, i: int) -> tuple[int, int]:
    value = b[i]
    return (value, i + 1) if value < 128 else _long(b, i + 1, value)


def _long(b: bytes, i: int, value: int) -> tuple[int, int]:
    """The rest of a number whose first byte was `value`; (number, index behind it)."""
    value &= 127
    shift = 7
    while True:
        byte = b[i]
        i += 1
        if byte < 128:
            return value | byte << shift, i
        value |= (byte & 127) << shift
        shift += 7
        if shift > 63:
            _refuse("a number is too long")


def _refuse(why: str) -> NoReturn:
    raise Refused(why)
