"""The tests keep their own rules: sentences for names, no waiting for time to pass, nothing skipped."""

import ast
import re

from tests.architecture.sources import ROOT, calls, files, name

_SLEEPS = {"sleep", "wait_for_timeout"}


def test_no_test_waits_for_time_to_pass() -> None:
    found = [
        f"{name(path)}:{call.lineno}"
        for path in files(".py", within=("tests",))
        for called, call in calls(path)
        if called in _SLEEPS and not (call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)
    ]
    assert not found


def test_nothing_is_skipped_or_expected_to_fail() -> None:
    # The word is taken apart so that this line does not find itself.
    marks = re.compile(
        r"\bpytest\.(?:mark\.)?(?:" + "|".join(["sk" + "ip", "sk" + "ipif", "xf" + "ail", "import" + "orskip"]) + r")\b"
    )
    found = [name(path) for path in files(".py", within=("tests",)) if marks.search(path.read_text())]
    assert not found


def test_names_of_tests_are_sentences() -> None:
    found = []
    for path in files(".py", within=("tests",)):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("test_") and node.name.count("_") < 2:
                found.append(f"{name(path)}: {node.name}")
    assert not found


def test_tests_mirror_the_app() -> None:
    rooms = {path.name for path in (ROOT / "app").iterdir() if path.is_dir()}
    own = {"architecture", "contract", "journeys", "migrations", "bench", "__pycache__"}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert not folders - rooms - own
