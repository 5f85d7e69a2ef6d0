"""What is counted is written down for those who watch."""

import re
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

from app.collab import metrics

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "watching.md"


def test_every_metric_is_documented_and_no_other() -> None:
    assert metrics.TRAFFIC in REGISTRY._collector_to_names
    counted = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in REGISTRY.collect()
        if family.name.startswith("verkstad_")
    }
    assert set(re.findall(r"`(verkstad_\w+)`", DOCUMENT.read_text())) == counted


def test_distribution_is_a_histogram_with_everything_at_or_below_each_bound() -> None:
    registry = CollectorRegistry()
    waits = metrics.Distribution("waits", "How long they waited", (1, 2.5), registry)
    for seconds in (0.5, 1, 2, 9):
        waits.observe(seconds)
    written = generate_latest(registry).decode()
    assert [line for line in written.splitlines() if not line.startswith("#")] == [
        'waits_bucket{le="1.0"} 2.0',
        'waits_bucket{le="2.5"} 3.0',
        'waits_bucket{le="+Inf"} 4.0',
        "waits_count 4.0",
        "waits_sum 12.5",
    ]
