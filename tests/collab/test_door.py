"""The door in front of the application, on real sockets: who waits there costs next to nothing and hinders nobody."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from app.collab.door import LINE, DoorProtocol
from app.collab.doorway import Doorway
from app.collab.line import Newcomer
from app.collab.route import routes
from app.collab.transport import server_options
from tests.collab.browser_client import Browser
from tests.collab.stage import MOTION, Stage, comes_true, set_stage

REAL_TIME = True


class HeldLine:
    """Lets nobody on before it is released."""

    def __init__(self) -> None:
        self.newcomers: list[tuple[str, Newcomer]] = []

    def come(self, address: str, newcomer: Newcomer) -> None:
        self.newcomers.append((address, newcomer))


@dataclass
class House:
    """A server in this process, its stage, and its door."""

    stage: Stage
    port: int
    server: uvicorn.Server
    browsers: list[Browser] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/collab/{MOTION}?ack=1"

    async def join(self, name: str) -> Browser:
        browser = Browser(await connect(f"{self.url}&token={name}", compression=None))
        self.browsers.append(browser)
        await browser.synchronise()
        return browser

    def hold(self) -> HeldLine:
        held = HeldLine()
        self.server.lifespan.state[LINE] = held
        return held

    def release(self) -> None:
        self.server.lifespan.state[LINE] = self.stage.hub.line


@pytest.fixture
async def house() -> AsyncIterator[House]:
    stage = await set_stage(doorway=Doorway(per_address=2))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, object]]:
        yield {LINE: stage.hub.line}

    app = Starlette(routes=[*routes(stage.hub, origin="https://verkstad.example")], lifespan=lifespan)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=DoorProtocol, log_config=None, timeout_graceful_shutdown=2, **server_options())
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    house = House(stage, listener.getsockname()[1], server)
    yield house
    for browser in house.browsers:
        browser.socket.transport.abort()
        await browser.socket.wait_closed()
    await stage.hub.close()
    server.should_exit = True
    await serving


async def test_those_who_wait_are_no_business_of_the_application_and_hinder_nobody(house: House) -> None:
    astrid, bo = await house.join("astrid"), await house.join("bo")
    busy = len(house.server.server_state.tasks)
    held = house.hold()
    waiting = [asyncio.create_task(connect(f"{house.url}&token=ove").__aenter__()) for _ in range(50)]
    await comes_true(lambda: len(held.newcomers) == 50)
    assert len(house.server.server_state.tasks) == busy
    assert house.stage.guests.asked == 2
    await astrid.type("Fler tåg")
    await bo.until("Fler tåg")
    for attempt in waiting:
        attempt.cancel()
    await comes_true(lambda: all(newcomer.has_gone for _, newcomer in held.newcomers))
    assert not any(isinstance(each, DoorProtocol) for each in house.server.server_state.connections)


async def test_who_is_let_on_after_waiting_comes_in(house: House) -> None:
    held = house.hold()
    joining = asyncio.create_task(house.join("astrid"))
    await comes_true(lambda: len(held.newcomers) == 1)
    ((address, newcomer),) = held.newcomers
    assert (address, newcomer.has_gone) == ("127.0.0.1", False)
    newcomer.let_on()
    astrid = await joining
    house.release()
    bo = await house.join("bo")
    await bo.type("Fler tåg")
    await astrid.until("Fler tåg")


async def test_who_has_gone_when_the_turn_comes_is_not_asked_about(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    held = house.hold()
    attempt = asyncio.create_task(connect(f"{house.url}&token=bo").__aenter__())
    await comes_true(lambda: len(held.newcomers) == 1)
    attempt.cancel()
    ((_, newcomer),) = held.newcomers
    await comes_true(lambda: newcomer.has_gone)
    newcomer.let_on()
    house.release()
    await house.join("astrid")
    assert house.stage.guests.asked == 1
    assert not caplog.records


async def test_address_with_too_many_inside_is_told_so_before_anything_is_asked(house: House) -> None:
    await house.join("astrid")
    await house.join("bo")
    async with connect(f"{house.url}&token=ove") as socket:
        assert await Browser(socket).closing() == (4429, "too-many")
    assert house.stage.guests.asked == 2


async def test_newcomers_behind_a_trusted_proxy_are_told_apart(house: House) -> None:
    held = house.hold()
    hall = {"x-forwarded-for": "203.0.113.7, 127.0.0.1"}
    waiting = [
        asyncio.create_task(connect(house.url, additional_headers=headers).__aenter__()) for headers in (hall, None)
    ]
    await comes_true(lambda: len(held.newcomers) == 2)
    assert {address for address, _ in held.newcomers} == {"203.0.113.7", "127.0.0.1"}
    for attempt in waiting:
        attempt.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


UPGRADE = b"GET /collab/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"


async def test_who_talks_on_before_the_answer_is_cut_off(house: House) -> None:
    held = house.hold()
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(UPGRADE + b"\r\n")
    await comes_true(lambda: len(held.newcomers) == 1)
    writer.write(b"x" * 100)
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()


async def test_who_is_turned_away_without_a_proper_handshake_is_told_in_http(house: House) -> None:
    held = house.hold()
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(UPGRADE + b"\r\n")
    await comes_true(lambda: len(held.newcomers) == 1)
    held.newcomers[0][1].turn_away()
    async with asyncio.timeout(10):
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 10\r\n" in answer
    writer.close()
