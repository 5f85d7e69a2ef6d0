"""The HTTP protocol class that uvicorn is given, so that nobody can hold a connection open with half a request."""

from asyncio import BaseTransport, TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

#: Seconds in which a request's head has to be there, from the opening of the connection or its first byte.
HEAD_SECONDS: Final = 7.0
#: Seconds that its body may take. The largest is an imported file over a slow line.
BODY_SECONDS: Final = 300.0

_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class HttpProtocol(HttpToolsProtocol):
    """One HTTP connection. Between two requests uvicorn's own limit counts."""

    _limit: TimerHandle | None = None
    _has_begun = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._within(HEAD_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._has_begun = True
        if self._limit is None:
            self._within(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        self._within(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_time()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._in_time()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def _within(self, seconds: float) -> None:
        if self._limit is not None:
            self._limit.cancel()
        self._limit = self.loop.call_later(seconds, self._give_up)

    def _in_time(self) -> None:
        self._has_begun = False
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _give_up(self) -> None:
        # A browser may open a connection in advance; it is not told of a request that it has not made.
        cycle: RequestResponseCycle | None = self.cycle
        is_answering = cycle is not None and cycle.response_started and not cycle.response_complete
        if self._has_begun and not is_answering:
            self.transport.write(_TOO_SLOW)
        self._limit = None
        self.transport.close()
