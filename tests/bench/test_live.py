"""The load generator still speaks to the server, and would notice what it is there to notice.

Our own server alone: the peers are fetched by `make bench` and by nothing else.
"""

from bench.live.measure import interleaved
from bench.live.scenarios import Crash, JoinStorm, Plenary, compare
from bench.live.servers import Verkstad
from bench.live.tables import JOIN_STORM, PLENARY, losses, medians

REAL_TIME = True


def test_plenary_delivers_every_keystroke_and_has_a_figure_for_everything() -> None:
    runs = interleaved(Plenary(connected=6, typing=2, rate=20, documents=2, warmup=0.2, duration=0.5), [Verkstad], 1)
    (found,) = runs["Motionsverkstad"]
    assert not found["problems"]
    assert found["keystrokes"] > 5
    assert found["delivered"] == 1
    assert 0 < found["p50_ms"] <= found["p99_ms"]
    assert found["frames_per_reader_s"] > 0
    assert "| latency p95, ms |" in medians(runs, PLENARY)


def test_join_storm_reaches_everybody_while_somebody_types() -> None:
    runs = interleaved(JoinStorm(joining=5, within=0.1, characters=4_000, is_warm=True), [Verkstad], 1)
    (found,) = runs["Motionsverkstad"]
    assert not found["problems"]
    assert found["bytes_per_joiner"] > found["state_bytes"] > 4_000
    assert found["last_ms"] >= found["median_ms"] > 0
    assert "| the last has the text, ms |" in medians(runs, JOIN_STORM)


def test_crash_loses_nothing_that_was_seen_or_acknowledged() -> None:
    runs = interleaved(Crash(kills=1, documents=2, typing=2, rate=20, earliest=0.5, latest=1), [Verkstad], 1)
    (found,) = runs["Motionsverkstad"]
    assert not found["problems"]
    assert found["typed"] >= found["seen"] > 10
    assert found["acknowledged"] > 10
    assert (found["seen_lost"], found["acknowledged_lost"]) == (0, 0)
    assert "| seen, then lost | **0** |" in losses(runs)


def test_what_is_gone_after_a_crash_is_counted() -> None:
    typed = {
        "problems": [],
        "clients": [
            {"client": 7, "first": 3, "typed": 10, "seen": 11, "acknowledged": 9},
            {"client": 8, "first": 0, "typed": 4, "seen": 4, "acknowledged": 4},
        ],
    }
    found = compare(typed, {"problems": [], "clocks": {"7": 8}})
    assert found["typed"] == 14
    assert (found["seen"], found["seen_lost"]) == (8 + 4, 3 + 4)
    assert (found["acknowledged"], found["acknowledged_lost"]) == (6 + 4, 1 + 4)
    assert found["kills_with_loss"] == 1
    kept = compare(typed, {"problems": [], "clocks": {"7": 13, "8": 4}})
    assert (kept["seen_lost"], kept["acknowledged_lost"], kept["kills_with_loss"]) == (0, 0, 0)


def test_ratio_is_to_the_best_peer_and_what_failed_is_said() -> None:
    def run(last: float | None, *problems: str) -> dict[str, object]:
        figures = {"last_ms": last, "median_ms": 1.0, "server_cpu_s": 0.5, "bytes_per_joiner": 1e5}
        return {"problems": problems, "foreign_share": 0.0, "generator_busy": 0.1, **figures}

    runs = {"ours": [run(500), run(900), run(600)], "one": [run(1000)], "other": [run(None, "3 did not join")]}
    table = medians(runs, JOIN_STORM)
    assert "| the last has the text, ms | 600 (500–900) | 1\N{NARROW NO-BREAK SPACE}000 | inf | **0.60** |" in table
    assert "- other, run 1: 3 did not join" in table
