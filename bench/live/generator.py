"""Runs the generator, a process of Node on a core of its own, and hears what it found."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.live.servers import GENERATOR_CORE, HERE, NODE, Server, pinned

#: Seconds that one part of a scenario may take; whatever takes longer hangs.
PATIENCE = 240

Found = dict[str, Any]


def run(scenario: str, server: Server, rooms: list[str], **options: Any) -> Found:
    """Runs one part of a scenario against the server to its end."""
    done = subprocess.run(
        _words(scenario, server, rooms, options), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        raise AssertionError(f"{scenario} against {server.name}: {done.stderr[-4000:]}\n{_end_of_log(server)}")
    return _last(done.stdout)


@contextmanager
def running(scenario: str, server: Server, rooms: list[str], **options: Any) -> Iterator[Iterator[Found]]:
    """Starts one part of a scenario; yields what it says, line by line."""
    words = _words(scenario, server, rooms, options)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield (json.loads(line) for line in process.stdout)
        finally:
            process.kill()


def _words(scenario: str, server: Server, rooms: list[str], options: dict[str, Any]) -> list[Any]:
    places = [{"name": room, "url": server.address(room), "dialect": server.dialect} for room in rooms]
    told = json.dumps({"rooms": places, "pid": server.pid, **options})
    return pinned(GENERATOR_CORE, NODE, HERE / "generator" / "run.mjs", scenario, told)


def _last(output: str) -> Found:
    found: Found = json.loads(output.splitlines()[-1])
    return found


def _end_of_log(server: Server) -> str:
    return server.log.read_text(errors="replace")[-2000:]
