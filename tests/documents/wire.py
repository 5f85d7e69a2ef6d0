"""Writes Yjs updates by hand, well formed or not: what no editor makes, but a stranger can send."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

Ref = tuple[int, int]


def uint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return uint(len(raw)) + raw


@dataclass(frozen=True)
class Content:
    """What a struct holds: its number, its bytes and how many clocks it takes."""

    number: int
    body: bytes
    length: int = 1


def string(value: str) -> Content:
    return Content(4, text(value), len(value.encode("utf-16-le")) // 2)


def shared(kind: int, name: str = "") -> Content:
    """A shared type: 0 array, 1 map, 2 text, 3 element, 4 fragment, 5 hook, 6 XML text."""
    return Content(7, uint(kind) + (text(name) if kind in {3, 5} else b""))


def value(*encoded: bytes) -> Content:
    return Content(8, uint(len(encoded)) + b"".join(encoded), len(encoded))


def embed(json: str) -> Content:
    return Content(5, text(json))


def mark(name: str, json: str) -> Content:
    return Content(6, text(name) + text(json))


def deleted(length: int) -> Content:
    return Content(1, uint(length), length)


def collected(length: int) -> Content:
    return Content(0, uint(length), length)


NULL = b"\x7e"
PARAGRAPH = shared(3, "paragraph")


def item(
    content: Content,
    *,
    root: str | bytes | None = None,
    parent: Ref | None = None,
    key: str | None = None,
    left: Ref | None = None,
    right: Ref | None = None,
) -> bytes:
    if not content.number:
        return b"\x00" + content.body
    info, out = content.number, b""
    if left is not None:
        info, out = info | 0x80, out + uint(left[0]) + uint(left[1])
    if right is not None:
        info, out = info | 0x40, out + uint(right[0]) + uint(right[1])
    if left is None and right is None:
        if parent is not None:
            out += b"\x00" + uint(parent[0]) + uint(parent[1])
        else:
            out += b"\x01" + text(root if root is not None else "body")
        if key is not None:
            info, out = info | 0x20, out + text(key)
    return bytes([info]) + out + content.body


def section(client: int, clock: int, items: Iterable[bytes]) -> bytes:
    structs = list(items)
    return uint(len(structs)) + uint(client) + uint(clock) + b"".join(structs)


def deletions(ranges: dict[int, list[tuple[int, int]]]) -> bytes:
    out = uint(len(ranges))
    for client, spans in ranges.items():
        out += uint(client) + uint(len(spans)) + b"".join(uint(clock) + uint(length) for clock, length in spans)
    return out


def update(*sections: bytes, deleting: dict[int, list[tuple[int, int]]] | None = None) -> bytes:
    return uint(len(sections)) + b"".join(sections) + deletions(deleting or {})


def one(content: Content, *, client: int = 9, clock: int = 0, **where: object) -> bytes:
    """An update of one struct."""
    return update(section(client, clock, [item(content, **where)]))  # type: ignore[arg-type]


@dataclass
class Babble:
    """Makes updates that are well formed and fit, and mean nothing: any content anywhere, beside anything."""

    random: Random
    #: What has been taken in: client → clocks.
    known: dict[int, int] = field(default_factory=dict)
    roots: tuple[str, ...] = ("title", "body", "demands", "meta", "odd")
    keys: tuple[str, ...] = ("k", "text", "pos", "deleted", "0b9b5f4e-1111-4222-8333-444455556666", "level")

    def ref(self, reached: dict[int, int]) -> Ref | None:
        clients = [client for client, clock in reached.items() if clock]
        if not clients:
            return None
        client = self.random.choice(clients)
        clock = reached[client]
        near = self.random.random() < 0.6
        return client, max(0, clock - 1 - self.random.randrange(4)) if near else self.random.randrange(clock)

    def content(self) -> Content:
        r = self.random
        kind = r.randrange(13)
        if kind < 4:
            return string(r.choice(["a", "hej", "å ä", "😀", "x😀y", "\x00", "att ", "\ufffc"]))
        if kind < 8:
            return shared(
                r.choice([0, 1, 2, 3, 3, 3, 4, 6, 6, 6]), r.choice(["paragraph", "bullet_list", "list_item", "p"])
            )
        return r.choice(
            [
                value(NULL),
                value(b"\x77" + text("att"), b"\x7d\x05", b"\x75\x01\x7e", b"\x76\x01" + text("href") + b"\x78"),
                embed('{"a":1}'),
                mark("strong", r.choice(["{}", "null", "true", '{"href":"x"}'])),
                mark("link--abcdefgh", '{"href":"https://example.org"}'),
                deleted(r.randint(1, 4)),
                collected(r.randint(1, 4)),
                Content(3, text("xx")),
            ]
        )

    def make(self) -> bytes:
        r = self.random
        reached = dict(self.known)
        sections = []
        clients = r.sample([3, 5, 7, 11, 2**31, 2**53 - 1], r.choice([1, 1, 1, 2]))
        for client in clients:
            clock = reached.get(client, 0)
            if clock and r.random() < 0.05:
                clock -= r.randint(1, min(clock, 3))
            items, at = [], clock
            for _ in range(r.choice([1, 1, 2, 5, 20])):
                content = self.content()
                reached[client] = max(at, reached.get(client, 0)) if at == clock else at
                where = r.randrange(4)
                left = self.ref(reached) if where in {0, 2} else None
                right = self.ref(reached) if where in {1, 2} and r.random() < 0.5 else None
                parent = self.ref(reached) if where == 3 else None
                key = r.choice(self.keys) if r.random() < 0.2 else None
                items.append(item(content, root=r.choice(self.roots), parent=parent, key=key, left=left, right=right))
                at += content.length
            reached[client] = max(at, reached.get(client, 0))
            sections.append(section(client, clock, items))
        deleting: dict[int, list[tuple[int, int]]] = {}
        for client in r.sample(sorted(reached), min(len(reached), r.choice([0, 0, 0, 1, 2]))):
            at = 0
            for _ in range(r.randint(1, 3)):
                start = at + r.randrange(8)
                if start < reached[client]:
                    at = start + r.randint(1, min(5, reached[client] - start))
                    deleting.setdefault(client, []).append((start, at - start))
        return update(*sections, deleting=deleting)
