"""Whatever happens on the way, everybody ends with the same text, and nothing that was seen or acknowledged is lost.

Clients come and go with text that nobody has yet, the store fails and stalls, nodes die without a word and news between
nodes is lost, delayed and repeated; then everything heals.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.collab import limits
from app.collab.broker import Endpoint, InProcessBroker
from app.collab.hub import Hub
from app.collab.news import Committed, News
from app.collab.protocol import Kind, Reader, Step
from app.documents.decoding import Gap, parse_state_vector
from app.documents.guard import Guard
from tests.collab.stage import MOTION, Client, Guests, MemoryStore, Stage, VirtualLoop, set_stage, time_passes
from tests.collab.yjs import YjsClient
from tests.contract.peers import Peers


class Weather(InProcessBroker):
    """A broker that loses, delays, repeats and reorders until `clear()`."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.bad = True

    def deliver(self, to: Endpoint, document_id: UUID, sender: bytes, news: News) -> None:
        copies = self.random.choice([0, 1, 1, 1, 2]) if self.bad and isinstance(news, Committed) else 1
        for _ in range(copies):
            delay = self.random.random() * 0.3 if self.bad else 0.001
            asyncio.get_running_loop().call_later(delay, super().deliver, to, document_id, sender, news)


class CarefulClient(Client):
    """One that insists on being shown nothing before what it builds on.

    Yjs would keep such a thing until the rest arrives. What this client has its text from leaves some of it out for
    good, and the test would fail for the client's sake.
    """

    gaps = 0

    def hear(self, message: bytes) -> None:
        reader = Reader(message)
        if reader.uint() == Kind.SYNC and reader.uint() != Step.STATE_VECTOR:
            known = parse_state_vector(bytes(self.doc.get_state()))
            try:
                Guard(known, (), (), bytes).check_fit(reader.sized())
            except Gap:
                self.gaps += 1
        super().hear(message)


class Story:
    """One run. Every typed letter is its own, so that it can be found again."""

    def __init__(self, random: Random, client: Callable[[str, Hub], Client] = CarefulClient) -> None:
        self.random = random
        self.client = client
        self.weather = Weather(random)
        self.store = MemoryStore()
        self.store.add(MOTION)
        self.nodes: list[Stage] = []
        self.clients: list[Client] = []
        self.letter = 0x4E00
        self.typed = Counter[str]()
        self.seen: set[str] = set()

    async def run(self, steps: int) -> None:
        guests = Guests()
        for _ in range(self.random.choice([1, 2, 3])):
            self.nodes.append(await set_stage(self.store, guests, self.weather.endpoint()))
        for _ in range(self.random.randint(2, 4)):
            self.clients.append(self.client("astrid", self.random.choice(self.nodes).hub))
            await self.clients[-1].join()
        acts = (
            [self.type] * 12 + [self.wait] * 6 + [self.leave, self.come_back] * 2 + [self.fail, self.stall, self.kill]
        )
        for _ in range(steps):
            await self.random.choice(acts)()
            for client in self.clients:
                self.seen.update(letter for letter in client.title if letter not in client.own)
        await self.heal()

    async def type(self) -> None:
        client = self.random.choice(self.clients)
        text = "".join(chr(self.letter + number) for number in range(self.random.randint(1, 3)))
        self.letter += len(text)
        client.own.update(text)
        self.typed.update(text)
        at = self.random.randint(0, len(client.title.encode()) // 3) * 3
        if client.participant is not None and client.participant.present and not client.wire.is_paused():
            client.type(text, at)
        else:
            client.write(text, at)

    async def wait(self) -> None:
        await time_passes(self.random.choice([0.0001, 0.001, 0.003, 0.05, 0.6]))

    async def leave(self) -> None:
        client = self.random.choice(self.clients)
        if client.participant is not None:
            client.leave()
            client.participant = None

    async def come_back(self) -> None:
        for client in self.clients:
            if client.participant is None or client.wire.closed is not None:
                if client.participant is not None:
                    client.leave()
                client.hub = self.random.choice(self.nodes).hub
                await client.join()

    async def fail(self) -> None:
        self.store.failures = [OSError("away")] * self.random.choice([1, 2, len(limits.COMMIT_RETRIES) + 1])

    async def stall(self) -> None:
        self.store.hold()
        asyncio.get_running_loop().call_later(self.random.random(), self.store.release)

    async def kill(self) -> None:
        """A node ends without a word; what it had committed is in the store, what it had not is with the clients."""
        if len(self.nodes) < 2 or self.random.random() < 0.5:
            return
        node = self.nodes.pop(self.random.randrange(len(self.nodes)))
        for task in tuple(node.hub._tasks):
            task.cancel()
        await node.hub._broker.close()
        for client in self.clients:
            if client.hub is node.hub and client.participant is not None:
                client.wire.abort()
                client.participant = None

    async def heal(self) -> None:
        self.store.failures = []
        self.store.release()
        self.weather.bad = False
        await time_passes(5)
        for node in self.nodes:
            node.hub.missed()
        await time_passes(1)
        await self.come_back()
        await time_passes(5)
        await self.come_back()
        await time_passes(5)
        stored = self.store.title()
        assert self.seen <= set(stored), "something that was seen is lost"
        assert Counter(stored) == self.typed
        for client in self.clients:
            assert client.wire.closed is None
            assert client.title == stored
            assert not isinstance(client, CarefulClient) or not client.gaps
        for node in self.nodes:
            assert (await node.hub.read(MOTION)).title == stored


def test_everybody_ends_with_the_same_text_and_nothing_is_lost(pytestconfig: pytest.Config) -> None:
    _tell(CarefulClient, 60 * pytestconfig.getoption("fuzz"))


def test_real_yjs_clients_end_with_the_same_text_and_lose_nothing(pytestconfig: pytest.Config) -> None:
    peers = Peers()
    try:
        _tell(partial(YjsClient, peers), 60 * pytestconfig.getoption("fuzz"))
    finally:
        peers.close()


def _tell(client: Callable[[str, Hub], Client], stories: int) -> None:
    @settings(max_examples=stories, deadline=None)
    @given(st.integers(0, 2**32), st.integers(10, 60))
    def tell(seed: int, steps: int) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(Story(Random(seed), client).run(steps))  # noqa: S311 - weather, not a secret

    tell()
