"""The WebSocket protocol class that uvicorn is given, so that a frame built once goes straight to every socket.

It is uvicorn's own sans-I/O implementation with five changes: messages go to a listener without a task or queue in
between, whole frames are taken as they lie, ready frames are written to the transport, a message may not come in
endlessly many pieces, and the line of log that holds the query string is left out. An application finds the connection
in the ASGI scope under `extensions`, `EXTENSION`; any other application runs on the class unchanged.
"""

import asyncio
import logging
from typing import Any, Final, TypedDict, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

try:
    from websockets.speedups import apply_mask
except ImportError:  # where there is no compiled one
    from websockets.utils import apply_mask

from app.collab import limits
from app.collab.connection import Listener, Outgoing

#: Where the connection lies in `scope["extensions"]`.
EXTENSION: Final = "verkstad.connection"

#: The first byte of a whole binary message without extensions (RFC 6455, 5.2).
_FIN_BINARY: Final = 0x82

log = logging.getLogger("verkstad.collab.transport")
# The base class logs each accepted connection at INFO with its query string, which holds the ticket.
log.setLevel(logging.WARNING)


class ServerOptions(TypedDict):
    """What `uvicorn.Config` is to be told about WebSockets."""

    ws: type[WebSocketsSansIOProtocol]
    ws_max_size: int
    ws_ping_interval: float
    ws_ping_timeout: float
    ws_per_message_deflate: bool


def server_options() -> ServerOptions:
    """`uvicorn.Config(app, **server_options())` serves live text at full speed and within its limits."""
    return ServerOptions(
        ws=DirectProtocol,
        ws_max_size=limits.MESSAGE_BYTES,
        ws_ping_interval=limits.PING_INTERVAL,
        ws_ping_timeout=limits.PING_TIMEOUT,
        ws_per_message_deflate=False,
    )


class DirectConnection:
    """Fills `app.collab.connection.Connection` on top of a `DirectProtocol` whose handshake is done."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: "DirectProtocol") -> None:
        self._protocol = protocol

    def listen(self, listener: Listener) -> None:
        self._protocol.listen(listener)

    def send(self, outgoing: Outgoing) -> None:
        protocol = self._protocol
        if not protocol.close_sent and not protocol.transport.is_closing():
            protocol.transport.write(outgoing.frames)

    def close(self, code: int, reason: str) -> None:
        self._protocol.close_now(code, reason)

    def abort(self) -> None:
        self._protocol.close_sent = True
        self._protocol.transport.abort()

    def pause_reading(self) -> None:
        protocol = self._protocol
        if not protocol.read_paused and not protocol.transport.is_closing():
            protocol.read_paused = True
            protocol.transport.pause_reading()

    def resume_reading(self) -> None:
        protocol = self._protocol
        if protocol.read_paused and not protocol.transport.is_closing():
            protocol.read_paused = False
            protocol.transport.resume_reading()

    @property
    def waiting(self) -> int:
        return self._protocol.transport.get_write_buffer_size()

    @property
    def has_gone(self) -> bool:
        return self._protocol.disconnected or self._protocol.transport.is_closing()


class _Nobody:
    """Who is told what happens to a connection when its application has gone before: the listener knows it already."""

    def put_nowait(self, _event: object) -> None:
        pass

    def set(self) -> None:
        pass

    def clear(self) -> None:
        pass


_NOBODY: Final = _Nobody()


class DirectProtocol(WebSocketsSansIOProtocol):
    """One WebSocket connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = self.conn.logger = log
        self._listener: Listener | None = None
        self._connection = DirectConnection(self)
        self._heard = True

    def listen(self, listener: Listener) -> None:
        self._listener = listener
        self.transport.set_write_buffer_limits(high=limits.WRITE_BUFFER_BYTES)
        # A client that is quick may have been heard before there was somebody to listen.
        for _ in range(self.queue.qsize()):
            event = self.queue.get_nowait()
            if event["type"] == "websocket.receive":
                self._hand_over(event.get("bytes"))
            else:
                self.queue.put_nowait(event)
        self._connection.resume_reading()
        if self.disconnected or self.transport.is_closing():
            self._end()

    def close_now(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        # Reading goes on for the client's own close frame; whatever else arrives is thrown away.
        self._connection.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})

    async def run_asgi(self) -> None:
        """Runs the application. If it leaves a listener behind, the connection outlives it and all that it held."""
        cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self._connection
        app = cast("ASGIApp", self.app)
        try:
            await app(cast("Scope", self.scope), cast("Receive", self.receive), cast("Send", self.send))
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("application_failed")
            self.send_500_response()
        if self._listener is not None:
            del self.scope, self.request, self.response
            self.queue = cast("asyncio.Queue[Any]", _NOBODY)
            self.writable = cast("asyncio.Event", _NOBODY)
        elif self.close_timer is None:
            if not self.handshake_complete:
                self.send_500_response()
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Takes whole binary frames, which nearly all are, as they lie; anything else is left to the parser."""
        self._heard = True
        at, end = 0, len(data)
        if not self.conn.reader.buffer and self.conn.current_size is None:
            while self._listener is not None and not self.close_sent and end - at >= 6:
                if data[at] != _FIN_BINARY or data[at + 1] & 0x80 == 0:
                    break
                length, payload = data[at + 1] & 0x7F, at + 6
                if length == 126:
                    length, payload = int.from_bytes(data[at + 2 : at + 4], "big"), at + 8
                if length == 127 or payload + length > end:
                    break
                self._listener.receive(apply_mask(data[payload : payload + length], data[payload - 4 : payload]))
                at = payload + length
            if at == end:
                return
        super().data_received(data[at:])

    def send_keepalive_ping(self) -> None:
        """Asks a client that has said nothing since the last time; one that has, needs not be asked."""
        if self._heard:
            self._heard = False
            self.schedule_ping()
        else:
            super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        """Gives up a client that says nothing; not one whose answer lies behind what is held back or still to be sent.

        A client that takes nothing of what waits for it is the room's to cut off.
        """
        if self._heard or self.read_paused or self.transport.get_write_buffer_size():
            self.pong_timer = self.pending_ping_payload = None
            self.schedule_ping()
        else:
            super().keepalive_timeout()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= limits.MESSAGE_FRAGMENTS:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        if self._listener is None:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if not self.close_sent:
            self._hand_over(data if self.curr_msg_data_type == "bytes" else None)

    def _hand_over(self, data: bytes | None) -> None:
        assert self._listener is not None
        if data is None:
            self._listener.receive_text()
        else:
            self._listener.receive(bytes(data))

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._listener is not None:
            self._listener.lag()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._listener is not None:
            self._listener.catch_up()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._end()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end()

    def _end(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.lose()
