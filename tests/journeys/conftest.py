"""A served demo, and two people who write in the same motion."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.workbench import Workbench
from tests.servers import Served

WORLD = Path(__file__).parent.parent.parent / "app" / "demo" / "motions.json"


def serve_demo(folder: Path) -> Iterator[District]:
    """The demo, until the generator is closed."""
    served = Served(folder, "demo")
    served.start()
    yield District(served, json.loads(WORLD.read_text("utf-8")))
    served.stop()


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """The demo, served for all journeys: each begins a motion of its own, and leaves the rest as it was."""
    yield from serve_demo(tmp_path_factory.mktemp("district"))


@pytest.fixture(autouse=True)
def _log_of_the_server(district: District, request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that fails shows what the server said meanwhile."""
    before = district.served.log.stat().st_size
    yield
    report: Callable[[str, str, str], None] = request.node.add_report_section
    report("teardown", "server", district.served.log.read_bytes()[before:].decode(errors="replace")[-20_000:])


@pytest.fixture
def pair(district: District, visitors: Visitors) -> tuple[Workbench, Workbench]:
    """Astrid, who has begun a motion called Kvällsbuss from the call's template, and Bo, who joined it by its link."""
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    return astrid, district.quickly_join(astrid, visitors("bo", district.url))
