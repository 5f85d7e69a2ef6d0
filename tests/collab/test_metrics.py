"""What is counted is written down for those who watch."""

import re
from pathlib import Path

from prometheus_client import REGISTRY

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
