"""A document begins the same, however often it is begun."""

import re
from pathlib import Path
from uuid import UUID, uuid4

from app.documents.engine import SCHEMA, Replica
from app.documents.seeding import seed
from app.documents.text import Block, Span

ID = UUID("0190b5b2-5b7e-7000-8000-000000000001")


def test_editor_and_server_write_the_same_shape() -> None:
    told = (Path(__file__).parent.parent.parent / "frontend" / "page" / "early-line.ts").read_text()
    assert re.findall(r"^export const SCHEMA = (\d+)$", told, re.MULTILINE) == [str(SCHEMA)]


def test_same_input_gives_the_same_bytes() -> None:
    body = [Block("bullet", (Span("ett", bold=True),)), Block("bullet", (Span("två"),), 1)]
    first = seed("Rubrik", body, ["a", "b"], ID)
    assert seed("Rubrik", body, ["a", "b"], ID) == first
    assert seed("Rubrik", body, ["a", "b"], uuid4()) != first


def test_document_that_is_seeded_twice_holds_its_text_once() -> None:
    state = seed("Rubrik", "Ett\nTvå", ["a"], ID)
    replica = Replica([state])
    replica.apply(seed("Rubrik", "Ett\nTvå", ["a"], ID))
    assert replica.read() == Replica([state]).read()
    assert replica.read().title == "Rubrik"


def test_ids_of_demands_differ_between_documents() -> None:
    one, other = (Replica([seed("", "", ["a", "b"], id_)]).read() for id_ in (ID, uuid4()))
    ids = [demand.id for text in (one, other) for demand in text.demands]
    assert len(set(ids)) == 4
    assert all(str(UUID(id_)) == id_ for id_ in ids)


def test_plain_body_is_divided_at_its_newlines_and_blank_lines_count_for_nothing() -> None:
    text = Replica([seed(" Rubrik\nigen ", "Ett\r\n\n  \nTvå\u2028Tre\x00", [], ID)]).read()
    assert text.title == "Rubrik igen"
    assert [block.text for block in text.body] == ["Ett", "Två", "Tre"]


def test_demands_keep_their_order_and_an_empty_one_waits_for_its_words() -> None:
    replica = Replica([seed("", "", [f"att {number}" for number in range(30)], ID)])
    assert [demand.text for demand in replica.read().demands] == [f"att {number}" for number in range(30)]
    assert Replica([seed("", "", ["att", " "], ID)]).read().demands == ()


def test_link_that_is_not_safe_to_follow_is_not_written() -> None:
    body = [Block("paragraph", (Span("a", link="javascript:alert(1)"), Span("b", link="mailto:astrid@example.org")))]
    assert Replica([seed("", body, [], ID)]).read().body[0].spans == (
        Span("a"),
        Span("b", link="mailto:astrid@example.org"),
    )


def test_list_that_begins_deeper_than_it_goes_on_is_written_as_it_reads() -> None:
    body = [Block("ordered", (Span("inne"),), 1), Block("ordered", (Span("ute"),))]
    assert list(Replica([seed("", body, [], ID)]).read().body) == body
