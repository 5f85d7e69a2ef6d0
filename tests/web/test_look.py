"""The colours can be read, the drawings exist, and the components are written down."""

import re
from pathlib import Path

import pytest

from app.web.pages import templates
from tests.architecture.sources import APP, ROOT, files

_TOKENS = (ROOT / "frontend/styles/tokens.css").read_text()
_LIGHT, _DARK = (
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", part))
    for part in _TOKENS.split("@media (prefers-color-scheme: dark)")
)
_THEMES = {"light": _LIGHT, "dark": {**_LIGHT, **_DARK}}
_GROUNDS = ("paper", "sheet", "sunken")
_TONES = ("accent", "info", "success", "warning", "error")

_TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft") for ground in (*_GROUNDS, *[f"{tone}-soft" for tone in _TONES])],
    *[("accent", ground) for ground in ("paper", "sheet", "accent-soft")],
    *[(tone, f"{tone}-soft") for tone in _TONES],
    *[("error", ground) for ground in ("paper", "sheet")],
    *[("on-accent", ground) for ground in ("accent", "accent-strong")],
    *[("on-person", f"person-{color}") for color in range(8)],
    ("ink", "mark"),
    ("paper", "ink"),
]
_EDGES = [
    *[("line-strong", ground) for ground in ("paper", "sheet")],
    *[("focus", ground) for ground in _GROUNDS],
    *[(f"person-{color}", ground) for color in range(8) for ground in ("paper", "sheet")],
]


def luminance(color: str) -> float:
    """WCAG 2.2, relative luminance of `#rrggbb`."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", _THEMES)
@pytest.mark.parametrize(("text", "ground"), _TEXT)
def test_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    assert contrast(_THEMES[theme][text], _THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", _THEMES)
@pytest.mark.parametrize(("edge", "ground"), _EDGES)
def test_edges_of_controls_can_be_seen(theme: str, edge: str, ground: str) -> None:
    assert contrast(_THEMES[theme][edge], _THEMES[theme][ground]) >= 3


def _drawn() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (APP / "web/static/icons.svg").read_text()))


def _named(path: Path) -> set[str]:
    """The drawings that a template asks for by their name."""
    text = path.read_text()
    direct = re.findall(r'\bicon\("([\w-]+)"\)|icon_name="([\w-]+)"|icons\.svg"\) }}#([\w-]+)', text)
    return {name for found in direct for name in found if name}


def test_every_drawing_that_is_asked_for_exists() -> None:
    asked = {path.name: _named(path) - _drawn() for path in files(".html", within=("app",))}
    assert sum(len(_named(path)) for path in files(".html", within=("app",))) > 10
    assert not {name: missing for name, missing in asked.items() if missing}


@pytest.mark.parametrize("macro", ["motion_status", "co_signature_state", "demand_pair"])
def test_every_state_has_a_drawing(macro: str) -> None:
    text = (APP / "web/templates/components.html").read_text()
    body = text.split(f"macro {macro}(")[1].split("endmacro")[0]
    drawings = re.findall(r'"[\w-]+": \(_\(".*?"\), "[\w-]+", "([\w-]+)"\)', body)
    assert drawings
    assert set(drawings) <= _drawn()


def test_every_component_is_written_down() -> None:
    module = templates.get_template("web/components.html").module
    macros = {name for name in dir(module) if not name.startswith("_")}
    assert macros
    table = (ROOT / "docs/design-system.md").read_text().split("## Components")[1]
    written = set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `")))
    )
    assert written == macros
