"""What the audit's table makes of a report."""

from bench.lighthouse import complaints_of, scores_of

REPORT = {
    "categories": {
        "performance": {"score": 0.9, "auditRefs": [{"id": "speed", "weight": 10}]},
        "accessibility": {"score": 0.875, "auditRefs": [{"id": "labels", "weight": 7}, {"id": "by-hand", "weight": 0}]},
        "best-practices": {"score": 1, "auditRefs": [{"id": "console", "weight": 1}, {"id": "maps", "weight": 1}]},
    },
    "audits": {
        "speed": {"score": 0.2, "title": "It is slow"},
        "labels": {"score": 0, "title": "Fields have no labels"},
        "by-hand": {"score": 0, "title": "To be looked at"},
        "console": {"score": 1, "title": "Nothing in the console"},
        "maps": {"score": None, "title": "Does not apply"},
    },
}


def test_scores_are_of_a_hundred() -> None:
    assert scores_of(REPORT) == {"performance": 90, "accessibility": 87.5, "best-practices": 100}


def test_complaints_are_what_cost_points_beside_speed() -> None:
    assert complaints_of(REPORT) == ["Fields have no labels"]
