"""Real Yjs clients beside the server's own replica."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NODE = Path(sys.executable).with_name("node")


class Peers:
    """Clients that live in one Node process; each has a name."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [NODE, HERE / "peer.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        assert self._process.wait(10) == 0
        self._process.stdout.close()

    def open(self, name: str, client: int) -> None:
        self._call("open", name, client=client)

    def take(self, name: str, update: bytes) -> None:
        self._call("take", name, update=base64.b64encode(update).decode())

    def act(self, name: str, seed: int, times: int) -> list[bytes]:
        """Edits at random as people do; returns what the client would send."""
        return [base64.b64decode(update) for update in self._call("act", name, seed=seed, times=times)]

    def view(self, name: str) -> int:
        """Opens everything in the editor; returns how many updates came of that."""
        return int(self._call("view", name))

    def read(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._call("read", name)
        return found

    def vector(self, name: str) -> bytes:
        return base64.b64decode(self._call("vector", name))

    def state(self, name: str) -> bytes:
        return base64.b64decode(self._call("state", name))

    def type(self, name: str, text: str, at: int) -> str:
        """Inserts the text into the title, at so many UTF-16 units; returns the title."""
        return str(self._call("type", name, text=text, at=at))

    def erase(self, name: str, at: int, count: int) -> str:
        """Takes so many UTF-16 units out of the title; returns the title."""
        return str(self._call("erase", name, at=at, count=count))

    def title(self, name: str) -> str:
        return str(self._call("title", name))

    def missing(self, name: str, vector: bytes) -> bytes:
        """What somebody with the state vector lacks, as an update."""
        return base64.b64decode(self._call("missing", name, vector=base64.b64encode(vector).decode()))

    def hold(self, name: str, index: int, text: str) -> None:
        """Puts a caret behind `text` in paragraph `index` of the body."""
        self._call("hold", name, index=index, text=text)

    def held(self, name: str) -> list[str] | None:
        """What stands before and behind that caret now; None when its paragraph is gone."""
        found: list[str] | None = self._call("held", name)
        return found

    def _call(self, operation: str, name: str, **values: object) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"op": operation, "name": name, **values}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the Yjs clients have ended; their error stands above"
        return json.loads(line)
