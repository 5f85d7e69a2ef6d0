"""The lock files hold what pyproject.toml asks for, every file by its hash, and say nothing of where they were made."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

_LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]


def locked(path: Path) -> dict[str, tuple[str, int]]:
    """Each package of a lock file with its version and how many hashes it has."""
    found: dict[str, tuple[str, int]] = {}
    for part in re.split(r"\n(?=[a-zA-Z0-9])", path.read_text()):
        if match := re.match(r"([\w.-]+)==(\S+)", part):
            found[canonicalize_name(match[1])] = (match[2], part.count("--hash=sha256:"))
    return found


def asked() -> dict[Path, list[Requirement]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    serving = [Requirement(line) for line in project["dependencies"]]
    developing = [Requirement(line) for line in project["optional-dependencies"]["dev"]]
    return {_LOCKS[0]: serving, _LOCKS[1]: serving + developing}


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_lock_has_every_package_that_is_asked_for(path: Path) -> None:
    there = locked(path)
    missing = [
        str(requirement)
        for requirement in asked()[path]
        if canonicalize_name(requirement.name) not in there
        or not requirement.specifier.contains(there[canonicalize_name(requirement.name)][0], prereleases=True)
    ]
    assert not missing, "run: make lock"


@pytest.mark.parametrize("path", _LOCKS, ids=lambda path: path.name)
def test_lock_has_a_hash_for_everything(path: Path) -> None:
    assert not [package for package, (_, hashes) in locked(path).items() if hashes == 0]


def test_both_locks_agree() -> None:
    serving, developing = (locked(path) for path in _LOCKS)
    assert {package: serving[package] for package in serving} == {
        package: developing.get(package) for package in serving
    }


@pytest.mark.parametrize("path", [*_LOCKS, ROOT / "frontend/package-lock.json"], ids=lambda path: path.name)
def test_lock_names_no_host_and_no_folder(path: Path) -> None:
    found = re.findall(r"https?://[^\s\"]+|file:[^\s\"]+|/home/\S+|--find-links\S*|--index-url\S*", path.read_text())
    # npm keeps where a package asks for money; that is not where it comes from.
    lines = [line for line in path.read_text().splitlines() if '"url":' in line or '"funding":' in line]
    assert not [place for place in found if not any(place in line for line in lines)]
