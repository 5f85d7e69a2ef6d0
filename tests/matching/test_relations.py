"""How pairs of demands relate, measured on a labelled set of which one half was never looked at while tuning."""

import json
from collections import Counter
from pathlib import Path

import pytest

from app.matching import relations
from app.matching.cards import Relation
from app.matching.reading import LONGEST
from app.matching.relations import corresponding, relation
from tests.matching.corpus import demands

PAIRS = [json.loads(line) for line in (Path(__file__).parent / "demand_pairs.jsonl").read_text().splitlines()]


def related(mine: str, theirs: str) -> Relation | None:
    found = relation(mine, theirs)
    return found[0] if found is not None else None


def test_the_set_is_large_and_even_in_both_halves() -> None:
    counted = Counter((pair["relation"], pair["held_out"]) for pair in PAIRS)
    assert len(PAIRS) >= 150
    assert len(counted) == 8
    assert min(counted.values()) >= 20


@pytest.mark.parametrize(("held_out", "floor"), [(False, 0.8), (True, 0.78)])
def test_most_pairs_are_told_right(held_out: bool, floor: float) -> None:
    half = [pair for pair in PAIRS if pair["held_out"] is held_out]
    right = sum(related(pair["mine"], pair["theirs"]) == pair["relation"] for pair in half)
    assert right / len(half) >= floor, f"{right} of {len(half)}"


def test_opposite_demands_are_never_called_the_same() -> None:
    for pair in PAIRS:
        if pair["relation"] == "opposite":
            assert related(pair["mine"], pair["theirs"]) != "same", pair
            assert related(pair["theirs"], pair["mine"]) != "same", pair


def test_nine_of_ten_opposite_demands_are_called_so() -> None:
    opposite = [pair for pair in PAIRS if pair["relation"] == "opposite"]
    assert sum(related(pair["mine"], pair["theirs"]) == "opposite" for pair in opposite) >= 0.9 * len(opposite)


def test_it_does_not_matter_who_asks() -> None:
    for pair in PAIRS:
        assert relation(pair["mine"], pair["theirs"]) == relation(pair["theirs"], pair["mine"]), pair


def test_a_demand_is_the_same_as_itself() -> None:
    for pair in PAIRS:
        for text in (pair["mine"], pair["theirs"]):
            assert related(text, text) == "same"
            assert related(text, text.upper()) == "same"


def test_a_demand_is_never_the_same_as_its_negation() -> None:
    for pair in PAIRS:
        for text in (pair["mine"], pair["theirs"]):
            assert related(text, "att inte " + text.removeprefix("att ")) not in {"same", "similar"}, text


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("att införa vargjakt", "att bygga fler hyresrätter"),
        ("", "att bygga fler hyresrätter"),
        ("att", "att"),
        ("att 学校", "att bygga"),
    ],
)
def test_demands_that_share_nothing_are_no_pair(mine: str, theirs: str) -> None:
    assert relation(mine, theirs) is None


def test_each_demand_is_in_one_pair_at_most_and_the_closest_come_first() -> None:
    mine = demands(["att höja barnbidraget", "att bygga fler hyresrätter", "att sänka barnbidraget"])
    theirs = demands(["att sänka barnbidraget", "att fler hyresrätter byggs i Älvringe", "att plantera ekar"])
    pairs = corresponding(mine, theirs)
    assert [(pair.mine.id, pair.theirs.id, pair.relation) for pair in pairs] == [
        ("3", "1", "same"),
        ("2", "2", "similar"),
    ]
    assert all(0 <= pair.score <= 1 for pair in pairs)


def test_hundreds_of_endless_demands_are_bounded() -> None:
    many = demands([f"att {'skattesänkningsförbud ' * 500} {number}" for number in range(200)])
    assert len(corresponding(many, many)) <= 30


def test_demands_of_any_length_are_compared_within_bounds() -> None:
    beginning = "att bussen till byn går varje timme " + "också på kvällen " * 40
    assert len(beginning) > LONGEST
    assert relation(beginning + "x" * 20_000, beginning + "y" * 20_000) == relation(beginning, beginning)
    kept = relations._relation.cache_info().currsize
    for tail in range(50):
        relation(beginning + str(tail), beginning)
    assert relations._relation.cache_info().currsize == kept
