"""What a room sees of a client's connection, and what it sends there.

Two transports fill `Connection`: `app.collab.transport` writes ready frames straight to the socket, `AsgiConnection`
here goes through plain ASGI, for servers and test clients that know nothing of ours.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.collab import limits

_BINARY_FRAME: Final = b"\x82"

#: Close codes of our own; those of `app.kit.errors` besides.
NORMAL: Final = 1000
UNSUPPORTED: Final = 1003
MALFORMED: Final = 1007
FAULT: Final = 1011
RESTART: Final = 1012
FORBIDDEN: Final = 4403
NO_SUCH_DOCUMENT: Final = 4404
FROZEN: Final = 4409
TOO_LARGE: Final = 4413
OUTDATED: Final = 4426
TOO_MANY: Final = 4429


def frame(payload: bytes) -> bytes:
    """The unmasked binary frame that a server sends (RFC 6455, 5.2)."""
    length = len(payload)
    if length < 126:
        return _BINARY_FRAME + bytes((length,)) + payload
    if length < 65536:
        return _BINARY_FRAME + b"\x7e" + length.to_bytes(2, "big") + payload
    return _BINARY_FRAME + b"\x7f" + length.to_bytes(8, "big") + payload


class Outgoing:
    """Messages for any number of connections: built once, framed once, and the same bytes written to each."""

    __slots__ = ("_frames", "messages", "size")

    def __init__(self, *messages: bytes) -> None:
        self.messages = messages
        self.size = sum(map(len, messages))
        self._frames: bytes | None = None

    @property
    def frames(self) -> bytes:
        """All messages as WebSocket frames, back to back."""
        if self._frames is None:
            self._frames = b"".join(map(frame, self.messages))
        return self._frames


class Listener(Protocol):
    """Who is told what a connection does. Called from the event loop; must not raise."""

    def receive(self, message: bytes) -> None:
        """A whole binary message has arrived."""

    def receive_text(self) -> None:
        """A text message has arrived; the protocol has none."""

    def lag(self) -> None:
        """More than WRITE_BUFFER_BYTES wait to be written."""

    def catch_up(self) -> None:
        """What waited has been written."""

    def lose(self) -> None:
        """The connection is gone."""


class Connection(Protocol):
    """One client's connection, once it is open. No method waits."""

    def listen(self, listener: Listener) -> None:
        """From now on `listener` is told, first of what has already arrived."""

    def send(self, outgoing: Outgoing) -> None:
        """Has it written after all that was sent before. Nothing happens once the connection is closing."""

    def close(self, code: int, reason: str) -> None:
        """Sends a close frame after what was sent before, and takes nothing more in."""

    def abort(self) -> None:
        """Drops the connection and all that waits in it."""

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    @property
    def waiting(self) -> int:
        """Bytes that wait to be written."""

    @property
    def has_gone(self) -> bool:
        """Whether the other side is known to have gone away."""


class AsgiConnection:
    """A connection over plain ASGI. `run()` carries the messages both ways until the end."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._listener: Listener | None = None
        self._outbox: deque[Outgoing] = deque()
        self._waiting = 0
        self._lagging = False
        self._closing: tuple[int, str] | None = None
        self._aborted = False
        self._wake = asyncio.Event()
        self._reading = asyncio.Event()
        self._reading.set()

    def listen(self, listener: Listener) -> None:
        self._listener = listener

    def send(self, outgoing: Outgoing) -> None:
        if self._closing is not None or self._aborted:
            return
        self._outbox.append(outgoing)
        self._waiting += outgoing.size
        self._wake.set()
        if self._waiting > limits.WRITE_BUFFER_BYTES and not self._lagging:
            self._lagging = True
            if self._listener is not None:
                self._listener.lag()

    def close(self, code: int, reason: str) -> None:
        if self._closing is None:
            self._closing = (code, reason)
            self._wake.set()

    def abort(self) -> None:
        self._aborted = True
        self._outbox.clear()
        self._waiting = 0
        self.close(FAULT, "")

    def pause_reading(self) -> None:
        self._reading.clear()

    def resume_reading(self) -> None:
        self._reading.set()

    @property
    def waiting(self) -> int:
        return self._waiting

    @property
    def has_gone(self) -> bool:
        return self._websocket.client_state is WebSocketState.DISCONNECTED

    async def run(self) -> None:
        """Until the connection ends, on either side; then tells the listener."""
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        try:
            await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)
            if self._listener is not None:
                self._listener.lose()

    async def _read(self) -> None:
        while True:
            await self._reading.wait()
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if self._listener is None or self._closing is not None:
                continue
            data = message.get("bytes")
            if data is None:
                self._listener.receive_text()
            else:
                self._listener.receive(data)

    async def _write(self) -> None:
        # A client that is gone shows itself to the reader as well.
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                while self._outbox:
                    outgoing = self._outbox.popleft()
                    for message in outgoing.messages:
                        await self._websocket.send_bytes(message)
                    self._waiting = max(0, self._waiting - outgoing.size)
                    if self._lagging and self._waiting == 0:
                        self._lagging = False
                        if self._listener is not None:
                            self._listener.catch_up()
                if self._closing is not None:
                    if self._websocket.application_state is WebSocketState.CONNECTED:
                        await self._websocket.close(*self._closing)
                    return
                self._wake.clear()
                await self._wake.wait()
