"""Updates made to harm: nested deeply, counted falsely, tied in circles, without end. Client 9 writes them."""

from collections.abc import Iterator

from tests.documents.wire import (
    NULL,
    PARAGRAPH,
    Content,
    collected,
    deleted,
    deletions,
    embed,
    item,
    mark,
    one,
    section,
    shared,
    string,
    text,
    uint,
    update,
    value,
)

_NUMBERS = (2**20, 2**31 - 1, 2**32 - 1, 2**40, 2**53, 2**63, 2**64 - 1)


def bombs() -> Iterator[tuple[str, bytes]]:
    """(name, update)"""
    yield from _deep()
    for number in _NUMBERS:
        for name, bomb in _miscounted(uint(number)):
            yield f"{name} {number}", bomb
    yield from _circles()
    yield from _misshapen()
    yield from _endless()


def _deep() -> Iterator[tuple[str, bytes]]:
    for depth in (100, 10_000, 1_000_000):
        yield f"arrays nested {depth}", one(value(b"\x75\x01" * depth + NULL), root="meta", key="k")
        yield f"objects nested {depth}", one(value(b"\x76\x01\x01a" * depth + NULL), root="meta", key="k")
        yield f"mark nested {depth}", one(mark("strong", "[" * depth + "]" * depth), root="title")
        yield f"embedded nested {depth}", one(embed('{"a":' * depth + "1" + "}" * depth), root="title")
    for depth in (66, 1_000, 19_000, 60_000):
        chain = [item(PARAGRAPH, root="body")] + [item(PARAGRAPH, parent=(9, at)) for at in range(depth - 1)]
        yield f"elements nested {depth}", update(section(9, 0, chain))
        yield f"elements nested {depth}, then deleted", update(section(9, 0, chain), deleting={9: [(0, 1)]})
        gone = [item(deleted(1), root="odd")] + [item(deleted(1), parent=(9, at)) for at in range(depth - 1)]
        yield f"deleted inside deleted {depth}", update(section(9, 0, gone))


def _miscounted(number: bytes) -> Iterator[tuple[str, bytes]]:
    letter = item(string("x"), root="title")
    yield "clients", number + b"\x01\x09\x00"
    yield "structs", b"\x01" + number + b"\x09\x00"
    yield "client id", b"\x01\x01" + number + b"\x00" + letter + b"\x00"
    yield "clock", b"\x01\x01\x09" + number + letter + b"\x00"
    yield "length of a string", one(Content(4, number + b"abc"), root="title")
    yield "length of bytes", one(Content(3, number + b"abc"), root="meta", key="k")
    yield "values", one(Content(8, number + NULL), root="meta", key="k")
    yield "length of an array", one(value(b"\x75" + number), root="meta", key="k")
    yield "length of an object", one(value(b"\x76" + number), root="meta", key="k")
    yield "length of a name", update(section(9, 0, [b"\x04\x01" + number + b"ab" + text("x")]))
    yield "deleted", one(Content(1, number), root="title")
    yield "collected", one(Content(0, number))
    yield "hole", update(section(9, 0, [b"\x0a" + number, letter]))
    yield "left origin", update(section(9, 0, [b"\x84\x09" + number + text("x")]))
    yield "left origin of client", update(section(9, 0, [b"\x84" + number + b"\x00" + text("x")]))
    yield "clients of deletions", b"\x00" + number + b"\x09\x01\x00\x01"
    yield "deletions", b"\x00\x01\x09" + number + b"\x00\x01"
    yield "length of a deletion", b"\x00\x01\x09\x01\x00" + number
    yield "clock of a deletion", b"\x00\x01\x09\x01" + number + b"\x01"


def _circles() -> Iterator[tuple[str, bytes]]:
    yield "its own left origin", one(string("x"), left=(9, 0))
    yield "its own right origin", one(string("x"), right=(9, 0))
    yield "its own parent", one(PARAGRAPH, parent=(9, 0))
    yield (
        "parent that comes later",
        update(section(9, 0, [item(PARAGRAPH, parent=(9, 1)), item(PARAGRAPH, parent=(9, 0))])),
    )
    yield (
        "two clients that wait for each other",
        update(section(9, 0, [item(PARAGRAPH, parent=(8, 0))]), section(8, 0, [item(PARAGRAPH, parent=(9, 0))])),
    )
    waiting = [section(client, 0, [item(string("x"), left=(client + 1, 0))]) for client in range(9, 500)]
    yield "a ring of clients", update(*waiting, section(500, 0, [item(string("x"), left=(9, 0))]))
    yield (
        "right origin left of the left one",
        update(
            section(
                9,
                0,
                [
                    item(string("a"), root="title"),
                    item(string("b"), left=(9, 0)),
                    item(string("c"), left=(9, 1), right=(9, 0)),
                ],
            )
        ),
    )
    yield (
        "origins in two places",
        update(
            section(
                9,
                0,
                [
                    item(string("a"), root="title"),
                    item(string("b"), root="odd"),
                    item(string("c"), left=(9, 0), right=(9, 1)),
                ],
            )
        ),
    )


def _misshapen() -> Iterator[tuple[str, bytes]]:
    yield (
        "parent that is a text",
        update(section(9, 0, [item(string("x"), root="title"), item(string("y"), parent=(9, 0))])),
    )
    for name, content in {
        "text": string("x"),
        "value": value(NULL),
        "embedded": embed("{}"),
        "map": shared(1),
        "fragment": shared(4),
        "hook": shared(5, "hook"),
        "unknown type": shared(200),
        "weak link": Content(7, b"\x07" + b"\x00" * 12),
        "old JSON": Content(2, b"\x01" + text("1")),
        "subdocument": Content(9, text("guid") + b"\x76\x00"),
        "move": Content(11, b"\x00" * 8),
        "unknown content": Content(31, b"\x00"),
        "empty text": string(""),
        "no values": Content(8, b"\x00"),
        "nothing collected": collected(0),
        "nothing deleted": deleted(0),
        "text that is not UTF-8": Content(4, text(b"\xff\xfe")),
        "half a surrogate pair": Content(4, text(b"\xed\xa0\x80")),
    }.items():
        yield f"{name} in the body", one(content, root="body")
    for json in ("{nope", "NaN", "1e999", '"\\ud800"', "", "[1,]", "9" * 5_000):
        yield f"mark that is no JSON: {json[:8]}", one(mark("strong", json), root="title")
    yield "list content in a map", one(value(NULL), root="demands")
    yield "name of a root that is not UTF-8", one(string("x"), root=b"\xed\xa0\x80")
    yield "NUL in a name", one(string("x\0y"), root="a\0b")
    yield "same client twice", update(section(9, 0, [item(string("x"))]), section(9, 0, [item(string("y"))]))
    yield (
        "deletions that overlap",
        update(section(9, 0, [item(string("abcd"), root="title")]), deleting={9: [(1, 2), (2, 2)]}),
    )
    yield "client of deletions twice", b"\x00\x02" + deletions({9: [(0, 1)]})[1:] * 2
    yield "nothing at all", b""
    yield "one byte", b"\x00"


def _endless() -> Iterator[tuple[str, bytes]]:
    yield "two megabytes of text", one(string("x" * 2_000_000), root="title")
    yield "a megabyte of pairs", one(string("😀" * 250_000), root="title")
    yield (
        "200,000 structs",
        update(
            section(
                9, 0, [item(string("x"), root="title"), *(item(string("x"), left=(9, at)) for at in range(199_999))]
            )
        ),
    )
    spot = item(string("x"), root="title")
    yield "40,000 at one spot", update(section(9, 0, [spot] * 40_000))
    yield "40,000 at one spot, of two clients", update(section(9, 0, [spot] * 20_000), section(8, 0, [spot] * 20_000))
    yield (
        "20,000 at one spot, of two clients, the other way",
        update(section(8, 0, [spot] * 10_000), section(900, 0, [spot] * 10_000)),
    )
    yield "20,000 clients", update(*(section(client, 0, [spot]) for client in range(20_000)))
    yield "2,000 clients at one spot", update(*(section(client, 0, [spot]) for client in range(2_000)))
    yield "30,000 roots", update(section(9, 0, [item(string("x"), root=f"r{at}") for at in range(30_000)]))
    yield "a root of a long name", one(string("x"), root="r" * 10_000)
    yield "30,000 types", update(section(9, 0, [item(PARAGRAPH, root="body")] * 30_000))
    yield "a million values", one(value(*[NULL] * 1_000_000), root="meta", key="k")
    yield "a million values in arrays", one(value(*[b"\x75\x40" + NULL * 64] * 15_000), root="meta", key="k")
    yield "a long number", b"\xff" * 30 + b"\x01"
    yield "that wait for nobody", update(section(9, 1, [item(string("x"), left=(8, 5))] * 30_000))
    yield (
        "200,000 deletions",
        update(
            section(9, 0, [item(string("x" * 400_000), root="title")]),
            deleting={9: [(at * 2, 1) for at in range(200_000)]},
        ),
    )
    yield (
        "60,000 deletions",
        update(
            section(9, 0, [item(string("x" * 400_000), root="title")]),
            deleting={9: [(at * 6, 1) for at in range(60_000)]},
        ),
    )
