"""The project's own files, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"

_ROOMS = ("app", "tests", "migrations", "bench", "bin", "frontend", "docs", "deploy")
_MADE = {"node_modules", "build", "__pycache__", "fonts", "results"}


def files(*endings: str, within: tuple[str, ...] = _ROOMS) -> list[Path]:
    """The files written by hand whose names end so, in a fixed order."""
    everything = (path for room in within for path in (ROOT / room).rglob("*"))
    return sorted(
        path
        for path in everything
        if path.is_file() and path.name.endswith(endings) and not _MADE.intersection(path.relative_to(ROOT).parts)
    )


def name(path: Path) -> str:
    """The path from the top of the project."""
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call in a Python file, with the last part of what is called: `pages.render(…)` gives "render"."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=called) | ast.Attribute(attr=called):
                    yield called, node
