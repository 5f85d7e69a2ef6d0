"""The bench of ranking: it counts as it says, and runs on the motions that come with it."""

import json
from pathlib import Path

import pytest

from app.matching import space
from bench import matching


def test_the_gain_is_that_of_the_definition() -> None:
    wanted = frozenset({"a", "b"})
    assert matching.gain(["a", "b", "c"], wanted) == pytest.approx(1.0)
    assert matching.gain(["c", "a"], wanted) == pytest.approx(0.6309 / 1.6309, abs=1e-4)
    assert matching.gain(["c"] * 10 + ["a"], wanted) == 0.0


def test_an_ingredient_left_out_is_back_afterwards() -> None:
    whole = space.LETTERS_WEIGHT
    with matching.changed(matching.ABLATIONS["no letters"]):
        assert space.LETTERS_WEIGHT == 0.0
    assert whole == space.LETTERS_WEIGHT > 0.0


def test_a_motion_never_finds_itself_and_the_small_set_is_ranked_well() -> None:
    motions = matching.read(matching.SMALL)
    finished, drafts = matching.ranked(motions, [])
    assert len(finished) == len(drafts) > 15
    assert sum(finished) / len(finished) > 0.75
    assert sum(drafts) / len(drafts) > 0.7


def test_folds_groups_and_what_binds_nobody_are_read(tmp_path: Path) -> None:
    file = tmp_path / "motions.jsonl"
    row = {"id": 7, "title": "Buss", "groups": ["x", "y"], "misc": ["y"], "fold": 3}
    file.write_text(json.dumps(row) + "\n")
    (motion,) = matching.read(file)
    assert (motion.card.id, motion.groups, motion.fold) == ("7", frozenset({"x"}), 3)


def test_every_reason_of_the_small_set_is_true_and_a_false_one_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    motions = matching.read(matching.SMALL)
    named, wrong = matching.false_reasons(motions)
    assert named > 500
    assert wrong == []
    monkeypatch.setattr("app.matching.reasons.Asking.form", lambda _self, word: word + "x")
    assert matching.false_reasons(motions)[1]
