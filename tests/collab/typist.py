"""Somebody who goes on typing whatever becomes of the servers, as the editor lets people do."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from types import TracebackType
from typing import Any, Self

from pycrdt import Doc, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from app.collab import protocol
from app.collab.protocol import Kind, Reader, Step

#: Seconds between two attempts to come in.
PAUSE = 0.1


class Typist:
    """A Yjs client that comes back by itself, to the next of `urls`, with what is not yet known to be durable.

    `typed` in order; `kept` is what was acknowledged, `seen` what others typed and this one has. A refusal for good
    (a close code of 4400 and above) ends the coming back and is in `refused`.
    """

    def __init__(self, urls: Sequence[str], *, headers: dict[str, str] | None = None) -> None:
        self.doc: Doc[Any] = Doc()
        self.text = self.doc.get("title", type=Text)
        self.typed: list[str] = []
        self.kept: set[str] = set()
        self.refused: tuple[int, str] | None = None
        self.denied: list[str] = []
        self.visits = 0
        self._urls = urls
        self._headers = headers or {}
        self._socket: ClientConnection | None = None
        self._asked = False
        self._number = 0
        self._covers: dict[int, set[str]] = {}
        self._gone = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._coming = asyncio.create_task(self._come())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gone.set()
        self._coming.cancel()
        with suppress(asyncio.CancelledError):
            await self._coming

    @property
    def title(self) -> str:
        return str(self.text)

    @property
    def seen(self) -> set[str]:
        return set(self.title) - set(self.typed)

    @property
    def is_in(self) -> bool:
        """Whether the server has sent its text and asked for ours."""
        return self._asked

    @property
    def is_kept(self) -> bool:
        """Whether the editor would say that everything is saved."""
        return set(self.typed) <= self.kept

    async def type(self, letter: str) -> None:
        """At the end; each letter of a test is typed once."""
        before = self.doc.get_state()
        self.text.insert(len(self.title.encode()), letter)
        self.typed.append(letter)
        if self._socket is not None and self._asked:
            with suppress(ConnectionClosed):
                await self._send(self._socket, protocol.update(self.doc.get_update(before)), {letter})
        await asyncio.sleep(0)

    async def _send(self, socket: ClientConnection, message: bytes, letters: set[str]) -> None:
        self._number += 1
        self._covers[self._number] = letters
        await socket.send(message)

    async def _come(self) -> None:
        for url in cycle(self._urls):
            with suppress(OSError, TimeoutError, InvalidHandshake, ConnectionClosed):
                await self._visit(url)
            self._socket = None
            self._asked = False
            if self.refused is not None:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):
                    await self._gone.wait()

    async def _visit(self, url: str) -> None:
        async with connect(
            url, max_size=None, compression=None, open_timeout=10, close_timeout=0.1, additional_headers=self._headers
        ) as socket:
            self._number, self._covers = 0, {}
            self._socket = socket
            await socket.send(protocol.state_vector(self.doc.get_state()))
            try:
                while True:
                    message = await socket.recv()
                    assert isinstance(message, bytes)
                    await self._hear(socket, Reader(message))
            except ConnectionClosed:
                code = socket.close_code or 0
                if 4400 <= code < 4500:
                    self.refused = (code, socket.close_reason or "")

    async def _hear(self, socket: ClientConnection, reader: Reader) -> None:
        kind = reader.uint()
        if kind == Kind.ACKNOWLEDGED:
            durable = reader.uint()
            for number in [number for number in self._covers if number <= durable]:
                self.kept |= self._covers.pop(number)
        elif kind == Kind.AUTH:
            reader.uint()
            self.denied.append(reader.sized().decode())
        elif kind == Kind.SYNC:
            step, payload = reader.uint(), reader.sized()
            if step != Step.STATE_VECTOR:
                self.doc.apply_update(payload)
                return
            if not self._asked:
                self.visits += 1
            self._asked = True
            await self._send(socket, protocol.missing(self.doc.get_update(payload)), set(self.typed))


def agree(typists: Sequence[Typist]) -> bool:
    """Whether all have the same text, and in it once whatever any of them typed."""
    typed = Counter(letter for typist in typists for letter in typist.typed)
    return len({typist.title for typist in typists}) == 1 and Counter(typists[0].title) == typed
