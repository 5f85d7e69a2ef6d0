"""A way to a server on loopback that a test can cut, silence and mend, as real networks do by themselves."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Line:
    """Listens on `port` and passes everything on to the port `to`, in a thread of its own.

    `cut()`: connections break and new ones are refused. `silence()`: nothing passes, and nobody is told. `strand()`:
    the connections that there are stay open and silent for ever, as if the machine behind them had died; new ones are
    as good as ever. `mend()` ends the first two.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._is_cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._passes, self._server, self.port = self._do(self._listen())

    def cut(self) -> None:
        self._is_cut = True
        self._do(self._drop())

    def silence(self) -> None:
        self._loop.call_soon_threadsafe(self._passes.clear)

    def strand(self) -> None:
        self._do(self._strand())

    def mend(self) -> None:
        self._is_cut = False
        self._loop.call_soon_threadsafe(self._passes.set)

    def close(self) -> None:
        self._server.close()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _listen(self) -> tuple[asyncio.Event, asyncio.Server, int]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        passes = asyncio.Event()
        passes.set()
        return passes, server, server.sockets[0].getsockname()[1]

    async def _drop(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _strand(self) -> None:
        self._passes, old = asyncio.Event(), self._passes
        old.clear()
        self._passes.set()

    async def _end(self) -> None:
        await self._drop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passes = self._passes
        try:
            if self._is_cut:
                raise ConnectionRefusedError
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        try:
            await asyncio.gather(_pass(reader, far_writer, passes), _pass(far_reader, writer, passes))
        except asyncio.CancelledError:
            pass
        finally:
            self._open -= {writer, far_writer}
            writer.transport.abort()
            far_writer.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: asyncio.Event) -> None:
    try:
        while data := await reader.read(65536):
            await passes.wait()
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.transport.abort()


@contextmanager
def line(to: int) -> Iterator[Line]:
    made = Line(to)
    try:
        yield made
    finally:
        made.close()
