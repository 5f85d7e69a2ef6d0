"""Real servers for the tests, started from Debian's packages on free ports, with everything in a temporary folder.

Nothing is skipped when a program is missing: the test fails and says what to install.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

#: How long a server may take to answer, in seconds. Generous: two cores may be busy with a browser.
STARTING = 60.0

#: The command that a user runs.
VERKSTAD = (sys.executable, "-m", "app.cli")


class Missing(RuntimeError):
    """A program that the tests need is not on this machine."""


def find_program(names: Sequence[str], package: str, *folders: str) -> Path:
    """The first of `names` in `folders` (globs; the highest version first) or on the path. Raises `Missing`."""
    for name in names:
        for folder in folders:
            if there := sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"), key=_version, reverse=True):
                return there[0]
        if found := shutil.which(name):
            return Path(found)
    raise Missing(f"{' or '.join(names)} is missing; install it: apt-get install --no-install-recommends {package}")


def _version(path: Path) -> list[int]:
    return [int(part) for part in path.parts if part.isdigit()]


def free_port() -> int:
    """A port on loopback that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(
    answers: Callable[[], bool], process: subprocess.Popen[bytes], what: str, log: Path, patience: float = STARTING
) -> None:
    """Returns once `answers()`; raises with the log when the process ends first or `patience` seconds have passed."""
    deadline = time.monotonic() + patience
    while not answers():
        try:
            # Waiting for the process to end is the pause between two questions: a crash is noticed at once.
            status = process.wait(0.05)
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
            status = None
        end = "did not answer in time" if status is None else f"ended with status {status}"
        raise AssertionError(f"{what} {end}:\n{log.read_text(errors='replace')[-8000:]}")


def accepts(port: int) -> bool:
    """Whether something on loopback accepts connections on `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def spawn(
    command: Sequence[str | Path], log: Path, env: dict[str, str] | None = None, *how: str
) -> subprocess.Popen[bytes]:
    """The command as a process group of its own, writing to `log`; told to end should the test run be killed.

    `how` are more options of setpriv(1), such as the user to run as.
    """
    words = ["setpriv", *how, "--pdeathsig", "INT", "--", *command]
    with log.open("ab") as output:
        return subprocess.Popen(
            words, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env, start_new_session=True
        )


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> int:
    """Asks the process to end, forces its group after 20 s, and returns its exit status."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


class Postgres:
    """A PostgreSQL server on loopback that trusts whoever asks; durable enough for a test, so without fsync."""

    def __init__(self, programs: Path, port: int) -> None:
        self.programs = programs
        self.port = port
        self._made = 0

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = "template1") -> str:
        """Makes a database that is a copy of `template`; returns its name."""
        self._made += 1
        name = f"verkstad_{self._made}"
        self._run("createdb", "--template", template, name)
        return name

    def drop(self, name: str) -> None:
        """Removes the database, whoever is connected."""
        self._run("dropdb", "--force", name)

    def _run(self, program: str, *arguments: str) -> None:
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--username", "postgres"]
        done = subprocess.run(
            [self.programs / program, *where, *arguments], capture_output=True, text=True, timeout=STARTING, check=False
        )
        if done.returncode:
            raise AssertionError(f"{program} {' '.join(arguments)}: {done.stderr}")


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL of this machine's newest version, with its data in `folder` (empty)."""
    programs = find_program(["initdb"], "postgresql", "/usr/lib/postgresql/*/bin").parent
    how: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        account = unprivileged()
        how = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, log, port = folder / "data", folder / "log", free_port()
    settled = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = spawn([programs / "initdb", "--pgdata", data, *settled], log, None, *how)
    if made.wait(STARTING):
        raise AssertionError(f"initdb failed:\n{log.read_text(errors='replace')}")
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "autovacuum": "off",
    }
    words = [str(programs / "postgres"), "-D", str(data)]
    words += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    process = spawn(words, log, None, *how)
    try:
        ready = [str(programs / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, process, "PostgreSQL", log)
        yield Postgres(programs, port)
    finally:
        end(process, signal.SIGINT)  # the fast shutdown: does not wait for clients


def unprivileged() -> pwd.struct_passwd:
    """The account that Debian's package made, or the one of nobody."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A Valkey, or where Debian has none a Redis, that keeps nothing on disk; yields its URL."""
    program = find_program(["valkey-server", "redis-server"], "valkey-server (Debian 12: redis-server)")
    port, log = free_port(), folder / "log"
    words = [
        str(program),
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    process = spawn(words, log)
    try:
        wait_until(lambda: accepts(port), process, program.name, log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        end(process)


class Served:
    """The real server as a process of its own, with its data in `folder`, that can be killed and started again."""

    def __init__(self, folder: Path, command: str = "serve", env: dict[str, str] | None = None, *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self._words = [
            sys.executable,
            "-m",
            "app.cli",
            command,
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            *options,
        ]
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("VERKSTAD_")}
        self._env |= {
            "VERKSTAD_DATA_DIR": str(folder / "data"),
            "VERKSTAD_BASE_URL": self.url,
            "VERKSTAD_SECRET_KEY": "a key that guards nothing but a test",
            "PYTHONUNBUFFERED": "1",
            **(env or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, patience: float = STARTING) -> None:
        """Returns when `/readyz` says yes; raises with the log when the server ends or stays unready for so long."""
        self._process = spawn(self._words, self.log, self._env)
        wait_until(self._ready, self._process, "the server", self.log, patience)

    def kill(self) -> None:
        """SIGKILL to the server and its workers: nothing is flushed and nobody is told."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Asks the server to end, as a supervisor would; returns its exit status."""
        assert self._process is not None
        return end(self._process)

    def run(self, *arguments: str) -> str:
        """Runs another `verkstad` command on the same data; returns what it printed. Raises when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self._env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"verkstad {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def _ready(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(5)
            try:
                probe.connect(("127.0.0.1", self.port))
                probe.sendall(
                    f"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode()
                )
                return probe.recv(64).startswith(b"HTTP/1.1 200")
            except OSError:
                return False
