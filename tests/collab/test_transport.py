"""The rooms behind a real server and real sockets, both on the transport of our own and on plain ASGI."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from app.collab import limits, protocol
from app.collab.connection import AsgiConnection, Outgoing
from app.collab.door import LINE, DoorProtocol
from app.collab.route import routes
from app.collab.transport import DirectConnection, server_options
from app.documents.engine import SCHEMA
from tests.collab.browser_client import Browser
from tests.collab.stage import MOTION, Stage, comes_true, set_stage

REAL_TIME = True


@dataclass
class Served:
    """A server in this process, and its stage."""

    stage: Stage
    port: int
    server: uvicorn.Server
    is_direct: bool
    browsers: list[Browser] = field(default_factory=list)

    def url(self, name: str | None = "astrid", document: object = MOTION) -> str:
        token = f"&token={name}" if name else ""
        return f"ws://127.0.0.1:{self.port}/collab/{document}?ack=1{token}"

    async def join(self, name: str = "astrid", **options: Any) -> Browser:
        options = {"max_size": None, "compression": None, **options}
        browser = Browser(await connect(self.url(name), **options))
        self.browsers.append(browser)
        await browser.synchronise()
        return browser


@pytest.fixture(params=["direct", "asgi"])
async def served(request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    stage = await set_stage()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {LINE: stage.hub.line}

    app = Starlette(routes=[*routes(stage.hub, origin="https://verkstad.example")], lifespan=lifespan)
    options: dict[str, Any] = {"http": DoorProtocol, **server_options()}
    if request.param == "asgi":
        options |= {"http": "httptools", "ws": "websockets-sansio"}
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=2, **options)
    server = uvicorn.Server(config)
    # A socket that listens already: whoever connects before the server has started waits for it.
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    served = Served(stage, listener.getsockname()[1], server, request.param == "direct")
    yield served
    for browser in served.browsers:
        browser.socket.transport.abort()
        await browser.socket.wait_closed()
    await stage.hub.close()
    server.should_exit = True
    await serving


async def test_two_browsers_write_one_text(served: Served) -> None:
    astrid, bo = await served.join("astrid"), await served.join("bo")
    await astrid.type("Fler tåg")
    await bo.until("Fler tåg")
    await bo.type("Hej. ")
    await astrid.until("Hej. Fler tåg")
    kinds = {type(each.connection) for each in served.stage.hub._rooms[MOTION].participants}
    assert kinds == {DirectConnection if served.is_direct else AsgiConnection}


async def test_browser_that_goes_leaves_the_room(served: Served) -> None:
    astrid, bo = await served.join("astrid"), await served.join("bo")
    await bo.type("Hej då")
    await bo.socket.close()
    await astrid.until("Hej då")
    room = served.stage.hub._rooms[MOTION]
    await comes_true(lambda: len(room.participants) == 1)
    astrid.socket.transport.abort()
    await comes_true(lambda: not room.participants and not served.stage.hub._doorway._inside)


@pytest.mark.parametrize(
    ("name", "document", "code", "reason"),
    [
        ("stranger", MOTION, 4401, "not-signed-in"),
        (None, MOTION, 4401, "not-signed-in"),
        ("astrid", "not-an-id", 4404, "not-found"),
        ("astrid", "01980000-0000-7000-8000-00000000dead", 4404, "not-found"),
    ],
)
async def test_who_may_not_come_in_is_told_why(
    served: Served, name: str | None, document: object, code: int, reason: str
) -> None:
    async with connect(served.url(name, document)) as socket:
        assert await Browser(socket).closing() == (code, reason)


@pytest.mark.parametrize(
    ("schema", "closed"),
    [
        (SCHEMA - 1, (4426, "outdated-client")),
        (SCHEMA + 1, (1012, "older-server")),
        ("newest", (1007, "invalid")),
        ("9" * 5_000, (1007, "invalid")),
    ],
)
async def test_page_of_another_age_than_the_server_is_told_what_to_do(
    served: Served, schema: object, closed: tuple[int, str]
) -> None:
    async with connect(f"{served.url()}&schema={schema}") as socket:
        assert await Browser(socket).closing() == closed
    assert MOTION not in served.stage.hub._rooms


async def test_page_of_the_server_s_age_and_program_that_says_nothing_of_it_write_one_text(served: Served) -> None:
    bo = await served.join("bo")
    async with connect(f"{served.url()}&schema={SCHEMA}") as socket:
        astrid = Browser(socket)
        await astrid.synchronise()
        await astrid.type("Fler tåg")
        await bo.until("Fler tåg")


async def test_cookie_counts_only_on_pages_of_ours(served: Served) -> None:
    cookie = {"cookie": "session=astrid"}
    for origin in ("https://verkstad.example", f"http://127.0.0.1:{served.port}"):
        async with connect(served.url(None), origin=origin, additional_headers=cookie) as socket:  # type: ignore[arg-type]
            await Browser(socket).synchronise()
    async with connect(served.url(None), origin="https://evil.example", additional_headers=cookie) as socket:  # type: ignore[arg-type]
        assert await Browser(socket).closing() == (4403, "forbidden")
    # a token says by itself who it is for, wherever the page is
    async with connect(served.url("astrid"), origin="https://evil.example", additional_headers=cookie) as socket:  # type: ignore[arg-type]
        await Browser(socket).synchronise()


async def test_malformed_bytes_and_text_close_the_connection(served: Served) -> None:
    first, second, bo = await served.join(), await served.join(), await served.join("bo")
    await first.socket.send(b"\x00\x07\x00")
    assert await first.closing() == (1007, "malformed")
    await second.socket.send("hej")
    assert await second.closing() == (1003, "text-message")
    astrid = await served.join()
    await astrid.type("Fler tåg")
    await bo.until("Fler tåg")


async def test_message_beyond_the_limit_is_refused_before_it_is_read(served: Served) -> None:
    astrid = await served.join()
    await astrid.type("x" * (1024 * 1024))
    bo = await served.join("bo")
    await bo.until("x" * (1024 * 1024))
    with suppress(ConnectionClosed):
        await astrid.socket.send(b"\x00" * (limits.MESSAGE_BYTES + 1))
    assert (await astrid.closing())[0] == 1009
    await bo.type("y")


async def test_message_in_endless_pieces_is_refused(served: Served) -> None:
    if not served.is_direct:
        return
    astrid = await served.join()
    transport = astrid.socket.transport
    transport.write(Frame(Opcode.BINARY, b"\x00", fin=False).serialize(mask=True))
    for _ in range(limits.MESSAGE_FRAGMENTS + 1):
        transport.write(Frame(Opcode.CONT, b"", fin=False).serialize(mask=True))
    assert await astrid.closing() == (1009, "too many fragments")


async def test_reader_that_does_not_read_is_not_buffered_without_end_and_gets_all_when_it_does(served: Served) -> None:
    astrid, bo = await served.join("astrid"), await served.join("bo", max_queue=1)
    room = served.stage.hub._rooms[MOTION]
    (behind,) = [each for each in room.participants if each.admission.name == "Bo"]
    block = "x" * 500_000
    written = 0
    while behind.connection.waiting < limits.WRITE_BUFFER_BYTES:
        await astrid.type(block)
        written += 1
        await astrid.until(block * written)
        if written % 4 == 0:
            # the document stays small, what is sent does not
            before = astrid.doc.get_state()
            astrid.text.clear()
            await astrid.socket.send(protocol.update(astrid.doc.get_update(before)))
            written = 0
    await comes_true(lambda: behind.lagging)
    await astrid.type("!")
    title = str(astrid.text)
    assert behind.connection.waiting < limits.WRITE_BUFFER_BYTES + limits.BATCH_BYTES
    await asyncio.wait_for(bo.until(title), 30)
    await comes_true(lambda: not behind.lagging)
    await astrid.type("?")
    await bo.until("?" + title)


async def test_server_that_ends_asks_everybody_to_come_back(served: Served) -> None:
    astrid = await served.join()
    served.server.should_exit = True
    code, _ = await astrid.closing()
    assert code == 1012


async def test_tickets_are_not_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    if not served.is_direct:
        return
    caplog.set_level(logging.INFO)
    await served.join("astrid")
    with pytest.raises(ConnectionClosed):
        await (await connect(served.url("very-secret"))).recv()
    assert "astrid" not in caplog.text
    assert "secret" not in caplog.text


async def test_nothing_is_compressed(served: Served) -> None:
    astrid = await served.join(compression="deflate")
    assert astrid.socket.protocol.extensions == []
    await astrid.type("Fler tåg")
    bo = await served.join("bo")
    assert str(bo.text) == "Fler tåg"


def test_frames_are_those_of_the_standard() -> None:
    for size in (0, 1, 125, 126, 65535, 65536):
        payload = b"x" * size
        assert Outgoing(payload).frames == Frame(Opcode.BINARY, payload).serialize(mask=False)
    both = Outgoing(b"a", b"bc")
    assert both.frames == Outgoing(b"a").frames + Outgoing(b"bc").frames
    assert both.frames is both.frames


async def test_client_whose_answers_are_held_back_is_not_taken_for_dead(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not served.is_direct:
        return
    monkeypatch.setattr(served.server.config, "ws_ping_interval", 0.05)
    monkeypatch.setattr(served.server.config, "ws_ping_timeout", 0.05)
    astrid, bo = await served.join("astrid"), await served.join("bo")
    room = served.stage.hub._rooms[MOTION]
    (held,) = [each for each in room.participants if each.admission.name == "Astrid"]
    (dead,) = [each for each in room.participants if each.admission.name == "Bo"]
    held.hold_back("test")
    bo.socket.transport.pause_reading()
    await comes_true(lambda: not dead.present)
    assert held.present
    held.let_go("test")
    await astrid.type("Fler tåg")
    await comes_true(lambda: served.stage.store.title() == "Fler tåg")


async def test_client_that_has_said_something_is_not_asked_whether_it_is_there(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not served.is_direct:
        return
    astrid = await served.join()
    await astrid.type("Fler tåg")
    (participant,) = served.stage.hub._rooms[MOTION].participants
    assert isinstance(participant.connection, DirectConnection)
    door = participant.connection._protocol
    asked: list[bytes] = []
    monkeypatch.setattr(door.conn, "send_ping", asked.append)
    for expected in (0, 1):
        assert door.ping_timer is not None
        door.ping_timer.cancel()
        door.send_keepalive_ping()
        assert len(asked) == expected
