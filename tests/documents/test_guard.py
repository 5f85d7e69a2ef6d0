"""What the guard knows of a document, and what it therefore lets through."""

from collections.abc import Callable

import pytest

from app.documents import guard as guard_module
from app.documents import limits
from app.documents.decoding import Gap, Refused, parse, parse_state_vector
from app.documents.engine import Replica
from app.documents.guard import Guard
from tests.documents.recorded import sessions
from tests.documents.wire import (
    NULL,
    PARAGRAPH,
    Content,
    collected,
    deleted,
    embed,
    item,
    mark,
    one,
    section,
    shared,
    string,
    update,
    value,
)

TITLE = one(string("abc"), root="title")


def takes(replica: Replica, sent: bytes) -> bool:
    try:
        replica.apply(sent)
    except Refused:
        return False
    return True


def loaded(*updates: bytes) -> tuple[Replica, Replica]:
    """The same document, followed from its beginning and loaded from its state."""
    followed = Replica()
    for sent in updates:
        followed.apply(sent)
    return followed, Replica([followed.state()])


@pytest.mark.parametrize(
    "gap",
    [
        one(string("x"), client=9, clock=4, root="title"),
        one(string("x"), client=8, left=(9, 3)),
        one(string("x"), client=8, right=(9, 3)),
        one(string("x"), client=8, left=(7, 0)),
        one(string("x"), client=8, parent=(7, 0)),
        update(deleting={9: [(2, 2)]}),
        update(deleting={7: [(0, 1)]}),
        update(section(9, 3, [b"\x0a\x01", item(string("x"), left=(9, 2))])),
    ],
)
def test_update_that_builds_on_what_is_missing_is_a_gap(gap: bytes) -> None:
    for replica in loaded(TITLE):
        with pytest.raises(Gap):
            replica.apply(gap)


def test_update_may_build_on_what_comes_with_it() -> None:
    sent = update(
        section(8, 0, [item(string("x"), left=(9, 2)), item(string("y"), left=(7, 0))]),
        section(7, 0, [item(string("z"), left=(8, 0))]),
        deleting={7: [(0, 1)], 9: [(0, 3)]},
    )
    for replica in loaded(TITLE):
        replica.apply(sent)
        assert replica.read().title == "xy"


FITTING = [
    ("title", string("x"), True),
    ("title", mark("strong", "{}"), True),
    ("title", embed("{}"), True),
    ("title", deleted(2), True),
    ("title", value(NULL), False),
    ("title", Content(3, b"\x01x"), False),
    ("body", shared(3, "paragraph"), True),
    ("body", shared(6), True),
    ("body", deleted(2), True),
    ("body", string("x"), False),
    ("body", shared(4), False),
    ("body", shared(1), False),
    ("body", value(NULL), False),
    ("demands", string("x"), False),
    ("demands", shared(1), False),
    ("odd", string("x"), True),
    ("odd", value(NULL), True),
    ("odd", shared(0), True),
]


@pytest.mark.parametrize(("root", "content", "fits"), FITTING)
def test_content_is_let_in_only_where_its_kind_belongs(root: str, content: Content, *, fits: bool) -> None:
    assert takes(Replica(), one(content, root=root)) == fits


@pytest.mark.parametrize(
    ("content", "fits"), [(value(NULL), True), (shared(1), True), (deleted(1), True), (string("x"), False)]
)
def test_under_a_key_there_is_a_value_or_a_type(content: Content, *, fits: bool) -> None:
    for root in ("demands", "meta", "title"):
        assert takes(Replica(), one(content, root=root, key="k")) == fits


@pytest.mark.parametrize(
    ("kind", "content", "fits"),
    [
        (3, shared(6), True),
        (3, string("x"), False),
        (6, string("x"), True),
        (6, value(NULL), False),
    ],
)
def test_neighbours_and_children_inherit_what_fits(kind: int, content: Content, *, fits: bool) -> None:
    for replica in loaded(one(shared(kind, "paragraph"), root="body")):
        assert takes(replica, one(content, client=8, parent=(9, 0))) == fits
    filled = {3: shared(6), 6: string("a")}[kind]
    both = update(section(9, 0, [item(shared(kind, "paragraph"), root="body"), item(filled, parent=(9, 0))]))
    for beside in (one(content, client=8, left=(9, 1)), one(content, client=8, right=(9, 1))):
        for replica in loaded(both):
            assert takes(replica, beside) == fits


def test_parent_is_a_type_or_was_one() -> None:
    for replica in loaded(TITLE):
        assert not takes(replica, one(string("x"), client=8, parent=(9, 1)))
    for replica in loaded(one(PARAGRAPH, root="body"), update(deleting={9: [(0, 1)]})):
        assert takes(replica, one(shared(6), client=8, parent=(9, 0)))
        assert replica.read().body == ()


def test_neighbours_stand_in_one_place() -> None:
    two = update(section(9, 0, [item(string("ab"), root="title"), item(string("cd"), root="odd"), item(collected(2))]))
    for left, right, fits in (
        ((9, 0), (9, 1), True),
        ((9, 0), (9, 2), False),
        ((9, 2), (9, 3), True),
        ((9, 4), (9, 5), True),
        ((9, 4), (9, 0), False),
    ):
        for replica in loaded(two):
            assert takes(replica, one(string("x"), client=8, left=left, right=right)) == fits, (left, right)


def test_struct_that_is_known_in_part_goes_on_where_it_began() -> None:
    for replica in loaded(TITLE):
        with pytest.raises(Gap):
            replica.apply(one(string("abcd"), root="odd"))
        with pytest.raises(Gap):
            replica.apply(one(value(*[NULL] * 5), root="odd"))
        replica.apply(one(string("abcd"), root="title"))
        assert replica.read().title == "abcd"


PAIR = one(string("a😀b"), root="title")


@pytest.mark.parametrize(
    "split",
    [
        one(string("x"), client=8, left=(9, 1)),
        one(string("x"), client=8, right=(9, 2)),
        one(string("x"), client=8, left=(9, 1), right=(9, 2)),
        update(deleting={9: [(2, 1)]}),
        update(deleting={9: [(0, 2)]}),
        update(section(8, 0, [item(string("😀"), left=(9, 0)), item(string("x"), left=(8, 0))])),
        one(
            string(
                "bbc😀",
            ),
            clock=2,
            left=(9, 1),
        ),
    ],
)
def test_edit_that_splits_a_surrogate_pair_is_refused(split: bytes) -> None:
    for replica in loaded(PAIR):
        assert not takes(replica, split)
        assert replica.read().title == "a😀b"


def test_part_that_is_new_does_not_begin_in_the_middle_of_a_pair() -> None:
    for replica in loaded(TITLE):
        with pytest.raises(Refused, match="surrogate"):
            replica.apply(one(string("ab😀"), root="title"))


@pytest.mark.parametrize(
    "whole",
    [
        one(string("x"), client=8, left=(9, 2), right=(9, 3)),
        one(string("x"), client=8, left=(9, 0), right=(9, 1)),
        update(deleting={9: [(1, 2)]}),
    ],
)
def test_edit_beside_a_pair_is_taken(whole: bytes) -> None:
    for replica in loaded(PAIR):
        assert takes(replica, whole)


def test_what_editors_sent_is_taken_wherever_the_server_restarts_in_between() -> None:
    for session in sessions()[:3]:
        for restart in range(0, len(session.updates), 4):
            replica = Replica(session.updates[:restart])
            if restart % 8:
                replica = Replica([replica.state()])
            for sent in session.updates[restart:]:
                replica.apply(sent)
            assert parse_state_vector(replica.state_vector()) == replica._guard.known


def counting(replica: Replica) -> tuple[Guard, Callable[[], int]]:
    calls = []

    def state() -> bytes:
        calls.append(1)
        return replica.state()

    stored = [replica.state()]
    return Guard(parse_state_vector(replica.state_vector()), [], stored, state), lambda: len(calls)


def test_state_is_read_once_and_not_before_somebody_writes() -> None:
    guard, calls = counting(Replica([TITLE]))
    guard.check_state_vector(b"\x00")
    guard.check(update(deleting={9: [(0, 1)]}))
    assert calls() == 0
    for clock in range(5):
        guard.admit(guard.check(one(string("x"), client=8, clock=clock, left=(8, clock - 1) if clock else (9, 2))))
    assert calls() == 1


def test_state_that_may_hold_pairs_is_read_before_anything_is_deleted() -> None:
    guard, calls = counting(Replica([PAIR]))
    with pytest.raises(Refused):
        guard.check(update(deleting={9: [(0, 2)]}))
    guard.check(update(deleting={9: [(0, 1)]}))
    assert calls() == 1


def test_types_that_were_deleted_make_room_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "MAX_DOCUMENT_TYPES", 10)
    replica = Replica()
    for clock in range(10):
        replica.apply(one(PARAGRAPH, clock=clock, **({"left": (9, clock - 1)} if clock else {"root": "body"})))
    more = one(PARAGRAPH, clock=10, left=(9, 9))
    assert not takes(replica, more)
    replica.apply(update(deleting={9: [(0, 5)]}))
    assert takes(replica, more)


def test_clients_of_a_document_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "MAX_DOCUMENT_CLIENTS", 3)
    replica = Replica([TITLE])
    assert not takes(replica, update(*(section(client, 0, [item(string("x"))]) for client in range(3))))
    assert takes(replica, one(string("x"), client=1, root="title"))
    assert takes(replica, one(string("x"), client=2, root="title"))
    assert not takes(replica, one(string("x"), client=3, root="title"))
    assert takes(replica, one(string("x"), client=2, clock=1, root="title"))


def test_limits_do_not_apply_to_states_that_this_server_made() -> None:
    clients = [section(client, 0, [item(string("x"), root="title")]) for client in range(100, 101 + limits.MAX_CLIENTS)]
    with pytest.raises(Refused):
        parse(update(*clients))
    assert len(parse(update(*clients), trusted=True).sections) == len(clients)
    replica = Replica([TITLE])
    replica.follow(update(*clients))
    assert len(replica.read().title) == 3 + len(clients)
    with pytest.raises(Gap):
        replica.follow(one(string("x"), client=9, clock=9, root="title"))
    replica.apply(one(string("y"), client=10_000, left=(9, 2)))


def test_refusal_never_quotes_what_was_sent() -> None:
    for sent in (one(Content(4, b"\x06hemlig")), one(string("hemlig"), left=(9, 5)), one(mark("hemlig", "hemlig"))):
        with pytest.raises(Refused) as refusal:
            Replica().apply(sent + b"\x01")
        assert "hemlig" not in str(refusal.value)
        assert refusal.value.__cause__ is None
