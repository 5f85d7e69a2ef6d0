"""The HTTP protocol class that uvicorn is given, so that nobody can hold a connection open with half a request, or have
one without end kept."""

from asyncio import BaseTransport, TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds in which a request's head has to be there, from the opening of the connection or its first byte.
HEAD_SECONDS: Final = 7.0
#: Seconds that its body may take. The largest is an imported file over a slow line.
BODY_SECONDS: Final = 300.0
#: Bytes of a request's head that may come after those it began with. The largest are cookies, of 4 kB each.
HEAD_BYTES: Final = 64 * 1024

_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class HttpProtocol(HttpToolsProtocol):
    """One HTTP connection. Between two requests uvicorn's own limit counts."""

    _limit: TimerHandle | None = None
    _in_head = False
    _head = 0

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._within(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        was_in_head = self._in_head
        super().data_received(data)
        if was_in_head and self._in_head:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head = True, 0
        if self._limit is None:
            self._within(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._within(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_time()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._in_time()
        super().handle_websocket_upgrade()
        # The parser holds this object and this object the parser: left alone, each would wait for the collector.
        del self.parser

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def _within(self, seconds: float) -> None:
        if self._limit is not None:
            self._limit.cancel()
        self._limit = self.loop.call_later(seconds, self._give_up)

    def _in_time(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _give_up(self) -> None:
        """Without a word: who never ends a request does not wait for an answer."""
        self._limit = None
        self.transport.close()
