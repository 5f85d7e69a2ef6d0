"""How long the server takes to answer for a page, with the demo's motions in an embedded database."""

import re
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.servers import Served

ALONE = 60
TOGETHER = 160
PEOPLE = 8


def measure() -> str:
    """A table: each page's size, median and 95th percentile alone, and with eight people asking at once."""
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder), "demo")
        served.start()
        try:
            with httpx.Client(base_url=served.url, follow_redirects=True, timeout=30) as client:
                _sign_in(client, served)
                rows = [_row(name, path, client) for name, path in _pages(client).items()]
        finally:
            served.stop()
    head = "| page | kB | median, ms | 95 %, ms | 8 at once: a second | 95 %, ms |\n|---|---|---|---|---|---|\n"
    return f"# Answering for a page\n\n{head}{''.join(rows)}"


def _sign_in(client: httpx.Client, served: Served) -> None:
    link = re.search(rf"{re.escape(served.url)}(/sign-in/\S+)", served.log.read_text())
    assert link is not None
    client.post(link[1]).raise_for_status()


def _pages(client: httpx.Client) -> dict[str, str]:
    home = client.get("/home").text
    motion = _first(r"/motions/[0-9a-f-]{36}", home)
    return {
        "to do": "/home",
        "motions": "/motions",
        "call": _first(r"/calls/[0-9a-f-]{36}", home),
        "a motion": motion,
        "what resembles it": f"{motion}/suggestions",
        "those behind it": f"{motion}/co-signatures",
        "PDF": f"{motion}/export.pdf",
        "Word": f"{motion}/export.docx",
    }


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found[0]


def _row(name: str, path: str, client: httpx.Client) -> str:
    headers = {"hx-request": "true"} if path.endswith("suggestions") else {}

    def ask() -> httpx.Response:
        return client.get(path, headers=headers).raise_for_status()

    size = len(ask().content)
    alone = [_timed(ask) for _ in range(ALONE)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as people:
        together = list(people.map(lambda _: _timed(ask), range(TOGETHER)))
    rate = TOGETHER / (time.perf_counter() - begun)
    return (
        f"| {name} | {size / 1000:.1f} | {statistics.median(alone):.1f} | {_late(alone):.1f} "
        f"| {rate:.0f} | {_late(together):.1f} |\n"
    )


def _timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _late(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
