"""Whether one feels matching while writing: keystrokes in many motions at once, with matching and without.

    make bench BENCH=matching-typing

Our own server is started as anybody would start it, with a thousand other motions in its index and an author in each of
forty who types; then the same with matching left out, which no setting can do: this module serves such an application.
In the third kind of run, programs ask besides for what resembles each motion, as its open page does when something has
changed. All texts are open to members, so that each pause in the writing has the index take them in.
"""

import asyncio
import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx

from app import cli
from app.kit.db import Database
from app.matching import wiring
from app.matching.feed import Feed
from bench.live import generator
from bench.live.generator import Found
from bench.live.measure import interleaved
from bench.live.servers import Server, Verkstad
from bench.matching_speed import Writer

RUNS = 3
#: Seconds between two times that each open page asks.
ASKED_EVERY = 5.0
CALL = "Kongressen"
ROWS = {
    "keystrokes": ("keystrokes", 1, 0),
    "from key to *sparat*, p50, ms": ("p50_ms", 1, 1),
    "p95, ms": ("p95_ms", 1, 1),
    "p99, ms": ("p99_ms", 1, 1),
    "server CPU, s": ("server_cpu_s", 1, 2),
    "other work on the machine, % of a core": ("foreign_share", 100, 0),
    "generator busy, %": ("generator_busy", 100, 0),
}


class Workshop(Verkstad):
    """Our server, with matching or without, and whose pages may ask for what resembles them."""

    def __init__(self, folder: Path, name: str, *, matches: bool = True, asks: bool = False) -> None:
        super().__init__(folder)
        self.name = name
        self.asks = asks
        self._matches = matches
        self._motions: list[str] = []

    def command(self) -> Sequence[str | Path]:
        if self._matches:
            return super().command()
        return [sys.executable, "-m", "bench.matching_typing", "serve", "--host", "127.0.0.1", "--port", str(self.port)]

    def fill(self, motions: int) -> None:
        """Before it is started: takes in so many motions that nobody writes in."""
        writer, file = Writer(motions), self.folder / "motions.jsonl"
        cards = (writer.motion(number) for number in range(motions))
        rows = [
            {"id": card.id, "title": card.title, "body": card.body, "demands": [each.text for each in card.demands]}
            for card in cards
        ]
        lines = [json.dumps(row | {"association": f"Förening {place % 50}"}) for place, row in enumerate(rows)]
        file.write_text("\n".join(lines))
        self.run("migrate")
        self.run("import", "motions", str(file), "--call", CALL)

    def rooms(self, count: int) -> list[str]:
        writer = Writer(10 * count)
        made = []
        with self.client() as client:
            for number in range(count):
                card = writer.motion(number)
                demands = [each.text for each in card.demands]
                motion = {"title": card.title, "body": card.body, "demands": demands, "visibility": "text"}
                made.append(client.post("/api/v1/motions", json=motion | {"call": CALL}).raise_for_status().json())
        self._motions = [each["id"] for each in made]
        return [each["document_id"] for each in made]

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {self.token}"}, timeout=30)

    @contextmanager
    def asking(self) -> Iterator[list[int]]:
        """Meanwhile programs ask; yields a list in which each answer is counted."""
        done, answers = Event(), list[int]()

        def ask(motions: Sequence[str]) -> None:
            with self.client() as client:
                while not done.is_set():
                    for motion in motions:
                        answers.append(client.get(f"/api/v1/motions/{motion}/similar").raise_for_status().status_code)
                        if done.wait(ASKED_EVERY / len(motions)):
                            return

        with ThreadPoolExecutor(2) as people:
            asked = [people.submit(ask, self._motions[half::2]) for half in range(2)] if self.asks else []
            try:
                yield answers
            finally:
                done.set()
        for each in asked:
            each.result()


@dataclass(frozen=True, slots=True)
class Typing:
    """One types in each of so many motions, while `held` others are in the index; keystrokes a second, and seconds."""

    motions: int = 40
    held: int = 1_000
    rate: float = 3
    warmup: float = 4
    duration: float = 12

    def __call__(self, server: Server) -> Found:
        assert isinstance(server, Workshop)
        server.fill(self.held)
        server.start()
        try:
            rooms = server.rooms(self.motions)
            options = {"rate": self.rate, "warmup": self.warmup, "duration": self.duration}
            with server.asking() as answers:
                found = generator.run("typing", server, rooms, **options)
            return found | {"answers": len(answers)}
        finally:
            server.kill()


def measure(quick: bool) -> str:
    """The table; medians of interleaved runs."""
    times = 1 if quick else RUNS
    scenario = Typing(motions=4, held=50, warmup=0.5, duration=1) if quick else Typing()
    runs = interleaved(
        scenario,
        [
            lambda folder: Workshop(folder, "without matching", matches=False),
            lambda folder: Workshop(folder, "with matching"),
            lambda folder: Workshop(folder, "with matching, pages ask", asks=True),
        ],
        times,
    )
    head = (
        f"# Typing, with matching and without\n\n{scenario.motions} people type {scenario.rate:g} keystrokes a "
        f"second, each in a motion of their own, for {scenario.duration:g} s; {scenario.held:,} other motions are in "
        f"the index. Where pages ask, each does so every {ASKED_EVERY:g} s. Medians of {times} runs that took turns, "
        "with their range in brackets."
    )
    return f"{head}\n\n{table(runs)}"


def table(runs: dict[str, list[Found]]) -> str:
    lines = [f"| | {' | '.join(runs)} |", "|---" * (len(runs) + 1) + "|"]
    for name, (key, factor, digits) in ROWS.items():
        cells = []
        for founds in runs.values():
            values = [found[key] * factor for found in founds]
            middle, low, high = (f"{of:,.{digits}f}" for of in (statistics.median(values), min(values), max(values)))
            cells.append(f"{middle} ({low}–{high})")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    problems = [f"- {name}: {said}" for name, founds in runs.items() for found in founds for said in found["problems"]]
    return "\n".join([*lines, *(["", "What went wrong:", "", *problems] if problems else [])]) + "\n"


class Idle(Feed):
    """In the place of the feed: always ready, and its index empty."""

    def missing(self) -> str | None:
        return None

    async def run(self) -> None:
        await asyncio.Event().wait()


def _without_matching(database: Database, embeddings: str = "") -> Feed:  # noqa: ARG001 - as it is called
    return Idle(database)


if __name__ == "__main__":
    wiring.create_index = _without_matching
    sys.exit(cli.main(sys.argv[1:]))
