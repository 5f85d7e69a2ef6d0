"""Whatever is in a document reads as some text."""

import pytest

from app.documents.engine import Replica
from app.documents.text import Block, Demand, Span
from tests.contract import plain_reading
from tests.documents.recorded import sessions
from tests.documents.wire import (
    NULL,
    PARAGRAPH,
    Content,
    deleted,
    embed,
    item,
    mark,
    one,
    section,
    shared,
    string,
    text,
    update,
    value,
)

ID = "0b9b5f4e-1111-4222-8333-444455556666"


def element(tag: str) -> Content:
    return shared(3, tag)


def written(*items: bytes) -> Replica:
    """A replica that trusted these structs of client 9, one clock each unless they are text."""
    return Replica([update(section(9, 0, items))])


@pytest.mark.parametrize("number", range(len(sessions())))
def test_what_editors_wrote_reads_as_the_editor_shows_it(number: int) -> None:
    session = sessions()[number]
    replica = Replica()
    for sent in session.updates:
        replica.apply(sent)
    found = replica.read()
    assert found.title == plain_reading.title(session.json)
    assert found.body_text == "\n".join(
        "".join(character for character, _ in cells) for _, _, cells in plain_reading.body(session.json)
    )
    assert [(demand.id, demand.text) for demand in found.demands] == plain_reading.demands(session.json)


def test_unknown_elements_read_as_paragraphs() -> None:
    replica = written(
        item(element("table"), root="body"),
        item(element("row"), parent=(9, 0)),
        item(element("cell"), parent=(9, 1)),
        item(shared(6), parent=(9, 2)),
        item(string("i en tabell"), parent=(9, 3)),
    )
    assert replica.read().body == (Block("paragraph", (Span("i en tabell"),)),)


def test_text_that_stands_where_blocks_should_is_a_paragraph() -> None:
    replica = written(
        item(shared(6), root="body"),
        item(string("löst"), parent=(9, 0)),
        item(element("hard_break"), left=(9, 0)),
        item(shared(6), left=(9, 5)),
        item(string("under"), parent=(9, 6)),
        item(element("bullet_list"), left=(9, 6)),
        item(shared(6), parent=(9, 12)),
        item(string("i en lista"), parent=(9, 13)),
    )
    assert replica.read().body == (
        Block("paragraph", (Span("löst\nunder"),)),
        Block("bullet", (Span("i en lista"),)),
    )


def test_heading_has_one_of_two_levels_whatever_it_says() -> None:
    levels = (b"\x7d\x01", b"\x7d\x02", b"\x7d\x03", b"\x7d\x09", b"\x77" + text("3"), b"\x77" + text("stor"), NULL)
    found = []
    for level in levels:
        replica = written(
            item(element("heading"), root="body"),
            item(value(level), parent=(9, 0), key="level"),
            item(shared(6), parent=(9, 0)),
            item(string("A"), parent=(9, 2)),
        )
        found.append(replica.read().body[0].level)
    assert found == [2, 2, 3, 3, 3, 2, 2]


def test_marks_are_read_and_unknown_or_unsafe_ones_are_plain() -> None:
    marks = [
        ("strong", "{}", Span("x", bold=True)),
        ("strong", "true", Span("x", bold=True)),
        ("strong", "false", Span("x")),
        ("em--12345678", "{}", Span("x", italic=True)),
        ("blink", "{}", Span("x")),
        ("link", '{"href":"https://example.org/å"}', Span("x", link="https://example.org/å")),
        ("link--AbCdEf+=", '{"href":"mailto:bo@example.org"}', Span("x", link="mailto:bo@example.org")),
        ("link", '{"href":"javascript:alert(1)"}', Span("x")),
        ("link", '{"href":" https://example.org\\n"}', Span("x", link="https://example.org")),
        ("link", '{"href":"https://example.org/\\"onclick="}', Span("x")),
        ("link", '{"href":7}', Span("x")),
        ("link", '"https://example.org"', Span("x")),
        ("link", '{"href":"https://' + "x" * 3_000 + '"}', Span("x")),
    ]
    for name, json, span in marks:
        replica = written(
            item(PARAGRAPH, root="body"),
            item(shared(6), parent=(9, 0)),
            item(mark(name, json), parent=(9, 1)),
            item(string("x"), left=(9, 2)),
        )
        assert replica.read().body[0].spans == (span,), (name, json)


def test_embedded_things_and_signs_that_can_not_be_shown_are_left_out() -> None:
    replica = written(
        item(PARAGRAPH, root="body"),
        item(shared(6), parent=(9, 0)),
        item(string("a\0\u202eb"), parent=(9, 1)),
        item(embed('{"image":1}'), left=(9, 5)),
        item(string("c\nd"), left=(9, 6)),
    )
    assert replica.read().body_text == "abc d"


def test_title_is_one_line_without_loose_ends() -> None:
    replica = Replica([one(string("  Fler\nbussar \t nu "), root="title")])
    assert replica.read().title == "Fler bussar nu"


def demand(*fields: tuple[str, Content], id_: str = ID, inside: tuple[bytes, ...] = ()) -> Replica:
    items = [item(shared(1), root="demands", key=id_)]
    items += [item(content, parent=(9, 0), key=key) for key, content in fields]
    return written(*items, *inside)


def test_demand_is_read_from_its_fragment() -> None:
    inside = (
        item(PARAGRAPH, parent=(9, 1)),
        item(shared(6), parent=(9, 2)),
        item(string("att bussen går"), parent=(9, 3)),
    )
    found = demand(("text", shared(4)), inside=inside).read().demands
    assert found == (Demand(ID, "att bussen går"),)
    assert demand(("text", shared(4)), id_="d1", inside=inside).read().demands[0].id == "d1"


@pytest.mark.parametrize(
    "replica",
    [
        Replica([one(value(NULL), root="demands", key=ID)]),
        Replica([one(shared(0), root="demands", key=ID)]),
        Replica([one(shared(4), root="demands", key=ID)]),
        demand(),
        demand(("text", shared(4))),
        demand(("text", shared(2))),
        demand(("text", shared(1))),
        demand(("text", value(b"\x77" + text("att a")))),
        demand(("text", deleted(1))),
        demand(("pos", shared(3, "p")), ("text", shared(4)), ("deleted", value(b"\x75\x00"))),
        demand(id_="../../etc"),
        demand(id_="x" * 65),
        demand(id_=""),
    ],
)
def test_what_is_no_demand_is_not_read_as_one(replica: Replica) -> None:
    assert replica.read().demands == ()


def test_positions_that_are_no_text_come_first_and_ids_decide_between_equals() -> None:
    items = []
    clock = 0
    for id_, place in (("b", b"\x77" + text("V")), ("c", NULL), ("a", b"\x77" + text("V")), ("d", b"\x77" + text("A"))):
        items += [
            item(shared(1), root="demands", key=id_),
            item(value(place), parent=(9, clock), key="pos"),
            item(shared(4), parent=(9, clock), key="text"),
            item(PARAGRAPH, parent=(9, clock + 2)),
            item(shared(6), parent=(9, clock + 3)),
            item(string(id_), parent=(9, clock + 4)),
        ]
        clock += 6
    assert [found.id for found in written(*items).read().demands] == ["c", "d", "a", "b"]


@pytest.mark.parametrize("root", ["title", "body", "demands", "meta"])
@pytest.mark.parametrize(
    "content",
    [
        string("x"),
        value(NULL),
        embed("{}"),
        mark("strong", "{}"),
        deleted(2),
        *(shared(kind, "p") for kind in range(5)),
    ],
)
def test_root_that_holds_what_it_should_not_is_read_all_the_same(root: str, content: Content) -> None:
    for key in (None, "k"):
        replica = Replica([one(content, root=root, key=key)])
        replica.read()
        assert Replica([replica.state()]).read() == replica.read()
