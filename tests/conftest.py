"""What every test can ask for: a migrated database of either kind, real servers, the served product and a browser."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.kit.db import Database
from tests import servers
from tests.servers import Postgres, Served

pytest_plugins = ["tests.browser", "tests.house"]

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz", type=int, default=1, metavar="TIMES", help="how many times as much made-up input (`make fuzz`)"
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole run."""
    # Not pytest's own folder: that one is closed to the account that the server runs as.
    with tempfile.TemporaryDirectory(prefix="verkstad-postgres-") as folder, servers.postgres(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Valkey (or Redis) server for the whole run."""
    with servers.valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


def migrate(url: str) -> None:
    """Brings the database at `url` to the newest schema, in a process of its own as `verkstad migrate` does."""
    make = "import sys; from app.migrate import upgrade; upgrade(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", make, url], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise AssertionError(f"migrating failed:\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database; copied, never written to."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated, empty PostgreSQL database; copied, never written to."""
    name = postgres.create()
    migrate(postgres.url(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "verkstad.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database of this test's own, once on SQLite and once on PostgreSQL."""
    database = Database(database_url)
    yield database
    await database.close()


@dataclass
class Serve:
    """Starts the real server; `serve()` gives one that is ready, and stops it after the test."""

    folder: Path
    started: list[Served]

    def __call__(self, command: str = "serve", env: dict[str, str] | None = None, *options: str) -> Served:
        folder = self.folder / f"server-{len(self.started)}"
        folder.mkdir()
        served = Served(folder, command, env, *options)
        self.started.append(served)
        if command == "serve":
            served.run("migrate")
        served.start()
        return served


@pytest.fixture
def serve(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Serve]:
    """Runs `verkstad serve` (or `serve("demo")`) as a process with a data folder and a port of its own."""
    serving = Serve(tmp_path, [])
    yield serving
    for served in serving.started:
        served.stop()
        report: Callable[[str, str, str], None] = request.node.add_report_section
        report("teardown", f"log of {served.url}", served.log.read_text(errors="replace")[-20_000:])
