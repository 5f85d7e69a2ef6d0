"""Connections on which a request is begun and not ended, or has no end."""

import asyncio
import socket
from collections.abc import AsyncIterator
from unittest.mock import Mock

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from app.web import http
from app.web.http import HEAD_BYTES, HttpProtocol


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server that waits for a tenth of the time."""
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(http, "BODY_SECONDS", 0.6)
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, http=HttpProtocol, log_config=None, timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield listener.getsockname()[1]
    server.should_exit = True
    await serving


async def ask(port: int, *parts: bytes) -> bytes:
    """Sends the parts and nothing more; all that is answered until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GE",
        b"GET /x HTTP/1.1\r\nHost: x\r\nUpgr",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab",
    ],
)
async def test_request_that_is_not_ended_in_time_ends_its_connection(port: int, begun: bytes) -> None:
    assert await ask(port, begun) == b""


async def test_second_request_on_a_connection_has_to_be_ended_too(port: int) -> None:
    whole = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"
    answer = await ask(port, whole, b"GET / HTT")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"ok")


async def test_head_without_end_is_refused() -> None:
    written: list[bytes] = []
    transport = Mock(write=written.append)
    transport.get_extra_info.return_value = None
    protocol = HttpProtocol(uvicorn.Config(Starlette(), log_config=None), ServerState(), {})
    protocol.connection_made(transport)
    protocol.data_received(b"GET / HTTP/1.1\r\n")
    for _ in range(HEAD_BYTES // 4_096):
        protocol.data_received(b"X-More: " + b"x" * 4_086 + b"\r\n")
    assert not written
    protocol.data_received(b"X-More: x\r\n")
    assert b"".join(written).startswith(b"HTTP/1.1 431 ")
    transport.close.assert_called_once()
    protocol.connection_lost(None)


async def test_large_body_is_no_large_head(port: int) -> None:
    body = b"x" * (3 * HEAD_BYTES)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = await ask(port, head, body[:100], body[100:])
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(body)
