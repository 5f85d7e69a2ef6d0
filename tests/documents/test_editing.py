"""A change that is asked for changes what differs, and nothing else."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import limits
from app.documents.decoding import parse
from app.documents.editing import TextChange
from app.documents.engine import Replica
from app.documents.seeding import seed
from app.documents.text import Block, MotionText, Span, canonical, collapse, normalise_demand
from app.documents.wording import edits
from app.kit.errors import Invalid, NotFound, TooLarge
from tests.documents.wire import PARAGRAPH, item, one, section, shared, string, text, update, value

ID = UUID(int=7)
BODY = (
    Block("heading", (Span("Bakgrund"),), 2),
    Block("paragraph", (Span("Bussen "), Span("går sällan", bold=True), Span(" på landet.\nOch aldrig om natten."))),
    Block("bullet", (Span("ett"),)),
    Block("bullet", (Span("inne"),), 1),
    Block("bullet", (Span("två"),)),
    Block("quote", (Span("citat"),)),
    Block("paragraph", (Span("Slut."),)),
)

spaced = st.lists(st.sampled_from(["a", "b", "å", " ", "\u00a0"]), max_size=8).map("".join)
words = st.text(alphabet="ab å😀e\u0301\n", max_size=12)
blocks = st.lists(
    st.builds(
        Block,
        st.sampled_from(["paragraph", "heading", "bullet", "ordered", "quote"]),
        st.lists(st.builds(Span, words, st.booleans(), st.booleans()), max_size=3).map(tuple),
        st.integers(0, 3),
    ),
    max_size=6,
)


def begun(body: str | tuple[Block, ...] = BODY, demands: tuple[str, ...] = ("att a", "att b", "att c")) -> Replica:
    return Replica([seed("Fler bussar", body, demands, ID)])


def lines(replica: Replica) -> list[str]:
    return replica.read().body_text.split("\n")


def test_asking_for_what_is_there_changes_nothing() -> None:
    replica = begun()
    found = replica.read()
    demands = tuple((demand.id, demand.text) for demand in found.demands)
    assert replica.edit(TextChange(found.title, found.body_text, demands)) == b""
    assert replica.edit(TextChange(" Fler  bussar ", "\n\n" + found.body_text.replace("\n", "\r\n") + "\n")) == b""
    assert replica.edit(TextChange()) == b""


def test_changed_word_is_all_that_is_written() -> None:
    replica = begun()
    change = parse(replica.edit(TextChange(body=replica.read().body_text.replace("sällan", "aldrig"))))
    assert len(change.structs) <= 4
    assert sum(length for _, _, length in change.deletions) <= len("sällan")
    assert change.types == 0
    assert replica.read().body[1].spans[1] == Span("går aldrig", bold=True)


def test_two_changes_in_one_paragraph_leave_what_stands_between_them() -> None:
    assert edits("Bussen går sällan på landet", "Tåget går ofta på landet nu") == [
        (0, 6, "Tåget"),
        (11, 17, "ofta"),
        (27, 27, " nu"),
    ]


def test_new_words_take_the_marks_around_them_and_never_lengthen_a_link() -> None:
    body = (Block("paragraph", (Span("Så fet", bold=True), Span(" och "), Span("länk", link="https://example.org"))),)
    replica = begun(body)
    replica.edit(TextChange(body="Så fetare och tunn länken"))
    assert replica.read().body[0].spans == (
        Span("Så fetare", bold=True),
        Span(" och tunn "),
        Span("länk", link="https://example.org"),
        Span("en"),
    )


def test_paragraphs_come_and_go_where_they_are_asked_for() -> None:
    replica = begun()
    wished = lines(replica)
    wished.insert(0, "Överst")
    wished.insert(4, "Mellan stycke och lista")
    wished.insert(6, "Ny punkt")
    wished.insert(len(wished) - 1, "Efter citatet")
    wished.append("Sist")
    replica.edit(TextChange(body="\n".join(wished)))
    assert lines(replica) == wished
    assert [block.kind for block in replica.read().body] == [
        "paragraph",
        "heading",
        "paragraph",
        "paragraph",
        "bullet",
        "bullet",
        "bullet",
        "quote",
        "paragraph",
        "paragraph",
        "paragraph",
    ]


def test_line_added_between_two_items_is_an_item_and_one_after_a_hard_break_stays_in_its_paragraph() -> None:
    replica = begun((Block("ordered", (Span("ett"),)), Block("ordered", (Span("två"),)), BODY[1]))
    replica.edit(TextChange(body="ett\nmellan\ntvå\nBussen går sällan på landet.\nAlls inte.\nOch aldrig om natten."))
    assert [(block.kind, block.text) for block in replica.read().body] == [
        ("ordered", "ett"),
        ("ordered", "mellan"),
        ("ordered", "två"),
        ("paragraph", "Bussen går sällan på landet.\nAlls inte.\nOch aldrig om natten."),
    ]


def test_list_that_loses_all_its_items_is_gone() -> None:
    replica = begun()
    replica.edit(TextChange(body="Bakgrund\nSlut."))
    assert [(block.kind, block.text) for block in replica.read().body] == [
        ("heading", "Bakgrund"),
        ("paragraph", "Slut."),
    ]
    replica.edit(TextChange(body=""))
    assert replica.read().body == ()
    replica.edit(TextChange(body="Åter"))
    assert lines(replica) == ["Åter"]


def test_first_words_go_into_the_empty_paragraph_that_waits_for_them() -> None:
    replica = begun("")
    change = parse(replica.edit(TextChange(body="Första\nAndra")))
    assert change.types == 2
    assert lines(replica) == ["Första", "Andra"]


@settings(max_examples=200, deadline=None)
@given(blocks, st.lists(words, max_size=6))
def test_body_reads_as_asked_for_whatever_it_was(before: list[Block], wished: list[str]) -> None:
    replica = Replica([seed("", before, [], ID)])
    body = "\n".join(wished)
    replica.edit(TextChange(body=body))
    # A paragraph that differs only in how its characters are composed is left alone.
    assert collapse(replica.read().body_text) == collapse(seeded(body))
    assert replica.edit(TextChange(body=replica.read().body_text)) == b""


@settings(max_examples=200, deadline=None)
@given(blocks, blocks)
def test_body_becomes_the_blocks_asked_for_whatever_it_was(before: list[Block], wished: list[Block]) -> None:
    replica = Replica([seed("", before, [], ID)])
    body = Replica([seed("", wished, [], ID)]).read().body
    update = replica.edit(TextChange(body=body))
    assert canonical(replace(replica.read(), title="")) == canonical(MotionText("", body, ()))
    if update:
        assert canonical(Replica([replica.state()]).read()) == canonical(replica.read())


def test_blocks_that_stay_are_not_touched_and_a_changed_word_is_all_that_is_written() -> None:
    replica = begun()
    assert replica.edit(TextChange(body=BODY)) == b""
    change = parse(replica.edit(TextChange(body=(*BODY[:-1], Block("paragraph", (Span("Slut nu."),))))))
    assert change.types == 0
    assert replica.read().body[:-1] == BODY[:-1]
    assert lines(replica)[-1] == "Slut nu."


def test_paragraph_that_waits_for_words_goes_on_waiting() -> None:
    heading = Block("heading", (Span("Vad vi vill"),), 2)
    replica = begun((*BODY, heading, Block("paragraph", ())))
    assert replica.edit(TextChange(body=(*BODY, heading))) == b""


def test_words_that_come_back_into_an_empty_body_are_all_that_is_there() -> None:
    replica = begun()
    replica.edit(TextChange(body=()))
    replica.edit(TextChange(body=(Block("paragraph", (Span("Åter."),)),)))
    assert lines(replica) == ["Åter."]


def test_marks_and_kinds_come_back_with_the_blocks() -> None:
    replica = begun()
    replica.edit(TextChange(body="Allt är borta."))
    replica.edit(TextChange(body=BODY))
    assert replica.read().body == BODY


def seeded(body: str) -> str:
    return Replica([seed("", body, [], ID)]).read().body_text


@settings(max_examples=60, deadline=None)
@given(blocks, words, st.lists(words, min_size=1, max_size=4), st.lists(words, min_size=1, max_size=4))
def test_edits_made_at_the_same_time_converge(
    before: list[Block], title: str, one_body: list[str], other_body: list[str]
) -> None:
    state = seed("Rubrik", before, ["att a", "att b"], ID)
    one_, other = Replica([state]), Replica([state])
    demands = [(demand.id, demand.text) for demand in one_.read().demands]
    sent = one_.edit(TextChange(title, "\n".join(one_body), (demands[1], demands[0], (None, "att c"))))
    answer = other.edit(TextChange(f"{title} x", "\n".join(other_body), ((demands[0][0], "att annat"),)))
    if answer:
        one_.apply(answer)
    if sent:
        other.apply(sent)
    assert one_.read() == other.read()
    assert Replica([one_.state()]).read() == one_.read()


def test_demand_keeps_its_id_when_it_is_reworded_and_moved() -> None:
    replica = begun()
    a, b, c = replica.read().demands
    replica.edit(TextChange(demands=((c.id, c.text), (a.id, "att a fast bättre"), (b.id, b.text))))
    assert [(demand.id, demand.text) for demand in replica.read().demands] == [
        (c.id, "att c"),
        (a.id, "att a fast bättre"),
        (b.id, "att b"),
    ]


def test_moving_one_demand_writes_one_position() -> None:
    replica = begun((), tuple(f"att {n}" for n in range(20)))
    order = [(demand.id, demand.text) for demand in replica.read().demands]
    order.insert(3, order.pop(17))
    change = parse(replica.edit(TextChange(demands=tuple(order))))
    assert len(change.structs) == 1
    assert [(demand.id, demand.text) for demand in replica.read().demands] == order


def test_demand_left_out_is_struck_and_comes_back_when_it_is_named_again() -> None:
    replica = begun()
    a, b, c = replica.read().demands
    replica.edit(TextChange(demands=((a.id, a.text), (c.id, c.text))))
    assert [demand.id for demand in replica.read().demands] == [a.id, c.id]
    replica.edit(TextChange(demands=((a.id, a.text), (b.id, b.text), (c.id, c.text))))
    assert replica.read().demands == (a, b, c)


def test_rewording_that_arrives_after_the_demand_was_struck_is_not_lost() -> None:
    state = seed("", "", ["att a", "att b"], ID)
    one_, other = Replica([state]), Replica([state])
    a, b = one_.read().demands
    struck = one_.edit(TextChange(demands=((b.id, b.text),)))
    reworded = other.edit(TextChange(demands=((a.id, "att a igen"), (b.id, b.text))))
    one_.apply(reworded)
    other.apply(struck)
    assert one_.read().demands == other.read().demands == (b,)
    one_.edit(TextChange(demands=((b.id, b.text), (a.id, "att a igen"))))
    assert [demand.text for demand in one_.read().demands] == ["att b", "att a igen"]


def test_demand_that_somebody_has_just_begun_is_not_struck_by_who_does_not_know_of_it() -> None:
    replica = begun("", ("att a", "att "))
    (a,) = replica.read().demands
    replica.edit(TextChange(demands=((a.id, "att a igen"),)))
    # What is typed behind the "att " that waited there: the last that the seed wrote.
    ((client, (_, end, _, _)),) = parse(seed("Fler bussar", "", ("att a", "att "), ID)).sections.items()
    replica.apply(one(string("bussen går"), client=8, left=(client, end - 1)))
    assert [demand.text for demand in replica.read().demands] == ["att a igen", "att bussen går"]


def test_space_that_somebody_has_just_typed_waits_for_their_next_word_while_others_change_the_words_before_it() -> None:
    replica = begun("", ("att bussen går på kvällen",))
    ((client, (_, end, _, _)),) = parse(seed("Fler bussar", "", ("att bussen går på kvällen",), ID)).sections.items()
    replica.apply(one(string(" och "), client=8, left=(client, end - 1)))
    (demand,) = replica.read().demands
    replica.edit(TextChange(demands=((demand.id, "att bussen går ofta på kvällen och"),)))
    replica.apply(one(string("natten"), client=8, clock=5, left=(8, 4)))
    assert [demand.text for demand in replica.read().demands] == ["att bussen går ofta på kvällen och natten"]


def test_space_that_somebody_has_just_typed_before_words_that_go_waits_for_their_next_word() -> None:
    assert edits("går  på kvällen", "går") == [(4, 15, "")]
    assert edits("ofta  på kvällen", "på kvällen") == [(0, 5, "")]
    assert edits("buss  linje", "busslinje") == [(4, 6, "")]


@given(spaced, spaced)
def test_words_read_as_asked_for_and_the_spaces_around_them_stay(old: str, new: str) -> None:
    changed = old
    for start, end, insert in reversed(edits(old, new)):
        changed = changed[:start] + insert + changed[end:]
    assert collapse(changed) == collapse(new)
    if old.strip():
        assert changed.startswith(old[: len(old) - len(old.lstrip())])
        assert changed.endswith(old[len(old.rstrip()) :])


def test_demand_with_nothing_to_say_is_struck_or_never_made() -> None:
    replica = begun()
    a, b, c = replica.read().demands
    replica.edit(TextChange(demands=((a.id, "att "), (b.id, b.text), (c.id, c.text), (None, " "))))
    assert replica.read().demands == (b, c)


def test_unknown_demand_and_one_that_is_named_twice_are_refused_and_nothing_changes() -> None:
    replica = begun()
    a, *_rest = replica.read().demands
    before = replica.state()
    with pytest.raises(NotFound):
        replica.edit(TextChange("Ny rubrik", demands=((str(ID), "att x"),)))
    with pytest.raises(Invalid):
        replica.edit(TextChange("Ny rubrik", demands=((a.id, "att x"), (a.id, "att y"))))
    assert replica.state() == before
    replica.edit(TextChange("Ny rubrik"))
    assert replica.read().title == "Ny rubrik"


def test_demands_that_share_a_position_can_be_put_in_any_order() -> None:
    items = []
    for n, id_ in enumerate("abcd"):
        items += [
            item(shared(1), root="demands", key=id_),
            item(value(b"\x77" + text("V")), parent=(9, n * 6), key="pos"),
            item(shared(4), parent=(9, n * 6), key="text"),
            item(PARAGRAPH, parent=(9, n * 6 + 2)),
            item(shared(6), parent=(9, n * 6 + 3)),
            item(string(id_), parent=(9, n * 6 + 4)),
        ]
    for order in ("dcba", "bacd", "abdc", "acbd"):
        replica = Replica([update(section(9, 0, items))])
        replica.edit(TextChange(demands=tuple((id_, f"att {id_}") for id_ in order)))
        assert "".join(demand.id for demand in replica.read().demands) == order


def test_demand_without_a_text_to_write_in_gets_one() -> None:
    replica = Replica([one(shared(1), root="demands", key="d1")])
    replica.edit(TextChange(demands=(("d1", "att a"),)))
    assert [(demand.id, demand.text) for demand in replica.read().demands] == [("d1", "att a")]


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(6)), st.sets(st.integers(0, 5)), st.lists(words, max_size=3))
def test_demands_read_as_asked_for_in_the_order_asked_for(order: list[int], kept: set[int], new: list[str]) -> None:
    replica = begun((), tuple(f"att {n}" for n in range(6)))
    ids = [demand.id for demand in replica.read().demands]
    wished: list[tuple[str | None, str]] = [(ids[n], f"att {n} {n}") for n in order if n in kept]
    for words_ in new:
        wished.insert(len(wished) // 2, (None, words_))
    replica.edit(TextChange(demands=tuple(wished)))
    assert [demand.text for demand in replica.read().demands] == [
        normalise_demand(words_) for _, words_ in wished if normalise_demand(words_)
    ]
    assert [id_ for demand in replica.read().demands if (id_ := demand.id) in ids] == [
        ids[n] for n in order if n in kept
    ]


def test_signs_that_can_not_be_stored_are_not_written() -> None:
    replica = begun()
    replica.edit(TextChange("Ny\ud83d\0 rubrik", "a\u202e\0b\tc", ((None, "att\ufffe x\ud800"),)))
    found = replica.read()
    assert (found.title, found.body_text, found.demands[0].text) == ("Ny rubrik", "ab c", "att x")


def test_change_larger_than_a_document_may_be_is_refused() -> None:
    replica = begun()
    with pytest.raises(TooLarge):
        replica.edit(TextChange(body="x" * limits.MAX_DOCUMENT_BYTES))
    assert lines(replica)[0] == "Bakgrund"


def test_long_texts_of_the_same_words_are_compared_in_bounded_time() -> None:
    replica = Replica([seed("", "a b " * 10_000, [], ID)])
    replica.edit(TextChange(body="b a " * 10_000))
    assert replica.read().body_text == ("b a " * 10_000).strip()
    replica.edit(TextChange(body="\n".join(["x", "y"] * 800)))
    replica.edit(TextChange(body="\n".join(["y", "x"] * 800)))
    assert lines(replica) == ["y", "x"] * 800
