"""A process to be hurt."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


class Victim:
    """Takes hostile updates in, in a process of its own; when that dies, asking it fails."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.documents.victim"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, "RUST_BACKTRACE": "0", "PYTHONPATH": str(ROOT)},
        )

    def take(self, base: Sequence[bytes], updates: Sequence[bytes]) -> dict[str, Any]:
        """What became of `updates`, applied in order to a replica of `base`."""
        return self._ask(base=_encoded(base), updates=_encoded(updates))

    def babble(self, number: int) -> list[str]:
        """What went wrong in a session of nonsense."""
        wrong: list[str] = self._ask(babble=number)["wrong"]
        return wrong

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)

    def _ask(self, **case: object) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the process died of it: {self._process.wait(30)}"
        answer: dict[str, Any] = json.loads(line)
        return answer


def _encoded(parts: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(part).decode() for part in parts]


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    process = Victim()
    yield process
    process.close()
