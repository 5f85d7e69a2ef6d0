"""`make bench`: measures, prints the tables and writes each into bench/results/.

python -m bench                 everything
python -m bench live pages      those whose name is or begins so: live-plenary and the others of live text, and pages
MOTIONS=file python -m bench matching-ranking    on other motions than the small set of the tests
python -m bench --quick live    smaller and once, to see that it runs; prints the table and keeps nothing
"""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from app.kit import clock
from bench import editor, lighthouse, matching, matching_speed, matching_typing, pages, searching
from bench.live.measure import MEASURES

#: What is measured; each is told whether it should be quick rather than right.
BENCHES: dict[str, Callable[[bool], str]] = {
    "matching-speed": matching_speed.measure,
    "matching-typing": matching_typing.measure,
    "matching-ranking": lambda _quick: matching.measure(os.environ.get("MOTIONS")),
    "pages": lambda _quick: pages.measure(),
    "searching": searching.measure,
    "editor": editor.measure,
    "lighthouse": lighthouse.measure,
    **MEASURES,
}
RESULTS = Path(__file__).parent / "results"


def machine() -> str:
    """What the figures were measured on, and when: without it they say nothing."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return (
        f"{clock.now():%Y-%m-%d %H:%M} UTC on {os.cpu_count()} cores{f' ({model[1]})' if model else ''}, "
        f"{platform.machine()}, Python {platform.python_version()}, commit {commit.stdout.strip() or 'unknown'}; "
        f"load before {os.getloadavg()[0]:.1f}"
    )


def main() -> int:
    words = sys.argv[1:]
    quick = "--quick" in words
    wanted = [word for word in words if word != "--quick"]
    meant = {word: {word} & BENCHES.keys() or {name for name in BENCHES if name.startswith(word)} for word in wanted}
    if unknown := [word for word, names in meant.items() if not names]:
        print(f"there is no bench called {unknown[0]}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    chosen = [name for name in BENCHES if not wanted or any(name in names for names in meant.values())]
    for name in chosen:
        conditions = machine()
        table = f"{BENCHES[name](quick).rstrip()}\n\nMeasured {conditions}.\n"
        print(table)
        if not quick:
            RESULTS.mkdir(exist_ok=True)
            (RESULTS / f"{name}.md").write_text(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
