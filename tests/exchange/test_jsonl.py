"""Motions as JSON lines: what is a motion, and what is refused with the reason."""

import json
from io import BytesIO
from typing import Any

import pytest

from app.access.roles import Visibility
from app.exchange.jsonl import LONGEST_LINE, Refusal, Row, read
from app.kit.i18n import using_locale

GOOD = {
    "id": "m-1",
    "title": "Bättre bussar",
    "body": "Ett.\nTvå.",
    "demands": ["att bussen går"],
    "association": "Norra",
}


def _read(*lines: str | bytes | dict[str, Any]) -> list[Row | Refusal]:
    raw = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    with using_locale("en"):
        return list(read(BytesIO(b"\n".join(raw))))


def _reason(line: str | bytes | dict[str, Any]) -> str:
    (refusal,) = _read(line)
    assert isinstance(refusal, Refusal)
    return refusal.reason


def test_line_with_all_fields_is_a_motion() -> None:
    assert _read({**GOOD, "visibility": "demands", "call": " Kongressen  2026 "}) == [
        Row(
            1, "m-1", "Bättre bussar", "Ett.\nTvå.", ("att bussen går",), "Norra", Visibility.DEMANDS, "Kongressen 2026"
        )
    ]


def test_only_id_and_title_are_needed() -> None:
    assert _read({"id": 7, "title": "T"}) == [Row(1, "7", "T", "", (), None, None, None)]


def test_demands_are_normalised_and_empty_ones_left_out() -> None:
    (row,) = _read({**GOOD, "demands": ["bussen går", "Att  tåget går", "att", " "]})
    assert isinstance(row, Row)
    assert row.demands == ("att bussen går", "att tåget går")


def test_byte_order_mark_blank_lines_and_windows_line_ends_are_tolerated() -> None:
    line = json.dumps(GOOD).encode()
    found = _read(b"\xef\xbb\xbf" + line + b"\r", b"", b"  \r", line)
    assert [row.number for row in found] == [1, 4]
    assert all(isinstance(row, Row) for row in found)


def test_fields_that_are_not_known_are_ignored() -> None:
    assert _read({**GOOD, "year": 2019, "x": {"y": []}}) == _read(GOOD)


def test_characters_that_can_t_be_stored_are_left_out() -> None:
    (row,) = _read('{"id": "1", "title": "a\\u0000b\\ud800c", "body": "d\\u0008\\re", "demands": ["f\\ud83dg"]}')
    assert isinstance(row, Row)
    assert (row.title, row.body, row.demands) == ("abc", "d\ne", ("att fg",))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "The line is not a JSON object by itself."),
        ("[]", "The line is not a JSON object by itself."),
        ("null", "The line is not a JSON object by itself."),
        ("[" * 100_000, "The line is not a JSON object by itself."),
        ('{"id": ' + "9" * 5_000 + ', "title": "T"}', "The line is not a JSON object by itself."),
        (b'{"id": "1", "title": "\xe5"}', "The line is not UTF-8. Save the file in that encoding."),
        ({**GOOD, "id": None}, "The field id is missing or empty."),
        ({**GOOD, "id": ""}, "The field id is missing or empty."),
        ({**GOOD, "id": True}, "The field id must be a text of at most 100 characters."),
        ({**GOOD, "id": "x" * 101}, "The field id must be a text of at most 100 characters."),
        ({"id": "1"}, "The field title is missing or empty."),
        ({**GOOD, "title": "  "}, "The field title is missing or empty."),
        ({**GOOD, "title": 5}, "The field title must be a text."),
        ({**GOOD, "title": "x" * 301}, "The title is too long. At most 300 characters can be taken in."),
        ({**GOOD, "body": ["x"]}, "The field body must be a text."),
        ({**GOOD, "body": "x" * 1_000_001}, "The text is too long. At most 1000000 characters can be taken in."),
        ({**GOOD, "demands": "att"}, "The field demands must be a list of texts."),
        ({**GOOD, "demands": [1]}, "The field demands must be a list of texts."),
        ({**GOOD, "demands": ["att x"] * 201}, "There are too many demands. At most 200 can be taken in."),
        ({**GOOD, "demands": ["x" * 8_001]}, "A demand is too long. At most 8000 characters can be taken in."),
        ({**GOOD, "association": 5}, "The field association must be a text."),
        ({**GOOD, "association": "x" * 161}, "The field association must be a text of at most 160 characters."),
        ({**GOOD, "visibility": "all"}, "The field visibility must be one of: hidden, theme, demands, text."),
        ({**GOOD, "visibility": []}, "The field visibility must be one of: hidden, theme, demands, text."),
    ],
)  # fmt: skip
def test_bad_line_is_refused_with_the_reason(line: str | bytes | dict[str, Any], reason: str) -> None:
    assert _reason(line) == reason


def test_line_without_end_is_refused_and_the_next_one_read() -> None:
    long, good = _read(b"x" * (2 * LONGEST_LINE), GOOD)
    assert long == Refusal(1, "The line is longer than 3 MB.")
    assert isinstance(good, Row)
    assert good.number == 2


def test_refusal_names_its_line() -> None:
    with using_locale("en"):
        assert str(Refusal(3, "It is wrong.")) == "Line 3: It is wrong."


def test_empty_file_holds_nothing() -> None:
    assert _read() == []
