"""The bench of typing beside matching: it counts confirmed keystrokes, and its server really goes without matching."""

from pathlib import Path

from bench.matching_typing import Typing, Workshop, table

REAL_TIME = True


def test_every_keystroke_is_confirmed_by_a_server_without_matching(tmp_path: Path) -> None:
    found: list[dict[str, object]] = []

    class Asked(Workshop):
        def kill(self) -> None:
            with self.client() as client:
                text = {"title": "En titel", "body": client.get("/api/v1/motions").text[:2000]}
                found.extend(client.post("/api/v1/match", json=text).raise_for_status().json()["results"])
            super().kill()

    typing = Typing(motions=2, held=5, rate=20, warmup=0.2, duration=0.5)
    got = typing(Asked(tmp_path, "without", matches=False, asks=True))
    assert not got["problems"]
    assert got["keystrokes"] > 5
    assert 0 < got["p50_ms"] <= got["p99_ms"]
    assert got["answers"] > 0
    assert found == []
    assert "| p95, ms |" in table({"without": [got]})
