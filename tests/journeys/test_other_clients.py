"""A plain y-websocket client from npm, let in by a ticket, and a browser: both come to the same text."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
from playwright.sync_api import expect

from tests.journeys.district import District
from tests.journeys.workbench import Workbench

ROOT = Path(__file__).parent.parent.parent
CLIENT = ROOT / "tests" / "contract" / "y-websocket.mjs"
NODE = ROOT / ".venv" / "bin" / "node"


class Client:
    """The client as a process: it says what it reads, and writes what it is told."""

    def __init__(self, said: IO[str], told: IO[str]) -> None:
        self._said = said
        self._told = told

    def tell(self, **what: Any) -> None:
        self._told.write(json.dumps(what) + "\n")
        self._told.flush()

    def reads_until(self, words: str) -> dict[str, Any]:
        """Returns what it reads once `words` are in it."""
        for line in self._said:
            if words in line:
                text: dict[str, Any] = json.loads(line)
                return text
        raise AssertionError(f"the client ended before it had read {words}")


@contextmanager
def plain_client(district: District, ticket: dict[str, str]) -> Iterator[Client]:
    server = district.url.replace("http", "ws", 1) + "/collab"
    words = [str(NODE), str(CLIENT), server, ticket["document_id"], ticket["ticket"]]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        client = Client(process.stdout, process.stdin)
        try:
            yield client
        finally:
            client.tell(quit=True)
            process.wait(timeout=30)


def a_ticket(district: District, path: str, role: str) -> dict[str, str]:
    headers = {"authorization": f"Bearer {district.token}"}
    answer = httpx.post(f"{district.url}/api/v1{path}/tickets", headers=headers, json={"role": role}, timeout=30)
    made: dict[str, str] = answer.raise_for_status().json()
    return made


def test_a_plain_client_with_a_ticket_converges_with_the_browsers(
    district: District, pair: tuple[Workbench, Workbench]
) -> None:
    astrid, bo = pair
    with plain_client(district, a_ticket(district, astrid.path, "author")) as client:
        assert client.reads_until("Kvällsbuss")["title"] == "Kvällsbuss"
        client.tell(title=" till byarna")
        for each in (astrid, bo):
            expect(each.title).to_have_value("Kvällsbuss till byarna")
        bo.go_to_demand(1)
        bo.type("bussen går till tio")
        read = client.reads_until("bussen går till tio")
        text = district.agree(astrid, bo)
    assert (read["title"], read["demands"]) == (text.title, text.demands)


def test_a_reader_s_ticket_shows_the_text_and_changes_nothing(
    district: District, pair: tuple[Workbench, Workbench]
) -> None:
    astrid, bo = pair
    with plain_client(district, a_ticket(district, astrid.path, "reader")) as client:
        client.reads_until("Kvällsbuss")
        client.tell(title=" MITT")
        bo.go_to_demand(1)
        bo.type("bussen går till tio")
        client.reads_until("bussen går till tio")
        district.agree(astrid, bo)
    assert district.told(astrid.path)["title"] == "Kvällsbuss"
