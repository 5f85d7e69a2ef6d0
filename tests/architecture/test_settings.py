"""Every setting is documented, and every documented setting exists."""

import re
from dataclasses import MISSING, fields

from app.settings import PREFIX, Settings
from tests.architecture.sources import ROOT, files, name

_NAMES = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)}
_MENTION = re.compile(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b")


def test_every_setting_is_documented_in_a_row_of_its_own() -> None:
    rows = re.findall(rf"^\|\s*`({PREFIX}\w+)`\s*\|(.*)\|\s*$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    assert sorted(setting for setting, _ in rows) == sorted(_NAMES)
    assert all(len(rest.rpartition("|")[2].split()) >= 3 for _, rest in rows), (
        "each row ends with what the setting does"
    )


def test_documented_defaults_are_those_of_the_code() -> None:
    text = (ROOT / "docs/settings.md").read_text()
    documented = dict(re.findall(rf"^\|\s*`({PREFIX}\w+)`\s*\|([^|]*)\|", text, re.MULTILINE))
    wrong = {}
    for field in fields(Settings):
        if field.default is MISSING:
            continue
        shown = (
            f"`{str(field.default).lower() if field.default is False else field.default}`"
            if field.default != ""
            else "–"
        )
        if shown not in documented.get(f"{PREFIX}{field.name.upper()}", ""):
            wrong[field.name] = shown
    assert not wrong


def test_no_text_names_a_setting_that_does_not_exist() -> None:
    mentioned: dict[str, set[str]] = {}
    written = [
        *files(".md", ".yml", ".sh", within=("docs", "deploy", "bin")),
        *(ROOT / top for top in ("README.md", "CONTRIBUTING.md", "Makefile", "Dockerfile", "docker-compose.yml")),
    ]
    for path in written:
        for setting in _MENTION.findall(path.read_text()):
            mentioned.setdefault(setting, set()).add(name(path))
    assert not {setting: where for setting, where in mentioned.items() if setting not in _NAMES}
