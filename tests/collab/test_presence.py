"""Presence by itself: whose client ids are whose, what is believed, and when somebody is forgotten."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.collab import limits
from app.collab.presence import Identity, Presence, PresenceTooLarge
from app.collab.protocol import Malformed, State, encode_states, parse_states

ASTRID = Identity(UUID(int=1), "Astrid", 6)
BO = Identity(UUID(int=2), "Bo", 2)


def says(presence: Presence, owner: str, identity: Identity, *states: tuple[int, int, str], now: float = 0.0) -> int:
    return presence.receive(encode_states(State(*each) for each in states), owner, identity, now)


def shown(presence: Presence) -> dict[int, tuple[int, str]]:
    """What goes out: client → (clock, state without the name)."""
    out = {}
    for client, clock, text in parse_states(presence.take().payload):
        state = json.loads(text)
        if state is not None:
            state.pop("user")
        out[client] = (clock, json.dumps(state))
    return out


def test_only_the_newest_state_goes_out() -> None:
    presence = Presence()
    for clock in range(1, 6):
        says(presence, "a", ASTRID, (7, clock, f'{{"at":{clock}}}'))
    assert shown(presence) == {7: (5, '{"at": 5}')}
    assert not presence.changed
    assert not presence.renewed


def test_state_that_is_older_or_repeated_changes_nothing() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 5, "{}"))
    shown(presence)
    says(presence, "a", ASTRID, (7, 5, '{"at":1}'), (7, 4, '{"at":2}'))
    assert not presence.changed


def test_renewal_that_changes_nothing_is_told_apart() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 1, "{}"))
    shown(presence)
    says(presence, "a", ASTRID, (7, 2, "{}"))
    assert presence.renewed
    assert not presence.changed
    assert shown(presence) == {7: (2, "{}")}


def test_echo_of_others_is_no_claim() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 3, "{}"))
    shown(presence)
    assert says(presence, "b", BO, (7, 3, "{}"), (7, 2, "null")) == 0
    assert not presence.changed


def test_claim_to_the_client_of_another_is_counted_and_not_believed() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 3, '{"at":1}'))
    shown(presence)
    assert says(presence, "b", BO, (7, 4, '{"at":2}'), (7, 9, "null")) == 2
    assert not presence.changed


def test_one_who_comes_back_before_being_missed_takes_the_client_along() -> None:
    presence = Presence()
    says(presence, "old", ASTRID, (7, 3, '{"at":1}'))
    shown(presence)
    says(presence, "new", ASTRID, (7, 4, '{"at":2}'))
    assert shown(presence) == {7: (4, '{"at": 2}')}
    presence.leave("old", 1.0)
    assert not presence.changed


def test_one_who_left_is_shown_as_gone_at_the_same_clock_and_may_come_back_at_it() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 3, "{}"))
    shown(presence)
    presence.leave("a", 1.0)
    assert shown(presence) == {7: (3, "null")}
    assert presence.snapshot() is None
    says(presence, "new", ASTRID, (7, 3, "{}"))
    assert presence.snapshot() is not None


def test_echo_does_not_bring_back_one_who_left() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 3, "{}"))
    presence.leave("a", 1.0)
    shown(presence)
    says(presence, "b", BO, (7, 3, "{}"), (7, 4, "{}"))
    assert presence.snapshot() is None


def test_connection_speaks_for_few_clients() -> None:
    presence = Presence()
    crowd = [(1000 + number, 1, "{}") for number in range(2000)]
    assert says(presence, "a", ASTRID, *crowd) == 2000 - limits.PRESENCE_CLIENTS
    assert len(shown(presence)) == limits.PRESENCE_CLIENTS
    presence.leave("a", 1.0)
    assert presence.snapshot() is None


def test_presence_that_is_not_renewed_is_forgotten() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 3, "{}"), now=0.0)
    shown(presence)
    presence.expire(limits.PRESENCE_SECONDS)
    assert not presence.changed
    presence.expire(limits.PRESENCE_SECONDS + 1)
    assert shown(presence) == {7: (3, "null")}
    says(presence, "a", ASTRID, (7, 4, "{}"), now=40.0)
    assert shown(presence) == {7: (4, "{}")}
    presence.leave("a", 50.0)
    shown(presence)
    presence.expire(50.0 + limits.PRESENCE_MEMORY_SECONDS + 1)
    assert presence._entries == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "42", '"x"', "[1]", "true", "[" * 100_000, '{"a":NaN}', '{"a":Infinity}', '{"a":"\\ud800"}', '{"user":'],
)
def test_state_that_is_no_object_of_json_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        says(Presence(), "a", ASTRID, (7, 1, text))


def test_state_that_is_too_large_is_refused_after_the_name_was_put_in() -> None:
    fits = "x" * (limits.PRESENCE_STATE_BYTES - 80)
    says(Presence(), "a", ASTRID, (7, 1, json.dumps({"at": fits})))
    with pytest.raises(PresenceTooLarge):
        says(Presence(), "a", ASTRID, (7, 1, json.dumps({"at": fits + "x" * 80})))


def test_name_colour_and_id_are_those_of_the_session() -> None:
    presence = Presence()
    claim = '{"user":{"name":"Kungen","color":"red","id":"kung","extra":1},"title":{"anchor":3}}'
    says(presence, "a", ASTRID, (7, 1, claim))
    (state,) = parse_states(presence.take().payload)
    shown = {"name": "Astrid", "color": 6, "id": "000000000001"}
    assert json.loads(state.json) == {"user": shown, "title": {"anchor": 3}}


def test_other_nodes_are_told_of_our_own_only() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 1, "{}"))
    presence.receive_from_node(b"node", [(BO.person_id, State(8, 1, "{}"))], 0.0)
    flush = presence.take()
    assert {state.client for state in parse_states(flush.payload)} == {7, 8}
    assert [(person, state.client) for person, state in flush.ours] == [(ASTRID.person_id, 7)]
    assert [state.client for _, state in presence.ours()] == [7]


def test_person_who_moved_to_another_node_is_shown_from_there() -> None:
    presence = Presence()
    says(presence, "a", ASTRID, (7, 3, '{"at":1}'))
    presence.receive_from_node(b"node", [(ASTRID.person_id, State(7, 4, '{"at":2}'))], 0.0)
    presence.leave("a", 1.0)
    presence.receive_from_node(b"other", [(BO.person_id, State(7, 9, "null"))], 0.0)
    (state,) = parse_states(presence.take().payload)
    assert state == State(7, 4, '{"at":2}')
    presence.leave(b"node", 2.0)
    assert presence.snapshot() is None


@given(st.binary(max_size=120))
def test_whatever_is_said_is_taken_in_or_refused(payload: bytes) -> None:
    try:
        Presence().receive(payload, "a", ASTRID, 0.0)
    except (Malformed, PresenceTooLarge):
        return


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(1, 3),
            st.integers(0, 4),
            st.sampled_from(["{}", '{"at":1}', '{"at":2}', "null"]),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_every_client_is_shown_by_one_owner_and_never_older_than_before(
    story: list[tuple[str, int, int, str, bool]],
) -> None:
    presence = Presence()
    identities = {"a": ASTRID, "b": BO, "c": ASTRID}
    clocks: dict[int, int] = {}
    for owner, client, clock, text, leaves in story:
        if leaves:
            presence.leave(owner, 0.0)
        else:
            says(presence, owner, identities[owner], (client, clock, text))
        for shown_client, shown_clock, _ in parse_states(presence.take().payload):
            assert shown_clock >= clocks.get(shown_client, 0)
            clocks[shown_client] = shown_clock
    for name in "abc":
        presence.leave(name, 0.0)
    assert presence.snapshot() is None
