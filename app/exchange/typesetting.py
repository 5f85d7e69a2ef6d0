"""Setting a tagged PDF (PDF/UA-1) with Typst's compiler.

The text goes in as data beside a fixed template, so nothing in a motion can act as markup, and only the fonts inside
the compiler are used, so the page looks the same on every machine.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

_TEMPLATES = Path(__file__).parent / "templates"
_UNSHOWN = re.compile(r'(?:the text|disallowed codepoint) `"((?:[^"\\]|\\.)+)"`')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}|\\(.)")
#: Stands for a character that the fonts lack: PDF/UA allows no empty boxes.
STAND_IN = "□"
# All but Latin and Cyrillic letters and common punctuation, which the compiler's own fonts surely have.
_UNCOMMON = re.compile(rf"[^\n\x20-\u024f\u0400-\u045f\u2010-\u2026{STAND_IN}]")
_ATTEMPTS = 4
# A word this long can't be hyphenated and would run off the paper.
_ENDLESS = re.compile(r"\S{36,}")
_STRETCH = 18
_ZERO_WIDTH_SPACE = "\u200b"
_AS_IT_IS = {"link", "fingerprint", "kind", "square"}


def typeset(template: str, paper: Mapping[str, Any], dated: date) -> bytes:
    """`paper` in the Typst template of that name, as PDF/UA-1. The same paper gives the same bytes.

    A character that the fonts don't have (an emoji, say) is shown as STAND_IN, and the template is told so by
    `paper.missing`.
    """
    data = {**_broken(dict(paper)), "missing": False}
    for _attempt in range(_ATTEMPTS):
        try:
            return _compiled(template, data, dated)
        except typst.TypstError as error:
            unshown = {_unescaped(found) for found in _UNSHOWN.findall(f"{error.message}\n{error.diagnostic}")}
            if not unshown:
                raise
            one = "|".join(map(re.escape, sorted(unshown, key=len, reverse=True)))
            # A family of emoji is one character to its reader: what joins them goes too.
            whole = re.compile(rf"(?:{one})(?:[\u200d\ufe0f]+(?:{one})?)*")
            data = {**_changed(data, whole), "missing": True}
    return _compiled(template, {**_changed(data, _UNCOMMON), "missing": True}, dated)


def _compiled(template: str, data: dict[str, Any], dated: date) -> bytes:
    # A compiler must not be shared between threads; the fonts may be.
    compiler = typst.Compiler(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(data)},
    )
    made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=datetime.combine(dated, time(12), UTC))
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _changed(value: Any, pattern: re.Pattern[str]) -> Any:
    """`value` with STAND_IN for each match in its texts; the addresses behind links stay as they are."""
    return _mapped(value, lambda text: pattern.sub(STAND_IN, text))


def _broken(value: Any) -> Any:
    """`value` with places where its endless words may be broken."""
    return _mapped(value, lambda text: _ENDLESS.sub(_stretches, text))


def _stretches(word: re.Match[str]) -> str:
    return _ZERO_WIDTH_SPACE.join(word[0][start : start + _STRETCH] for start in range(0, len(word[0]), _STRETCH))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {key: item if key in _AS_IT_IS else _mapped(item, change) for key, item in value.items()}
    return value


def _unescaped(shown: str) -> str:
    """The text that the compiler showed in a message, its escapes undone."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], shown)
