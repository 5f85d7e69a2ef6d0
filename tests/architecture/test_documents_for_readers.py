"""What the documents point at is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, files, name

_WRITTEN = [*files(".md", within=("docs",)), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
#: `app/collab/room.py`, or with a place in it: `app/collab/room.py:Room`, `app/collab/room.py::commit`.
_FILE = re.compile(r"`((?:app|frontend|migrations|tests|bench|bin|deploy|docs|\.ci)/[\w./-]*)(?:::?\w+)?`")


@pytest.mark.parametrize("path", _WRITTEN, ids=name)
def test_files_named_in_the_text_exist(path: Path) -> None:
    text = path.read_text()
    assert not {there for there in _FILE.findall(text) if not (ROOT / there).exists()}


@pytest.mark.parametrize("path", _WRITTEN, ids=name)
def test_links_and_pictures_lead_to_files(path: Path) -> None:

    linked = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|<img[^>]+src=\"([^\"]+)\"|srcset=\"([^\"]+)\"", path.read_text())
    targets = {target for group in linked for target in group if target and not re.match(r"[a-z]+:", target)}
    assert not {target for target in targets if not (path.parent / target).exists()}


def test_tour_follows_the_code_file_by_file() -> None:
    named = set(_FILE.findall((ROOT / "docs/tour.md").read_text()))
    assert len({there for there in named if there.endswith((".py", ".ts", ".html"))}) >= 12


def test_decisions_are_numbered_one_by_one() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    assert [path.read_text().split(".", 1)[0] for path in decisions] == [
        f"# {int(path.name[:4])}" for path in decisions
    ]


def test_decisions_end_with_the_test_that_enforces_them() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    assert decisions
    wrong = {}
    for path in decisions:
        last = path.read_text().rstrip().splitlines()[-1]
        if not any((ROOT / there).exists() for there in _FILE.findall(last)):
            wrong[name(path)] = last
    assert not wrong
