"""How the nodes of one installation hear of each other's commits, presence and changes of rights.

Delivery is at most once and in order per sender. Whoever may have missed something is told to read the log.
"""

import logging
from typing import Protocol
from uuid import UUID, uuid4

from app.collab.news import News

log = logging.getLogger("verkstad.collab.broker")

#: The name that news for all nodes, whatever they have loaded, travels under.
EVERYWHERE = UUID(int=0)


class Node(Protocol):
    """A hub, as the broker knows it."""

    def hear(self, document_id: UUID, sender: bytes, news: News) -> None:
        """`document_id` is EVERYWHERE for what concerns all."""

    def missed(self) -> None:
        """Some news may have been lost on the way."""


class Broker(Protocol):
    """The way between the nodes, as seen from one of them."""

    @property
    def connected(self) -> bool:
        """Whether this node hears the others and is heard. Otherwise the log has to be read often."""

    async def start(self, node: Node) -> None: ...

    async def subscribe(self, document_id: UUID) -> None:
        """Returns when news of the document will arrive, or when that has failed for now (then `missed()` follows)."""

    def unsubscribe(self, document_id: UUID) -> None: ...

    def publish(self, document_id: UUID, news: News) -> None:
        """Does not wait, and may lose it."""

    async def close(self) -> None: ...


class InProcessBroker:
    """Between hubs of one process: the embedded default, where there is one, and tests, where there are several.

    `Endpoint`s are what hubs get. `deliver` is called for each piece of news on its way, so that a test can hold it.
    """

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []

    def endpoint(self) -> "Endpoint":
        endpoint = Endpoint(self)
        self.endpoints.append(endpoint)
        return endpoint

    def deliver(self, to: "Endpoint", document_id: UUID, sender: bytes, news: News) -> None:
        to.hear(document_id, sender, news)


class Endpoint:
    """One hub's end of an InProcessBroker."""

    def __init__(self, broker: InProcessBroker) -> None:
        self.connected = True
        self._broker = broker
        self._name = uuid4().bytes
        self._node: Node | None = None
        self._documents: set[UUID] = {EVERYWHERE}

    async def start(self, node: Node) -> None:
        self._node = node

    async def subscribe(self, document_id: UUID) -> None:
        self._documents.add(document_id)

    def unsubscribe(self, document_id: UUID) -> None:
        self._documents.discard(document_id)

    def publish(self, document_id: UUID, news: News) -> None:
        for other in self._broker.endpoints:
            if other is not self:
                self._broker.deliver(other, document_id, self._name, news)

    def hear(self, document_id: UUID, sender: bytes, news: News) -> None:
        if self._node is not None and self.connected and document_id in self._documents:
            self._node.hear(document_id, sender, news)

    async def close(self) -> None:
        self._node = None
        self._broker.endpoints.remove(self)
