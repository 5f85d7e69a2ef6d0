"""What passages say of demands, measured on a labelled set of which one half was never looked at while tuning."""

import json
from collections import Counter
from pathlib import Path

import pytest

from app.matching.passages import verdict

PAIRS = [json.loads(line) for line in (Path(__file__).parent / "passage_pairs.jsonl").read_text("utf-8").splitlines()]


def said(pair: dict[str, str]) -> str | None:
    judged = verdict(pair["demand"], pair["passage"])
    return judged[0] if judged is not None else None


def test_the_set_is_large_and_even_in_both_halves() -> None:
    counted = Counter((pair["verdict"], pair["held_out"]) for pair in PAIRS)
    assert len(counted) == 8
    assert min(counted.values()) >= 8


@pytest.mark.parametrize("held_out", [False, True])
def test_nine_of_ten_verdicts_are_right_and_most_passages_are_found(held_out: bool) -> None:
    half = [pair for pair in PAIRS if pair["held_out"] is held_out]
    spoken = [pair for pair in half if said(pair) is not None]
    right = [pair for pair in spoken if said(pair) == pair["verdict"]]
    to_find = [pair for pair in half if pair["verdict"] is not None]
    assert len(right) / len(spoken) >= 0.9, f"{len(right)} of {len(spoken)} verdicts are right"
    assert len(right) / len(to_find) >= 0.75, f"{len(right)} of {len(to_find)} are found"


def test_what_goes_against_a_demand_is_never_said_to_decide_it() -> None:
    for pair in PAIRS:
        assert {pair["verdict"], said(pair)} not in ({"against", "decided"}, {"against", "further"}), pair
