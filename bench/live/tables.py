"""What each scenario shows of each server, as medians of several runs, and as a ratio to the best peer."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.live.generator import Found

#: The figures of each run, by the server's name. The first server is ours.
Runs = dict[str, list[Found]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A row: what it is called, where it is found, how it is written. Less is better where it is `compared`."""

    name: str
    of: Callable[[Found], float]
    digits: int = 0
    compared: bool = False

    def write(self, value: float) -> str:
        return f"{value:,.{self.digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def of(key: str, factor: float = 1) -> Callable[[Found], float]:
    """The figure of that key; one that is missing is beyond all bounds."""
    return lambda found: float("inf") if found[key] is None else found[key] * factor


CPU = Figure("server CPU, s", of("server_cpu_s"), 2, compared=True)
FOREIGN = Figure("other work on the machine, % of a core", of("foreign_share", 100))
BUSY = Figure("generator busy, %", of("generator_busy", 100))

PLENARY = [
    Figure("delivered, %", of("delivered", 100), 2),
    Figure("server CPU, µs per delivered keystroke", of("cpu_us_per_delivery"), 1, compared=True),
    Figure("latency p50, ms", of("p50_ms"), 1),
    Figure("latency p95, ms", of("p95_ms"), 1),
    Figure("latency p99, ms", of("p99_ms"), 1),
    Figure("kB per reader and second", of("bytes_per_reader_s", 0.001), 1),
    Figure("frames per reader and second", of("frames_per_reader_s"), 0),
    Figure("server memory, MB", of("memory_mb"), 0),
    FOREIGN,
    BUSY,
]

JOIN_STORM = [
    Figure("the last has the text, ms", of("last_ms"), 0, compared=True),
    Figure("each waits, median, ms", of("median_ms"), 1),
    CPU,
    Figure("kB per joiner", of("bytes_per_joiner", 0.001), 0),
    FOREIGN,
    BUSY,
]


def medians(runs: Runs, figures: Sequence[Figure]) -> str:
    """Medians with the range in brackets; the last column is ours divided by the best of the others."""
    ours, *others = runs
    lines = [
        f"| | {' | '.join(runs)} |{' ours / best peer |' if others else ''}",
        "|---" * (len(runs) + bool(others) + 1) + "|",
    ]
    for figure in figures:
        values = {name: [figure.of(found) for found in founds] for name, founds in runs.items()}
        cells = [_cell(figure, values[name]) for name in runs]
        if others and figure.compared:
            best = min(statistics.median(values[name]) for name in others)
            cells.append(f"**{statistics.median(values[ours]) / best:.2f}**" if best else "–")
        elif others:
            cells.append("")
        lines.append(f"| {figure.name} | {' | '.join(cells)} |")
    whole = "" if _problems(runs) else "\nIn every run all documents were the same in the end.\n"
    return "\n".join(lines) + f"\n{_problems(runs)}{whole}"


def losses(runs: Runs) -> str:
    """Keystrokes over all kills, and what of them was gone afterwards."""
    lines = ["| | " + " | ".join(runs) + " |", "|---" * (len(runs) + 1) + "|"]

    def total(founds: list[Found], key: str) -> int:
        return sum(found[key] for found in founds)

    def row(name: str, key: str, nothing: str = "0") -> None:
        cells = [str(total(founds, key) or nothing) for founds in runs.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")

    row("kills", "kills")
    row("keystrokes typed", "typed")
    row("seen by somebody else", "seen")
    row("seen, then lost", "seen_lost", "**0**")
    row("most of them in one kill", "worst")
    row("acknowledged to the typist", "acknowledged", "does not acknowledge")
    row("acknowledged, then lost", "acknowledged_lost", "0")
    row("kills that lost anything", "kills_with_loss", "**0**")
    return "\n".join(lines) + f"\n{_problems(runs)}"


def _cell(figure: Figure, values: list[float]) -> str:
    middle = figure.write(statistics.median(values))
    low, high = figure.write(min(values)), figure.write(max(values))
    return middle if low == high else f"{middle} ({low}–{high})"


def _problems(runs: Runs) -> str:
    """What went wrong: figures of a run that failed are no figures."""
    said = [
        f"- {name}, run {number}: {problem}"
        for name, founds in runs.items()
        for number, found in enumerate(founds, 1)
        for problem in found["problems"]
    ]
    return "\n".join(["", "What went wrong:", "", *said, ""]) if said else ""
