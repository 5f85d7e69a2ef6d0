"""How long the list of motions takes to answer a search, with ten thousand motions in an embedded database.

    make bench BENCH=searching

The server is started as anybody would start it, and asked for the page as a browser does when somebody types: one
request after another, each with other words. The motions are those of `bench/matching_speed.py`, made up by rule.
Beside the time on the clock stands what the server's threads had of the processor: other work interferes less with it.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import httpx

from app.kit.db import Database, sqlite_url
from app.matching.words import telling
from app.people.actions import open_session
from app.people.queries import person_by_email
from app.people.routes import SESSION_COOKIE
from bench.matching_speed import Writer
from tests.servers import Served

MOTIONS, QUICK = 10_000, 300
ASSOCIATIONS = 100
#: Searches of each kind.
EACH = 20
#: Motions that are taken in by one command, and how long their index may take to build, in seconds.
TAKEN_IN = 2_000
BUILDING = 600.0
WHO = "bench@example.org"


def measure(quick: bool) -> str:
    """A table: kind of search, motions found, median and 95th percentile, on the clock and of the processor."""
    count = QUICK if quick else MOTIONS
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder), "serve")
        writer = Writer(count)
        said = fill(served, writer, count)
        served.start(BUILDING)
        try:
            cookies = {SESSION_COOKIE: asyncio.run(_session(served))}
            with httpx.Client(base_url=served.url, cookies=cookies, timeout=120) as client:
                rows = [_row(kind, words, client, served.pid) for kind, words in searches(said).items()]
        finally:
            served.stop()
    head = f"| search among {count:,} motions | found, median | median / 95 %, ms | of the processor, ms |\n"
    return head + "|---|---|---|---|\n" + "".join(rows)


def fill(served: Served, writer: Writer, count: int) -> Counter[str]:
    """Takes in so many motions; returns in how many of them each word stands."""
    said: Counter[str] = Counter()
    served.run("migrate")
    served.run("user", "add", WHO, "--name", "Bench", "--admin")
    for first in range(0, count, TAKEN_IN):
        places = range(first, min(first + TAKEN_IN, count))
        file = served.folder / f"motions-{first}.jsonl"
        with file.open("w") as lines:
            for place in places:
                card = writer.motion(place)
                demands = [demand.text for demand in card.demands]
                said.update(set(telling("\n".join([card.title, card.body, *demands]))))
                row = {"id": card.id, "title": card.title, "body": card.body, "demands": demands}
                lines.write(json.dumps({**row, "association": f"Förening {place % ASSOCIATIONS}"}) + "\n")
        served.run("import", "motions", str(file), "--call", "Kongressen")
    return said


async def _session(served: Served) -> str:
    database = Database(sqlite_url(served.folder / "data"))
    async with database.writing() as session:
        person = await person_by_email(session, WHO)
        assert person is not None
        token = await open_session(session, person.id)
    await database.close()
    return token


def searches(said: Counter[str]) -> dict[str, list[dict[str, str]]]:
    """What is asked, by kind."""
    by_frequency = [word for word, _count in said.most_common()]
    common, middle = by_frequency[:EACH], by_frequency[1_000 : 1_000 + EACH]
    rare = list(islice((word for word, motions in said.items() if motions == 1), EACH))
    pairs: Iterator[tuple[str, str]] = zip(common, middle, strict=False)
    return {
        "nothing sought, the first page": [{}] * EACH,
        "one of the most common words": [{"q": word} for word in common],
        "a common word": [{"q": word} for word in middle],
        "a word of one motion": [{"q": word} for word in rare],
        "two words": [{"q": " ".join(pair)} for pair in pairs],
        "five common words": [{"q": " ".join(common[n : n + 5])} for n in range(EACH)],
        "the beginning of a word": [{"q": word[:3]} for word in middle],
        "an association": [{"q": f"förening {word}"} for word in middle],
        "a common word, the latest first": [{"q": word, "sort": "date"} for word in common],
        "a year, which the index does not hold": [{"q": str(2_000 + n)} for n in range(EACH)],
    }


def _row(kind: str, asked: Sequence[dict[str, str]], client: httpx.Client, pid: int) -> str:
    took, worked, found = [], [], []
    for params in asked:
        began, before = time.perf_counter(), _processor_time(pid)
        answer = client.get("/motions", params=params, headers={"hx-request": "true"}).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
        worked.append(_processor_time(pid) - before)
        told = answer.text.partition('role="status">')[2].partition("<")[0]
        found.append(int("".join(sign for sign in told if sign.isdigit()) or 0))
    return f"| {kind} | {statistics.median(found):,.0f} | {_spread(took)} | {_spread(worked)} |\n"


def _processor_time(pid: int) -> float:
    """Milliseconds that the threads of a process have run."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.1f} / {statistics.quantiles(times, n=20)[-1]:.1f}"
