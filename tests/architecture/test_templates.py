"""Templates compile, refer to what exists, and hold nothing that the content security policy would refuse."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import meta

from app.web.pages import templates
from tests.architecture.sources import APP, ROOT, calls, files, name

_NAMES = sorted(templates.list_templates(extensions=["html", "txt"]))
_FORBIDDEN = {
    "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "inline style": r"<style|\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=\s*[\"']|hx-on|\bhx-[a-z-]+\s*=\s*[\"']js:|javascript:",
    "unescaped output": r"\|\s*safe\b|autoescape\s+false|Markup\(",
    "something loaded from elsewhere": r"(?:src|srcset|href|action|poster|data)\s*=\s*[\"']?(?:https?:)?//",
}


def source(template: str) -> str:
    text, _, _ = templates.loader.get_source(templates, template) if templates.loader else ("", None, None)
    return text


@pytest.mark.parametrize("template", _NAMES)
def test_template_compiles_and_refers_to_what_exists(template: str) -> None:
    templates.get_template(template)
    referred = meta.find_referenced_templates(templates.parse(source(template)))
    assert not {other for other in referred if other is None or other not in _NAMES}


@pytest.mark.parametrize("template", _NAMES)
@pytest.mark.parametrize("what", _FORBIDDEN)
def test_template_holds_nothing_that_the_policy_refuses(template: str, what: str) -> None:
    found = re.findall(_FORBIDDEN[what], re.sub(r"{#.*?#}", "", source(template), flags=re.DOTALL))
    if what == "something loaded from elsewhere":
        found = [link for link in found if not link.startswith("href")] + re.findall(
            r"<link[^>]*href=[\"']?(?:https?:)?//", source(template)
        )
    assert not found


def test_pages_and_fragments_named_in_the_code_exist() -> None:
    wrong = []
    for path in files(".py", within=("app",)):
        for called, call in calls(path):
            if called not in {"render", "text"}:
                continue
            words = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            page = next((word for word in words if word.endswith((".html", ".txt"))), None)
            if page is None:
                continue
            fragments = [
                keyword.value.value
                for keyword in call.keywords
                if keyword.arg == "fragment" and isinstance(keyword.value, ast.Constant) and keyword.value.value
            ]
            if page not in _NAMES or any(fragment not in templates.get_template(page).blocks for fragment in fragments):
                wrong.append(f"{name(path)}:{call.lineno}: {page} {fragments}")
    assert not wrong


def test_only_html_written_in_the_code_is_marked_as_safe() -> None:
    """`Markup("<p>{}</p>").format(text)` escapes what it fills in; a variable handed to Markup would go out raw."""
    found = []
    for path in files(".py", within=("app",)):
        for called, call in calls(path):
            is_written_here = all(isinstance(argument, ast.Constant) for argument in call.args)
            if called == "Markup" and not is_written_here:
                found.append(f"{name(path)}:{call.lineno}")
    assert not found


def _is_ours(url: str) -> bool:
    # Names of XML vocabularies look like addresses and are never asked for.
    return url.startswith(("http://www.w3.org/", "https://www.w3.org/"))


def test_nothing_built_for_pages_asks_a_stranger() -> None:
    """Style sheets and scripts as browsers get them name no other host in a place that is fetched."""
    built = ROOT / "app/web/static/build"
    made = [path for path in built.iterdir() if path.suffix in {".js", ".css"}]
    assert made, "the front end is not built: make setup"
    written = [path for path in (APP / "web/static").glob("*") if path.suffix in {".css", ".js", ".svg"}]
    wrong = {}
    for path in [*made, *written]:
        if urls := {url for url in _loads(path) if not _is_ours(url)}:
            wrong[name(path)] = urls
    assert not wrong


def _loads(path: Path) -> set[str]:
    text = path.read_text()
    found = set(re.findall(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)", text))
    if path.suffix == ".js":
        asked = (
            r"(?:import|fetch|open|Worker|WebSocket|EventSource|src\s*=)\s*\(?\s*[\"'`]((?:https?|wss?):?//[^\"'`]+)"
        )
        found |= set(re.findall(asked, text))
    return found
