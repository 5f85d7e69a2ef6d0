"""Nodes that hear of each other through a real Valkey or Redis, also when it goes away and comes back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from app.collab import limits
from app.collab.broker import EVERYWHERE
from app.collab.news import Committed, Lost, News, WhoIsThere
from app.collab.redis_broker import RedisBroker
from tests.collab.stage import MOTION, OTHER_MOTION, Guests, MemoryStore, Stage, comes_true, set_stage
from tests.servers import accepts, end, find_program, free_port, spawn, wait_until

REAL_TIME = True


class Ear:
    """A node that only notes down."""

    def __init__(self) -> None:
        self.heard: list[tuple[UUID, News]] = []
        self.times_missed = 0

    def hear(self, document_id: UUID, sender: bytes, news: News) -> None:
        self.heard.append((document_id, news))

    def missed(self) -> None:
        self.times_missed += 1


@asynccontextmanager
async def listening(url: str, prefix: str) -> AsyncIterator[tuple[RedisBroker, Ear]]:
    broker, ear = RedisBroker(url, prefix=prefix), Ear()
    await broker.start(ear)
    yield broker, ear
    await broker.close()


class Flaky:
    """A server of the test's own that can be taken away and put back."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "log"
        program = find_program(["valkey-server", "redis-server"], "valkey-server (Debian 12: redis-server)")
        self._words = [
            str(program),
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = spawn(self._words, self.log)
        wait_until(lambda: accepts(self.port), self._process, "the server", self.log)

    def stop(self) -> None:
        end(self._process)


@pytest.fixture
def flaky(tmp_path: Path) -> Iterator[Flaky]:
    server = Flaky(tmp_path)
    yield server
    server.stop()


async def two_nodes(url: str, prefix: str) -> tuple[Stage, Stage]:
    store, guests = MemoryStore(), Guests()
    store.add(MOTION)
    return (
        await set_stage(store, guests, RedisBroker(url, prefix=prefix)),
        await set_stage(store, guests, RedisBroker(url, prefix=prefix)),
    )


async def test_node_hears_what_the_others_say_of_its_documents_and_not_itself(valkey: str) -> None:
    async with listening(valkey, "a:") as (first, ear), listening(valkey, "a:") as (second, other):
        await second.subscribe(MOTION)
        await first.subscribe(MOTION)
        first.publish(OTHER_MOTION, WhoIsThere())
        first.publish(MOTION, Committed(1, b"\x01" * 300))
        first.publish(EVERYWHERE, WhoIsThere())
        await comes_true(lambda: len(other.heard) == 2)
        assert other.heard == [(MOTION, Committed(1, b"\x01" * 300)), (EVERYWHERE, WhoIsThere())]
        assert ear.heard == []
        second.unsubscribe(MOTION)
        second.publish(MOTION, WhoIsThere())
        await comes_true(lambda: ear.heard == [(MOTION, WhoIsThere())])


async def test_installations_on_one_server_do_not_hear_each_other(valkey: str) -> None:
    async with listening(valkey, "b:") as (first, _), listening(valkey, "c:") as (_second, stranger):
        async with listening(valkey, "b:") as (_third, ear):
            first.publish(EVERYWHERE, WhoIsThere())
            await comes_true(lambda: bool(ear.heard))
        assert stranger.heard == []


async def test_order_is_kept(valkey: str) -> None:
    async with listening(valkey, "d:") as (first, _), listening(valkey, "d:") as (second, ear):
        await second.subscribe(MOTION)
        for number in range(500):
            first.publish(MOTION, Committed(number, b""))
            if number % 50 == 0:
                await asyncio.sleep(0)
        await comes_true(lambda: len(ear.heard) == 500)
        assert [news.seq for _, news in ear.heard if isinstance(news, Committed)] == list(range(500))


async def test_bytes_of_strangers_are_not_understood_and_do_no_harm(valkey: str) -> None:
    async with listening(valkey, "e:") as (first, _), listening(valkey, "e:") as (second, ear):
        for data in (b"", b"x", b"x" * 16, b"x" * 16 + b"\x63", b"x" * 16 + b"\x00\x01\xff"):
            await first._redis.publish(second._channel(EVERYWHERE), data)
        first.publish(EVERYWHERE, WhoIsThere())
        await comes_true(lambda: ear.heard == [(EVERYWHERE, WhoIsThere())])


async def test_too_much_to_tell_is_dropped_and_the_others_are_told_so(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NEWS_QUEUED", 10)
    async with listening(valkey, "f:") as (first, _), listening(valkey, "f:") as (second, ear):
        await second.subscribe(MOTION)
        for number in range(25):
            first.publish(MOTION, Committed(number, b""))
        await comes_true(lambda: ear.times_missed == 1)
        assert len(ear.heard) == 5


async def test_node_that_was_cut_off_is_told_that_it_missed_something(flaky: Flaky) -> None:
    async with listening(flaky.url, "g:") as (first, ear), listening(flaky.url, "g:") as (second, other):
        await second.subscribe(MOTION)
        assert first.connected
        flaky.stop()
        await comes_true(lambda: not first.connected and not second.connected)
        first.publish(MOTION, Committed(1, b""))
        await comes_true(lambda: first._lost)
        flaky.start()
        await comes_true(lambda: first.connected and second.connected and not first._lost)
        # once because it was cut off itself, or twice because the other had something to say meanwhile
        await comes_true(lambda: other.times_missed >= 1 and ear.times_missed >= 1)
        first.publish(MOTION, Committed(2, b""))
        await comes_true(lambda: (MOTION, Committed(2, b"")) in other.heard)
        assert not any(isinstance(news, Lost) for _, news in other.heard)


async def test_node_starts_without_the_server_and_finds_it_later(tmp_path: Path) -> None:
    server = Flaky(tmp_path)
    server.stop()
    async with listening(server.url, "h:") as (broker, ear):
        assert not broker.connected
        await broker.subscribe(MOTION)
        server.start()
        await comes_true(lambda: broker.connected)
        async with listening(server.url, "h:") as (other, _):
            other.publish(MOTION, WhoIsThere())
            await comes_true(lambda: ear.heard == [(MOTION, WhoIsThere())])
    server.stop()


async def test_people_on_two_nodes_write_one_text_through_the_server(valkey: str) -> None:
    first, second = await two_nodes(valkey, "i:")
    astrid, bo = await first.join("astrid"), await second.join("bo")
    for letter in "abcdefgh":
        astrid.type(letter)
        bo.type(letter.upper())
        await asyncio.sleep(0)
    astrid.point({"cursor": 3})
    await comes_true(lambda: len(astrid.title) == len(bo.title) == 16)
    assert astrid.title == bo.title == first.store.title()
    await comes_true(lambda: bo.sees(astrid) is not None)
    await first.hub.close()
    await comes_true(lambda: bo.sees(astrid) is None)
    await second.hub.close()


async def test_people_write_on_while_the_nodes_do_not_hear_each_other_and_then_agree(flaky: Flaky) -> None:
    first, second = await two_nodes(flaky.url, "j:")
    astrid, bo = await first.join("astrid"), await second.join("bo")
    astrid.type("Fler tåg")
    await comes_true(lambda: bo.title == "Fler tåg")
    flaky.stop()
    await comes_true(lambda: bool(first.hub.impaired() and second.hub.impaired()))
    astrid.type(", a")
    bo.type(", b")
    await comes_true(lambda: astrid.acknowledged == bo.acknowledged + 1 == 3)
    flaky.start()
    await comes_true(lambda: not first.hub.impaired() and not second.hub.impaired())
    await comes_true(lambda: astrid.title == bo.title == first.store.title())
    assert sorted(astrid.title) == sorted("Fler tåg, a, b")
    await first.hub.close()
    await second.hub.close()
