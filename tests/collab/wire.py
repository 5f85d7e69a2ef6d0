"""A connection that goes nowhere, for clients on the stage."""

import asyncio
from collections.abc import Callable

from app.collab import limits
from app.collab.connection import Listener, Outgoing


class Wire:
    """A connection of the test's own. `slow` ones take nothing until they are read; `severed` ones lose everything."""

    has_gone = False

    def __init__(self, receive: Callable[[bytes], None]) -> None:
        self.sent: list[Outgoing] = []
        self.messages: list[bytes] = []
        self.closed: tuple[int, str] | None = None
        self._aborted = False
        self._paused = False
        self.slow = False
        self.listener: Listener | None = None
        self._unread = 0
        self._lagging = False
        self._receive = receive

    def listen(self, listener: Listener) -> None:
        self.listener = listener

    def send(self, outgoing: Outgoing) -> None:
        if self.closed is not None or self._aborted:
            return
        self.sent.append(outgoing)
        self.messages += outgoing.messages
        if self.slow:
            self._unread += outgoing.size
            if self._unread > limits.WRITE_BUFFER_BYTES and not self._lagging:
                self._lagging = True
                assert self.listener is not None
                self.listener.lag()
            return
        for message in outgoing.messages:
            asyncio.get_running_loop().call_soon(self._receive, message)

    def read_on(self) -> None:
        """A slow reader reads all that waits."""
        self.slow = False
        unread, self._unread = self._unread, 0
        self._receive_all()
        if unread and self._lagging and self.listener is not None:
            self._lagging = False
            self.listener.catch_up()

    def _receive_all(self) -> None:
        for message in self.messages:
            self._receive(message)

    def close(self, code: int, reason: str) -> None:
        self.closed = self.closed or (code, reason)

    def abort(self) -> None:
        self._aborted = True
        if self.listener is not None:
            self.listener.lose()

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False

    @property
    def waiting(self) -> int:
        return self._unread

    def is_paused(self) -> bool:
        return self._paused

    def is_aborted(self) -> bool:
        return self._aborted
