"""Imports point one way, and files are named for what they hold and stay small enough to read."""

import re
import subprocess
import sys

from tests.architecture.sources import ROOT, files, name

#: Files that may pass 400 lines, each with its reason.
LONG: dict[str, str] = {
    "frontend/styles/components.css": "one short rule after the other, found by its name",
    "tests/collab/test_hub.py": "all that the hub promises, on one stage",
}

_SAYS_NOTHING = re.compile(r"(?i)(^|_)(utils?|helpers?|managers?)($|_)|[a-z](Utils?|Helpers?|Managers?)$")
#: Fine as words in a sentence, not as the name of a place where things are put.
_SAYS_NOTHING_OF_A_PLACE = re.compile(r"(?i)^(misc|common|shared|stuff)$")


def test_imports_point_one_way() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-logo",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_a_floor() -> None:
    """A package that no layer names would escape the import rules."""
    settled = (ROOT / "pyproject.toml").read_text().partition("layers = [")[2].partition("]")[0]
    named = set(re.findall(r"\w+", settled))
    rooms = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    rooms |= {path.stem for path in (ROOT / "app").glob("*.py") if path.stem != "__init__"}
    assert not rooms - named


def test_files_stay_short_enough_to_read() -> None:
    long = {
        name(path): lines
        for path in files(".py", ".ts", ".mjs", ".html", ".css")
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not {path: lines for path, lines in long.items() if path not in LONG}
    assert set(LONG) <= set(long), "an exception that is no longer needed"


def test_names_say_what_a_thing_is() -> None:
    named: set[str] = set()
    for path in files(".py", ".ts", ".html", ".css"):
        places = (*path.relative_to(ROOT).parts[:-1], path.stem)
        empty = [part for part in places if _SAYS_NOTHING.search(part) or _SAYS_NOTHING_OF_A_PLACE.search(part)]
        if path.suffix == ".py":
            defined = re.findall(r"^\s*(?:class|(?:async )?def) (\w+)", path.read_text(), re.MULTILINE)
            empty += [word for word in defined if _SAYS_NOTHING.search(word)]
        named |= {f"{name(path)}: {word}" for word in empty}
    assert not named
