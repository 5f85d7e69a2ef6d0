"""The real server as a process: killed at any moment, ended in order, and asked as a page, a program and a reader."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from websockets.exceptions import ConnectionClosed

from app.collab import protocol
from app.collab.protocol import Kind, Reader
from tests.collab.browser_client import Browser
from tests.collab.node import Node, admit_astrid
from tests.servers import Served

REAL_TIME = True


@pytest.fixture
def node(tmp_path: Path, sqlite_template: Path) -> Iterator[Node]:
    """One process on SQLite."""
    served = Served(tmp_path)
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "data" / "verkstad.db")
    yield from _open(served)


def _open(served: Served) -> Iterator[Node]:
    token = admit_astrid(served)
    served.start()
    yield Node(served, token)
    served.stop()


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
