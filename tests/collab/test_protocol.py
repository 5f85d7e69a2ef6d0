"""The wire codec against bytes as lib0 writes them, and against everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.collab import protocol
from app.collab.protocol import Malformed, Reader, State, parse

#: lib0 0.2: encoding.writeVarUint
LIB0_NUMBERS = {
    0: "00",
    127: "7f",
    128: "8001",
    300: "ac02",
    2**31: "8080808008",
    2**53 - 1: "ffffffffffffff0f",
}


@pytest.mark.parametrize(("number", "written"), LIB0_NUMBERS.items())
def test_numbers_are_written_as_lib0_writes_them(number: int, written: str) -> None:
    assert protocol.uint(number).hex() == written
    assert Reader(bytes.fromhex(written)).uint() == number


def test_messages_are_those_of_y_protocols() -> None:
    assert protocol.state_vector(b"\x00") == bytes.fromhex("00000100")
    assert protocol.missing(b"\x00\x00") == bytes.fromhex("0001020000")
    assert protocol.update(b"\x01\x02\x03") == bytes.fromhex("000203010203")
    assert protocol.denied("nej") == bytes.fromhex("0200036e656a")
    assert protocol.acknowledged(5) == bytes.fromhex("6405")
    # y-protocols' encodeAwarenessUpdate for client 1 at clock 2 with the state {}
    assert protocol.encode_states([State(1, 2, "{}")]) == bytes.fromhex("010102027b7d")


def test_states_beyond_ascii_are_measured_in_bytes() -> None:
    states = [State(2**53 - 1, 7, '{"user":{"name":"Åsa 🌷"}}'), State(3, 0, "null")]
    assert protocol.parse_states(protocol.encode_states(states)) == states


@given(st.integers(0, protocol.MAX_UINT))
def test_every_number_comes_back(number: int) -> None:
    reader = Reader(protocol.uint(number))
    assert reader.uint() == number
    reader.end()


@given(st.binary(max_size=200))
def test_updates_and_vectors_come_back(payload: bytes) -> None:
    assert parse(protocol.update(payload)) == protocol.Update(payload, answer=False)
    assert parse(protocol.missing(payload)) == protocol.Update(payload, answer=True)
    assert parse(protocol.state_vector(payload)) == protocol.StateVector(payload)
    assert parse(protocol.awareness(payload)) == protocol.Awareness(payload)


@given(st.binary(max_size=100))
def test_whatever_bytes_arrive_are_a_message_or_malformed(data: bytes) -> None:
    try:
        message = parse(data)
    except Malformed:
        return
    if isinstance(message, protocol.Awareness):
        try:
            protocol.parse_states(message.payload)
        except Malformed:
            return


@given(st.lists(st.tuples(st.integers(0, 2**53 - 1), st.integers(0, 2**31), st.text(max_size=20)), max_size=5))
def test_every_list_of_states_comes_back(states: list[tuple[int, int, str]]) -> None:
    told = [State(*each) for each in states]
    assert protocol.parse_states(protocol.encode_states(told)) == told


@given(st.sampled_from([protocol.update, protocol.missing, protocol.state_vector, protocol.awareness]), st.data())
def test_a_message_that_is_cut_off_or_continued_is_malformed(make: object, data: st.DataObject) -> None:
    assert callable(make)
    whole: bytes = make(data.draw(st.binary(min_size=1, max_size=40)))
    cut = data.draw(st.integers(0, len(whole) - 1))
    for wrong in (whole[:cut], whole + b"\x00"):
        with pytest.raises(Malformed):
            parse(wrong)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 12,
        b"\x00",
        b"\x00\x07\x01\x00",
        b"\x63\x01\x02\x03",
        b"\x02\x00\x03abc",
        b"\x64\x01",
        b"\x00\x00\xff\xff\xff\xff\x0f\x01",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\x0f\x00",
    ],
)
def test_what_no_client_says_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse(data)


def test_a_count_beyond_the_message_costs_nothing() -> None:
    with pytest.raises(Malformed):
        protocol.parse_states(b"\xff\xff\xff\xff\x07")


def test_a_state_that_is_not_utf8_is_malformed() -> None:
    with pytest.raises(Malformed):
        protocol.parse_states(b"\x01\x01\x01\x02\xc3\x28")
