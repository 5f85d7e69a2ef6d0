"""A second reading of a motion, written from the editor's own JSON and not from the server's code: what a browser
shows, against which the server's reading is held."""

import re
import unicodedata
from typing import Any

Cells = tuple[tuple[str, frozenset[str]], ...]
"""Each character with its marks."""

Line = tuple[str, int, Cells]
"""(kind, level, text)."""


def title(json: dict[str, Any]) -> str:
    return unicodedata.normalize("NFC", " ".join(json["title"].split()))


def body(json: dict[str, Any]) -> list[Line]:
    lines: list[Line] = []
    _blocks(json["body"].get("content", []), None, 0, lines)
    return [line for line in lines if line[2]]


def demands(json: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for demand in json["demands"]:
        paragraphs = ("".join(character for character, _ in _words(node)) for node in demand["text"].get("content", []))
        text = unicodedata.normalize("NFC", " ".join(" ".join(paragraphs).split()))
        while match := re.match(r"att(\s+|$)", text, re.IGNORECASE):
            text = text[match.end() :]
        if text and not demand["struck"]:
            found.append((demand["id"], f"att {text}"))
    return found


def _blocks(nodes: list[dict[str, Any]], kind: str | None, level: int, lines: list[Line]) -> None:
    for node in nodes:
        inside = node.get("content", [])
        if node["type"] in {"bullet_list", "ordered_list"}:
            own = node["type"].removesuffix("_list")
            _items(inside, own, level + 1 if kind in {"bullet", "ordered"} else 0, lines)
        elif node["type"] == "blockquote":
            _blocks(inside, kind or "quote", level, lines)
        elif kind:
            lines.append((kind, level if kind != "quote" else 0, _words(node)))
        elif node["type"] == "heading":
            lines.append(("heading", 3 if node["attrs"]["level"] >= 3 else 2, _words(node)))
        else:
            lines.append(("paragraph", 0, _words(node)))


def _items(items: list[dict[str, Any]], kind: str, level: int, lines: list[Line]) -> None:
    for item in items:
        together: list[Cells] = []
        for node in item.get("content", []):
            if node["type"] in {"paragraph", "heading"}:
                together.append(_words(node))
            else:
                lines.append((kind, level, _joined(together)))
                together = []
                _blocks([node], kind, level, lines)
        lines.append((kind, level, _joined(together)))


def _words(node: dict[str, Any]) -> Cells:
    lines: list[list[tuple[str, frozenset[str]]]] = [[]]
    for child in node.get("content", []):
        if child["type"] == "hard_break":
            lines.append([])
        else:
            marks = frozenset(mark["type"] for mark in child.get("marks", []))
            lines[-1] += [(character, marks) for character in child["text"]]
    return _joined([_trimmed(line) for line in lines])


def _trimmed(cells: list[tuple[str, frozenset[str]]]) -> Cells:
    full = [i for i, (character, _) in enumerate(cells) if not character.isspace()]
    return tuple(cells[full[0] : full[-1] + 1]) if full else ()


def _joined(lines: list[Cells]) -> Cells:
    out: list[tuple[str, frozenset[str]]] = []
    for line in filter(None, lines):
        out += [("\n", frozenset()), *line] if out else line
    return tuple(out)
