"""How quick and how large the matching engine is, on motions that are made up by rule.

    python -m bench matching-speed
    python bench/matching_speed.py 1000 10000 100000      other sizes

Each size is measured in a process of its own, on one thread, in seconds of the processor: what else the machine does
then matters little. Memory is what the process has grown by at the most, the building included. The motions are some
2,200 letters long, in a vocabulary that grows with their number as that of real texts does (Zipf's law, compounds made
of some 400 roots), on one matter for each four motions. They measure time and memory; they can say nothing of quality.
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.matching.cards import Demand, MotionCard, Query
from app.matching.engine import Engine

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
QUICK = (200,)
QUERIES = 200
CHANGES = 50
_ONSETS = [
    "b",
    "br",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sk",
    "sp",
    "st",
    "t",
    "v",
]
_RIMES = [
    "al",
    "and",
    "ar",
    "eg",
    "ek",
    "el",
    "er",
    "id",
    "il",
    "ing",
    "irk",
    "ok",
    "ol",
    "ond",
    "ork",
    "ur",
    "yr",
    "ås",
]
_ENDINGS = ("", "en", "ar", "arna", "et", "er", "a", "ade", "s")
_GLUE = ["och", "att", "som", "det", "i", "på", "för", "av", "med", "är", "har", "kan", "ska", "till", "om", "vi", "så"]


class Writer:
    """Writes motions; the same seed writes the same ones."""

    def __init__(self, motions: int) -> None:
        self._random = random.Random(1)  # noqa: S311 - it writes texts, it guards nothing
        roots = [onset + rime for onset in _ONSETS for rime in _RIMES]
        self._random.shuffle(roots)
        self._roots = roots[:400]
        self._matters = max(motions // 4, 1)
        self._rare = 20 * motions**0.5
        self._stems: dict[int, tuple[str, list[str]]] = {}

    def _word(self) -> str:
        # Zipf: the n-th most common of all words is about 1/n as common as the first.
        stem, endings = self._stem_of(int(self._rare ** self._random.random() * 20))
        return stem + self._random.choice(endings)

    def _stem_of(self, rank: int) -> tuple[str, list[str]]:
        """The stem of the word that is so common, and its endings; always the same."""
        if rank not in self._stems:
            chosen = random.Random(rank)  # noqa: S311 - as above
            parts = 1 if rank < 200 else chosen.choice((1, 2, 2, 3))
            stem = "s".join(chosen.choice(self._roots) for _part in range(parts))
            self._stems[rank] = stem, chosen.sample(_ENDINGS, 2)
        return self._stems[rank]

    def _matter_word(self, matter: int) -> str:
        chosen = random.Random(f"{matter} {self._random.randrange(12)}")  # noqa: S311 - as above
        return chosen.choice(self._roots) + chosen.choice(self._roots) + self._random.choice(_ENDINGS)

    def _sentence(self, matter: int, words: int) -> str:
        said = []
        for _word in range(words):
            dice = self._random.random()
            said.append(
                self._random.choice(_GLUE) if dice < 0.4 else self._matter_word(matter) if dice < 0.5 else self._word()
            )
        return " ".join(said).capitalize() + "."

    def motion(self, number: int) -> MotionCard:
        matter = number % self._matters
        demands = (f"att {self._matter_word(matter)} {self._sentence(matter, 8)[:-1].lower()}" for _demand in range(2))
        return MotionCard(
            id=f"m{number}",
            title=f"{self._matter_word(matter).capitalize()} {self._sentence(matter, 3)[:-1].lower()}",
            body="\n".join(" ".join(self._sentence(matter, 14) for _line in range(5)) for _paragraph in range(5)),
            demands=tuple(Demand(str(place), text) for place, text in enumerate(demands)),
        )


def _percentile(seconds: Sequence[float], share: float) -> float:
    return sorted(seconds)[min(int(share * len(seconds)), len(seconds) - 1)] * 1e3


def _timed(engine: Engine, queries: Sequence[Query]) -> list[float]:
    took = []
    for query in queries:
        began = time.process_time()
        engine.rank(query, lambda _id: True, 10)
        took.append(time.process_time() - began)
    return took


def one_size(count: int) -> dict[str, float]:
    """The figures for `count` motions; milliseconds, seconds and mebibytes."""
    writer = Writer(count)
    cards = [writer.motion(number) for number in range(count)]
    letters = sum(len(card.body) for card in cards) / count
    asking = [writer.motion(number) for number in range(count, count + QUERIES)]
    whole = [Query(card.title, card.body, card.demands) for card in asking]
    drafts = [Query(card.title, card.body[:300]) for card in asking]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    engine = Engine(cards)
    built = time.process_time() - began
    engine.rank(whole[0])
    full, draft = _timed(engine, whole), _timed(engine, drafts)
    findable = []
    for card in asking[:CHANGES]:
        began = time.process_time()
        engine.put(card)
        found = engine.rank(Query(card.title, card.body, card.demands), None, 10)
        findable.append(time.process_time() - began)
        assert any(match.id == card.id for match in found)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "letters": letters,
        "built": built,
        "full50": _percentile(full, 0.5),
        "full95": _percentile(full, 0.95),
        "draft50": _percentile(draft, 0.5),
        "draft95": _percentile(draft, 0.95),
        "findable95": _percentile(findable, 0.95),
        "memory": (after - before) / 1024,
    }


def measure(quick: bool) -> str:
    """The growth curve: a table with one line for each size."""
    return table(QUICK if quick else SIZES)


def table(sizes: Sequence[int]) -> str:
    lines = [
        "| motions | letters each | built anew | query p50 / p95 | draft p50 / p95 | changed and found p95 | memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        run = [sys.executable, str(Path(__file__)), "--one", str(size)]
        made = subprocess.run(run, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
        got = json.loads(made.stdout)
        lines.append(
            f"| {size:,} | {got['letters']:,.0f} | {got['built']:.1f} s"
            f" | {got['full50']:.1f} / {got['full95']:.1f} ms | {got['draft50']:.1f} / {got['draft95']:.1f} ms"
            f" | {got['findable95']:.1f} ms | {got['memory']:,.0f} MiB |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one_size(int(sys.argv[2]))))
    else:
        print(table([int(size) for size in sys.argv[1:]] or SIZES))
