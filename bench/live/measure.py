"""Measures live text beside the peers: every server in turn, several times over, each time with fresh data."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.live import tables
from bench.live.generator import Found
from bench.live.scenarios import Crash, JoinStorm, Plenary
from bench.live.servers import GENERATOR_CORE, NODE, PEERS, SERVER_CORE, Server, Verkstad, fetch_peers
from bench.live.tables import Figure, Runs
from tests import servers

Start = Callable[[Path], Server]
RUNS = 3
KILLS = 20
PEER_KILLS = 5


def plenary(quick: bool) -> str:
    """Many in one document, some typing."""
    scenario = Plenary(connected=40, typing=4, duration=3) if quick else Plenary()
    head = (
        f"{scenario.connected} people have one document open, {scenario.typing} of them type {scenario.rate:g} "
        f"keystrokes a second each and move their caret with each, for {scenario.duration:g} s. "
        "Latency is from the key to the text in another's document."
    )
    return _table("Plenary", head, _medians(scenario, tables.PLENARY, quick))


def join_storm(quick: bool) -> str:
    """Everybody opens the document at once."""
    parts = []
    head = ""
    for is_warm, when in ((False, "Just after the server has started"), (True, "While somebody types in it")):
        scenario = JoinStorm(joining=40, is_warm=is_warm) if quick else JoinStorm(is_warm=is_warm)
        head = (
            f"{scenario.joining} people open a document of {scenario.characters} characters (180 kB of state) "
            f"within {scenario.within:g} s."
        )
        parts.append(f"## {when}\n\n{_medians(scenario, tables.JOIN_STORM, quick)}")
    return _table("Join-storm", head, "\n".join(parts))


def crash(quick: bool) -> str:
    """Killed while people type, at random moments; peers fewer times, for what they lose is seen at once."""
    ours, theirs = (1, 1) if quick else (KILLS, PEER_KILLS)
    fetch_peers()
    runs = interleaved(Crash(kills=ours), [Verkstad], 1) | interleaved(Crash(kills=theirs), PEERS, 1)
    return _table("Crash", _crash_head(Crash()), tables.losses(runs))


def crash_postgresql(quick: bool) -> str:
    """The same with PostgreSQL; it is the server that is killed, not the database."""
    with _postgres() as url:
        runs = interleaved(Crash(kills=1 if quick else KILLS), [lambda folder: Verkstad(folder, url())], 1)
    return _table("Crash, PostgreSQL", _crash_head(Crash()), tables.losses(runs))


def _crash_head(scenario: Crash) -> str:
    return (
        f"{scenario.documents} documents, in each of which {scenario.typing} people type {scenario.rate:g} keystrokes "
        f"a second and one reads. The server is killed (SIGKILL) after {scenario.earliest:g}–{scenario.latest:g} s; "
        "nobody who was there comes back; it is started again, and a newcomer looks at what is left."
    )


def interleaved(scenario: Callable[[Server], Found], starts: Sequence[Start], times: int) -> Runs:
    """Each server in turn, so that what else the machine does falls upon all alike. Raises when one doesn't run."""
    runs: Runs = {}
    for number in range(1, times + 1):
        for start in starts:
            with tempfile.TemporaryDirectory(prefix="verkstad-bench-", ignore_cleanup_errors=True) as folder:
                server = start(Path(folder))
                print(f"bench: {type(scenario).__name__}, {number} of {times}, {server.name}", flush=True)
                runs.setdefault(server.name, []).append(scenario(server))
    return runs


def _medians(scenario: Callable[[Server], Found], figures: Sequence[Figure], quick: bool) -> str:
    fetch_peers()
    runs = interleaved(scenario, [Verkstad, *PEERS], 1 if quick else RUNS)
    return f"Medians of {1 if quick else RUNS} runs, with their range in brackets.\n\n{tables.medians(runs, figures)}"


def _table(title: str, head: str, body: str) -> str:
    node = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    cores = (
        f"the server on core {SERVER_CORE}, the generator on core {GENERATOR_CORE}"
        if SERVER_CORE
        else "both on the only core"
    )
    return f"# {title}\n\n{head}\n\n{body}\nNode {node}; {cores}.\n"


@contextmanager
def _postgres() -> Iterator[Callable[[], str]]:
    """Gives the URL of a new database at each call, in a PostgreSQL of our own."""
    with tempfile.TemporaryDirectory(prefix="verkstad-postgres-") as folder, servers.postgres(Path(folder)) as server:
        yield lambda: server.url(server.create())


MEASURES = {
    "live-plenary": plenary,
    "live-join-storm": join_storm,
    "live-crash": crash,
    "live-crash-postgresql": crash_postgresql,
}
