"""The bench of typing beside matching: it counts confirmed keystrokes, and its server really goes without matching."""

from bench.live.measure import interleaved
from bench.matching_typing import Typing, Workshop, table

REAL_TIME = True


def test_every_keystroke_is_confirmed_with_matching_and_without() -> None:
    runs = interleaved(
        Typing(motions=2, held=5, rate=20, warmup=0.2, duration=0.5),
        [
            lambda folder: Workshop(folder, "without", matches=False),
            lambda folder: Workshop(folder, "with", asks=True),
        ],
        1,
    )
    for founds in runs.values():
        (found,) = founds
        assert not found["problems"]
        assert found["keystrokes"] > 5
        assert 0 < found["p50_ms"] <= found["p99_ms"]
    assert runs["with"][0]["answers"] > runs["without"][0]["answers"] == 0
    assert "| p95, ms |" in table(runs)
