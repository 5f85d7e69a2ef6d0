"""The real server as processes: killed at any moment, taken a right from, and several of them on one database."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from app.collab import protocol
from app.collab.protocol import Kind, Reader
from tests.collab.browser_client import Browser
from tests.servers import Postgres, Served

REAL_TIME = True


@dataclass
class Node:
    """A served process and a person who may do everything there."""

    served: Served
    token: str

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        async with httpx.AsyncClient(base_url=self.served.url + "/api/v1", timeout=30) as client:
            response = await client.request(method, path, headers={"authorization": f"Bearer {self.token}"}, **options)
            response.raise_for_status()
            return response.json()

    async def motion(self) -> tuple[str, str]:
        """(its id, its document's)."""
        made = await self.ask("POST", "/motions", json={"title": "", "body": "", "demands": []})
        return made["id"], made["document_id"]

    async def join(self, document_id: str, token: str | None = None) -> Browser:
        url = f"{self.served.url.replace('http', 'ws', 1)}/collab/{document_id}?ack=1&token={token or self.token}"
        browser = Browser(await connect(url, max_size=None, compression=None))
        await browser.synchronise()
        return browser


@pytest.fixture
def node(tmp_path: Path, sqlite_template: Path) -> Iterator[Node]:
    """One process on SQLite."""
    served = Served(tmp_path)
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "data" / "verkstad.db")
    yield from _open(served)


def _open(served: Served) -> Iterator[Node]:
    token = _admit_astrid(served)
    served.start()
    yield Node(served, token)
    served.stop()


def _admit_astrid(served: Served) -> str:
    """Makes her an administrator; returns her token."""
    served.run("user", "add", "astrid@example.org", "--name", "Astrid", "--admin")
    return served.run("token", "astrid@example.org").splitlines()[-1]


async def acknowledged(browser: Browser, count: int) -> None:
    """Reads on until so many updates of the connection are durable."""
    while True:
        message = await browser.socket.recv()
        assert isinstance(message, bytes)
        reader = Reader(message)
        if reader.uint() == Kind.ACKNOWLEDGED and reader.uint() >= count:
            return


async def test_what_was_acknowledged_or_seen_outlives_a_kill_at_any_moment(node: Node) -> None:
    random = Random(5)  # noqa: S311 - moments, not secrets
    _, document_id = await node.motion()
    kept: set[str] = set()
    letter = 0x4E00
    for _ in range(3):
        astrid, bo = await node.join(document_id), await node.join(document_id)
        said = [0]

        async def note(browser: Browser, seen: set[str]) -> None:
            try:
                while True:
                    await browser.hear()
                    seen.update(str(browser.text))
            except ConnectionClosed:
                return

        seen: set[str] = set()
        reading = asyncio.create_task(note(bo, seen))
        for _ in range(random.randint(20, 120)):
            await astrid.type(chr(letter))
            letter += 1
            said[0] += 1
            await asyncio.sleep(0)
        until = random.randint(1, said[0])
        await acknowledged(astrid, until)
        node.served.kill()
        await reading
        kept |= seen | {chr(letter - said[0] + number) for number in range(until - 1)}
        node.served.start()
        fresh = await node.join(document_id)
        assert kept <= set(str(fresh.text))
        for browser in (astrid, bo, fresh):
            browser.socket.transport.abort()
    assert len(kept) > 20


async def test_orderly_end_keeps_everything_and_asks_to_come_back(node: Node) -> None:
    _, document_id = await node.motion()
    astrid = await node.join(document_id)
    await astrid.type("Fler tåg")
    node.served.stop()
    assert (await astrid.closing())[0] == 1012
    node.served.start()
    fresh = await node.join(document_id)
    await fresh.until("Fler tåg")
    fresh.socket.transport.abort()


async def test_page_and_program_and_room_show_one_text(node: Node) -> None:
    motion_id, document_id = await node.motion()
    astrid = await node.join(document_id)
    await astrid.type("Fler tåg")
    await acknowledged(astrid, 1)
    assert (await node.ask("GET", f"/motions/{motion_id}"))["title"] == "Fler tåg"
    await node.ask("PATCH", f"/motions/{motion_id}", json={"title": "Fler tåg och bussar"})
    await astrid.until("Fler tåg och bussar")
    astrid.socket.transport.abort()


async def test_ticket_for_a_reader_reads_and_does_not_write(node: Node) -> None:
    motion_id, document_id = await node.motion()
    made = await node.ask("POST", f"/motions/{motion_id}/tickets", json={"role": "reader"})
    astrid, reader = await node.join(document_id), await node.join(document_id, made["ticket"])
    await astrid.type("Fler tåg")
    await reader.until("Fler tåg")
    await reader.type("Nej. ")
    message = await reader.socket.recv()
    assert message == protocol.denied("read-only")
    assert (await node.ask("GET", f"/motions/{motion_id}"))["title"] == "Fler tåg"
    for browser in (astrid, reader):
        browser.socket.transport.abort()


@pytest.fixture
async def cluster(tmp_path: Path, postgres: Postgres, postgres_template: str, valkey: str) -> AsyncIterator[list[Node]]:
    """Two processes on one PostgreSQL and one Valkey."""
    name = postgres.create(postgres_template)
    env = {"VERKSTAD_DATABASE_URL": postgres.url(name), "VERKSTAD_REDIS_URL": valkey}
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    first, second = (Served(folder, "serve", env) for folder in folders)
    token = _admit_astrid(first)
    nodes = [Node(served, token) for served in (first, second)]
    for node in nodes:
        node.served.start()
    yield nodes
    for node in nodes:
        node.served.stop()
    postgres.drop(name)


async def test_people_on_two_processes_write_one_text_and_one_may_be_killed(cluster: list[Node]) -> None:
    first, second = cluster
    motion_id, document_id = await first.motion()
    astrid, bo = await first.join(document_id), await second.join(document_id)
    await astrid.type("tåg")
    await bo.until("tåg")
    await bo.type("Fler ")
    await astrid.until("Fler tåg")
    await second.ask("PATCH", f"/motions/{motion_id}", json={"title": "Fler tåg nu"})
    await astrid.until("Fler tåg nu")
    second.served.kill()
    bo.text.insert(0, "Nej: ")
    assert (await first.ask("GET", f"/motions/{motion_id}"))["title"] == "Fler tåg nu"
    await astrid.type("> ")
    await acknowledged(astrid, 3)
    bo.socket = (await first.join(document_id)).socket
    await bo.synchronise()
    await astrid.until(str(bo.text))
    assert sorted(str(bo.text)) == sorted("> Nej: Fler tåg nu")
    second.served.start()
    ove = await second.join(document_id)
    await ove.until(str(astrid.text))
    for browser in (astrid, bo, ove):
        browser.socket.transport.abort()
