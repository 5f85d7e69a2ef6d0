"""A replica takes in what fits, refuses what does not and stays whole, and says so when it no longer is."""

from typing import Any, NoReturn
from uuid import UUID

import pytest

from app.documents import engine, limits
from app.documents.decoding import parse, parse_state_vector
from app.documents.editing import TextChange
from app.documents.engine import EMPTY, Applied, EngineFault, Gap, Refused, Replica, merge, vector_of
from app.documents.seeding import seed
from app.kit.errors import TooLarge
from tests.documents.wire import Content, deleted, item, one, section, string, update

STATE = seed("Fler bussar", "Ett å 😀\nTvå", ["att a"], UUID(int=1))
HELLO = one(string("hej"), client=9, root="title")


class Panic(BaseException):
    """What a panic of the engine is: no Exception."""


def break_down(*_: object) -> NoReturn:
    raise Panic("it quotes the text of the motion")


def test_replica_that_takes_updates_in_one_by_one_holds_what_one_that_takes_the_state_holds() -> None:
    writer = Replica([STATE])
    updates = [writer.edit(TextChange(title=f"Rubrik {n}", body=f"Stycke {n}\nTvå")) for n in range(5)]
    reader = Replica([STATE])
    for update_ in updates:
        reader.apply(update_)
    late = Replica([STATE, merge(updates)])
    assert writer.read() == reader.read() == late.read() == Replica([writer.state()]).read()
    assert writer.state_vector() == reader.state_vector() == late.state_vector()


def test_what_comes_before_what_it_builds_on_is_left_to_its_sender_and_not_to_the_engine() -> None:
    """The engine keeps such a thing, and then may leave out what came together with it: here the y."""
    there = [one(string("b"), client=1, root="title"), one(string("c"), client=5, root="title")]
    before = one(string("a"), client=9, root="title")
    ahead = update(
        section(9, 1, [item(string("x"), left=(5, 0))]),
        section(1, 1, [item(string("y"), left=(9, 0))]),
    )
    for take in (Replica.apply, Replica.follow):
        replica = Replica(there)
        with pytest.raises(Gap):
            take(replica, ahead)
        take(replica, before)
        take(replica, ahead)
        assert replica.read() == Replica([*there, before, ahead]).read()
        assert replica.read().title == "bcxay"


def test_of_what_is_sent_again_only_the_rest_is_new() -> None:
    replica = Replica()
    first, second = one(string("ab"), root="title"), one(string("cd"), clock=2, left=(9, 1))
    both = update(section(9, 0, [item(string("ab"), root="title"), item(string("cd"), left=(9, 1))]))
    assert replica.apply(first) == Applied(first, [(9, 0)])
    assert replica.apply(both) == Applied(second, [(9, 2)])
    assert replica.apply(both) == Applied(b"", ())
    # A struct that is known in part stays whole.
    longer = one(string("cde"), clock=2, left=(9, 1))
    assert replica.apply(longer) == Applied(longer, [(9, 4)])
    removal = update(section(9, 2, [item(string("cde"), left=(9, 1))]), deleting={9: [(0, 2)]})
    assert replica.apply(removal) == Applied(update(deleting={9: [(0, 2)]}), [])
    assert replica.read().title == "cde"


def test_what_is_new_of_updates_can_be_merged_without_a_hole() -> None:
    first = one(string("ab"), root="title")
    second, third = (one(string("ab"), clock=at, left=(9, at - 1)) for at in (2, 4))
    again = update(section(9, 0, [item(string("ab"), root="title")]), deleting={9: [(0, 1)]})
    with pytest.raises(Gap, match="hole"):
        parse(merge([again, third]))
    replica = Replica([first, second])
    merged = merge([replica.apply(sent).update for sent in (again, third)])
    assert parse(merged).sections.keys() == {9}
    assert Replica([first, second, merged]).read() == replica.read()


def test_vector_read_off_the_updates_is_that_of_the_document_they_make() -> None:
    writer = Replica([STATE])
    log = [writer.edit(TextChange(title="x" * n, body=f"Stycke {n}")) for n in range(6)]
    writer.apply(HELLO)
    for parts in ([STATE], [STATE, *log], [STATE, *log, HELLO], [writer.state()], [EMPTY]):
        read_off = parse_state_vector(vector_of(parts))
        assert read_off == parse_state_vector(Replica(parts).state_vector())


def test_failing_at_a_vector_is_a_fault_without_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "get_state", break_down)
    with pytest.raises(EngineFault, match=r"^Panic$"):
        vector_of([STATE])


def test_difference_brings_a_replica_up_to_date() -> None:
    writer, reader = Replica([STATE]), Replica([STATE])
    writer.edit(TextChange(title="Något annat"))
    reader.apply(writer.diff(reader.state_vector()))
    assert reader.read().title == "Något annat"
    assert reader.diff(writer.state_vector())[:1] == b"\x00"
    assert writer.diff(b"\x00") == writer.state()


def test_what_is_known_already_changes_nothing() -> None:
    replica = Replica([STATE])
    replica.apply(HELLO)
    before = replica.state()
    for again in (HELLO, STATE, EMPTY, before):
        replica.apply(again)
    assert replica.state() == before


def test_gap_is_refused_and_filled_by_what_was_missing() -> None:
    first = one(string("a"), client=9, root="title")
    second = one(string("b"), client=9, clock=1, left=(9, 0))
    replica = Replica()
    with pytest.raises(Gap):
        replica.apply(second)
    assert replica.state() == EMPTY
    replica.apply(first)
    replica.apply(second)
    assert replica.read().title == "ab"


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"\x00",
        HELLO[:-2],
        HELLO + b"\x00",
        one(string("x"), client=9, left=(9, 0)),
        one(Content(15, b"\x00"), root="title"),
        one(deleted(1), root="demands"),
        update(section(9, 0, [item(string("😀"), root="title")]), deleting={9: [(1, 1)]}),
    ],
)
def test_refused_update_leaves_the_replica_as_it_was(odd: bytes) -> None:
    replica = Replica([STATE])
    before = replica.state()
    with pytest.raises(Refused):
        replica.apply(odd)
    assert replica.state() == before
    replica.apply(HELLO)
    assert "hej" in replica.read().title


def test_state_vector_that_is_malformed_or_splits_a_character_is_refused() -> None:
    replica = Replica([one(string("a😀"), client=9, root="title")])
    for odd in (b"", b"\x01", b"\x01\x09", b"\x00\x00", b"\xff" * 11, b"\x01\x09\x02"):
        with pytest.raises(Refused):
            replica.diff(odd)
    assert Replica().state() == EMPTY
    assert replica.diff(b"\x01\x09\x03") == EMPTY


def test_panic_poisons_the_replica_and_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    replica = Replica([STATE])
    monkeypatch.setattr(replica, "_integrate", break_down)
    with pytest.raises(EngineFault) as fault:
        replica.apply(HELLO)
    assert str(fault.value) == "Panic"
    assert fault.value.__cause__ is None
    monkeypatch.undo()
    uses: list[Any] = [
        replica.state,
        replica.state_vector,
        replica.read,
        lambda: replica.apply(HELLO),
        lambda: replica.diff(b"\x00"),
        lambda: replica.edit(TextChange(title="x")),
    ]
    for use in uses:
        with pytest.raises(EngineFault):
            use()
    replica.close()


def test_failure_while_reading_or_editing_poisons_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_outline", "_perform"):
        replica = Replica([STATE])
        with monkeypatch.context() as patch:
            patch.setattr(engine, name, break_down)
            with pytest.raises(EngineFault):
                replica.edit(TextChange(title="x"))
        with pytest.raises(EngineFault):
            replica.read()


def test_state_that_can_not_be_loaded_is_a_fault() -> None:
    with pytest.raises(EngineFault):
        Replica([b"\x01\x02\x03"])
    with pytest.raises(EngineFault):
        merge([b"\x01\x02\x03", EMPTY])


def test_interrupt_from_the_keyboard_is_no_fault_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    replica = Replica([STATE])
    monkeypatch.setattr(replica, "_integrate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replica.apply(HELLO)
    with pytest.raises(EngineFault):
        replica.read()


def test_closed_replica_can_not_be_used() -> None:
    replica = Replica([STATE])
    replica.close()
    replica.close()
    with pytest.raises(EngineFault):
        replica.read()


def test_merged_updates_do_what_they_do_one_by_one() -> None:
    writer = Replica([STATE])
    updates = [writer.edit(TextChange(title=f"Rubrik {n}")) for n in range(100)]
    assert Replica([STATE, merge(updates)]).read() == writer.read()
    assert merge([]) == EMPTY
    assert merge(updates[:1]) == updates[0]


def test_document_of_four_mebibytes_is_taken_and_one_without_end_is_not() -> None:
    replica = Replica()
    size, clock = 1_000_000, 0
    for _ in range(4):
        replica.apply(one(string("x" * size), client=9, clock=clock, root="title"))
        clock += size
    replica.apply(one(string("y" * 195_000), client=9, clock=clock, root="title"))
    assert len(replica.state()) > 4 * 1024 * 1024
    clock += 195_000
    with pytest.raises(TooLarge):
        replica.apply(one(string("x" * 1_200_000), client=9, clock=clock, root="title"))
    with pytest.raises(TooLarge):
        replica.edit(TextChange(body="z" * size))
    assert replica.read().title.count("y") == 195_000


def test_full_document_has_room_again_when_much_has_been_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_DOCUMENT_BYTES", 300_000)
    replica = Replica([one(string("x" * 290_000), client=9, root="title")])
    more = one(string("y" * 20_000), client=9, clock=290_000, root="title")
    for _ in range(2):
        with pytest.raises(TooLarge):
            replica.apply(more)
    replica.apply(update(deleting={9: [(0, 100_000)]}))
    replica.apply(more)
    assert replica.read().title.count("y") == 20_000


def test_update_larger_than_the_limit_is_refused_and_one_of_a_mebibyte_is_taken() -> None:
    replica = Replica()
    replica.apply(one(string("x" * 1024 * 1024), client=9, root="title"))
    with pytest.raises(Refused, match="larger"):
        replica.apply(one(string("x" * limits.MAX_UPDATE_BYTES), client=8, root="title"))


def test_update_that_lets_the_engine_search_is_broken_off() -> None:
    """Thousands of clients' worth of structs at one spot: the engine would look through them for each new one."""
    spot = [item(string("x"), root="title") for _ in range(8_000)]
    replica = Replica([update(section(1, 0, spot))])
    with pytest.raises(EngineFault, match="too long"):
        replica.apply(update(section(9, 0, spot)))


def test_large_honest_update_is_taken_in_pieces_and_whole() -> None:
    writer = Replica([STATE])
    paste = writer.edit(TextChange(body="\n".join(f"Stycke {n} om bussar." for n in range(2_000))))
    reader = Replica([STATE, one(string("x" * 200_000), client=9, root="title")])
    reader.apply(paste)
    assert reader.read().body == writer.read().body
    assert len(reader.read().body) == 2_000
