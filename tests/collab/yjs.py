"""Clients of the stage whose document is a real Yjs one, in a Node process."""

from itertools import count

from app.collab.hub import Hub
from tests.collab.stage import MOTION, Client
from tests.contract.peers import Peers

_numbers = count(1)


class YjsDoc:
    """As much of pycrdt's `Doc` as a client of the stage uses, of a document in Node."""

    def __init__(self, peers: Peers) -> None:
        self.client_id = next(_numbers)
        self.name = f"of the stage, {self.client_id}"
        self.peers = peers
        self.title = ""
        peers.open(self.name, self.client_id)

    def get_state(self) -> bytes:
        return self.peers.vector(self.name)

    def get_update(self, state: bytes) -> bytes:
        return self.peers.missing(self.name, state)

    def apply_update(self, update: bytes) -> None:
        self.peers.take(self.name, update)
        self.title = self.peers.title(self.name)


class YjsTitle:
    """As much of pycrdt's `Text`; places are in bytes of UTF-8 there, and in UTF-16 units here."""

    def __init__(self, doc: YjsDoc) -> None:
        self._doc = doc

    def __str__(self) -> str:
        return self._doc.title

    def insert(self, index: int, text: str) -> None:
        self._doc.title = self._doc.peers.type(self._doc.name, text, self._units(index))

    def __delitem__(self, span: slice) -> None:
        at, end = self._units(span.start), self._units(span.stop)
        self._doc.title = self._doc.peers.erase(self._doc.name, at, end - at)

    def _units(self, index: int) -> int:
        return len(self._doc.title.encode()[:index].decode().encode("utf-16-le")) // 2


class YjsClient(Client):
    """Somebody with a real Yjs document."""

    def __init__(self, peers: Peers, name: str, hub: Hub) -> None:
        super().__init__(name, hub, MOTION)
        self.doc = YjsDoc(peers)
        self.text = YjsTitle(self.doc)
