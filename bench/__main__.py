"""`make bench`: measures, prints the tables and writes each beside its script.

python -m bench           everything
python -m bench pages     one of them
"""

import os
import platform
import sys
from pathlib import Path

from bench import matching_speed, pages

BENCHES = {"matching_speed": matching_speed.measure, "pages": pages.measure}


def machine() -> str:
    """What the figures were measured on: without it they say nothing."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def main() -> int:
    chosen = sys.argv[1:] or list(BENCHES)
    for name in chosen:
        if name not in BENCHES:
            print(f"there is no bench called {name}; there are: {', '.join(BENCHES)}", file=sys.stderr)
            return 2
        table = f"{BENCHES[name]()}\nMeasured on {machine()}.\n"
        print(table)
        Path(__file__).with_name(f"{name}.md").write_text(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
