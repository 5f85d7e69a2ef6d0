"""The HTTP protocol class that uvicorn is given, so that nobody can hold a connection open with half a request."""

from asyncio import BaseTransport, TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds in which a request's head has to be there, from the opening of the connection or its first byte.
HEAD_SECONDS: Final = 7.0
#: Seconds that its body may take. The largest is an imported file over a slow line.
BODY_SECONDS: Final = 300.0


class HttpProtocol(HttpToolsProtocol):
    """One HTTP connection. Between two requests uvicorn's own limit counts."""

    _limit: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._within(HEAD_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
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
