"""The order of demands is the same on the server and in the browser: both are held to one file of vectors.

frontend/tests/ordering.test.ts reads the same file.
"""

import json
from pathlib import Path

import pytest

from app.documents.ordering import between, is_key, spread

VECTORS = json.loads((Path(__file__).parent / "ordering.json").read_text("utf-8"))


@pytest.mark.parametrize("case", VECTORS["between"], ids=lambda case: f"{case['a']}-{case['b']}")
def test_key_between_two_is_the_agreed_one(case: dict[str, str | None]) -> None:
    assert between(case["a"], case["b"]) == case["key"]


def test_spread_keys_are_the_agreed_ones() -> None:
    for case in VECTORS["spread"]:
        assert spread(case["a"], case["b"], case["count"]) == case["keys"]


def test_neighbours_without_room_are_refused() -> None:
    for case in VECTORS["refused"]:
        with pytest.raises(ValueError, match="key"):
            between(case["a"], case["b"])


def test_keys_are_told_from_other_strings() -> None:
    assert all(is_key(key) for key in VECTORS["keys"])
    assert not any(is_key(key) for key in VECTORS["not_keys"])


def test_demands_stand_in_the_order_of_key_and_id() -> None:
    entries = sorted(VECTORS["order"]["entries"], key=lambda entry: (entry[1], entry[0]))
    assert [demand for demand, _ in entries] == VECTORS["order"]["ids"]
