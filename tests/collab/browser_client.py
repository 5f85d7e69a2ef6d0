"""A Yjs client on a real socket, reduced to the title of a motion."""

from typing import Any

from pycrdt import Doc, Text
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.collab import protocol


class Browser:
    """A client on a real socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.doc: Doc[Any] = Doc()
        self.text = self.doc.get("title", type=Text)

    async def synchronise(self) -> None:
        await self.socket.send(protocol.state_vector(self.doc.get_state()))
        while await self.hear() != protocol.Step.MISSING:
            pass

    async def hear(self) -> int | None:
        """Takes in one message; returns its step if it is one of synchronisation."""
        message = await self.socket.recv()
        assert isinstance(message, bytes)
        reader = protocol.Reader(message)
        if reader.uint() != protocol.Kind.SYNC:
            return None
        step, payload = reader.uint(), reader.sized()
        if step == protocol.Step.STATE_VECTOR:
            await self.socket.send(protocol.missing(self.doc.get_update(payload)))
        else:
            self.doc.apply_update(payload)
        return step

    async def type(self, text: str) -> None:
        before = self.doc.get_state()
        self.text.insert(0, text)
        await self.socket.send(protocol.update(self.doc.get_update(before)))

    async def until(self, title: str) -> None:
        while str(self.text) != title:
            await self.hear()

    async def closing(self) -> tuple[int, str]:
        """Reads on until the server closes; returns why."""
        try:
            while True:
                await self.socket.recv()
        except ConnectionClosed:
            return self.socket.close_code or 0, self.socket.close_reason or ""
