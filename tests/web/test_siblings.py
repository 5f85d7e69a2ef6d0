"""The metrics of several worker processes, whichever of them is asked."""

import asyncio
import os
import socket
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from app.web.siblings import Siblings, together

FIRST = """# HELP verkstad_visits_total How often somebody came
# TYPE verkstad_visits_total counter
verkstad_visits_total{door="front"} 2.0
# HELP verkstad_wait_seconds How long they waited
# TYPE verkstad_wait_seconds histogram
verkstad_wait_seconds_bucket{le="1.0"} 1.0
verkstad_wait_seconds_bucket{le="+Inf"} 2.0
verkstad_wait_seconds_count 2.0
verkstad_wait_seconds_sum 9.5
"""


def counted(text: bytes) -> dict[tuple[str, str], float]:
    """(worker, name) → value, of what has no other labels or one."""
    families = text_string_to_metric_families(text.decode())
    return {(each.labels["worker"], each.name): each.value for family in families for each in family.samples}


def test_each_sample_says_whose_it_is_and_each_metric_stands_together() -> None:
    text = together({"7": FIRST, "9": FIRST.replace("2.0", "5.0")})
    assert counted(text)["7", "verkstad_visits_total"] == 2
    assert counted(text)["9", "verkstad_visits_total"] == 5
    assert counted(text)["9", "verkstad_wait_seconds_sum"] == 9.5
    assert text.decode().count("# TYPE") == 2


async def test_whoever_is_asked_tells_what_all_count_and_passes_over_the_dead(tmp_path: Path) -> None:
    one = Siblings(tmp_path)
    await one.start()

    async def other(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(FIRST.encode())
        writer.close()

    second = await asyncio.start_unix_server(other, tmp_path / "2.sock")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "3.sock"))
    try:
        found = counted(await one.metrics())
    finally:
        second.close()
        await one.close()
    assert found["2", "verkstad_visits_total"] == 2
    assert {worker for worker, _ in found} == {"2", str(os.getpid())}
    assert not (tmp_path / f"{os.getpid()}.sock").exists()


async def test_one_alone_says_no_worker() -> None:
    alone = Siblings(None)
    await alone.start()
    assert b"worker=" not in await alone.metrics()
    await alone.close()
