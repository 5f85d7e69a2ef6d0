"""Several real processes on one PostgreSQL and one Valkey, killed and cut off while people type on all of them."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
import pytest

from app.documents import store
from app.documents.engine import Replica
from app.kit.db import Database
from app.live.board import PARTS
from tests.collab.node import Node, admit_astrid, join_link
from tests.collab.stage import comes_true
from tests.collab.typist import Typist, agree
from tests.line import Line, line
from tests.servers import Postgres, Served

REAL_TIME = True


@dataclass
class Cluster:
    """Two nodes and the lines by which each of them reaches PostgreSQL and Valkey."""

    first: Node
    second: Node
    database: tuple[Line, Line]
    broker: tuple[Line, Line]

    #: The database itself, past the lines.
    url: str

    async def log(self, document_id: str) -> str:
        """The title as the log has it, whatever the nodes know."""
        database = Database(self.url)
        async with database.reading() as session:
            replica = Replica((await store.load(session, UUID(document_id))).parts)
        await database.close()
        return replica.read().title

    @property
    def nodes(self) -> tuple[Node, Node]:
        return self.first, self.second


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, postgres_template: str, valkey: str
) -> Iterator[Cluster]:
    """Two processes that are ready."""
    name = postgres.create(postgres_template)
    broker_port = int(valkey.rsplit(":", 1)[1].partition("/")[0])
    with line(postgres.port) as d1, line(postgres.port) as d2, line(broker_port) as b1, line(broker_port) as b2:
        served = []
        for number, (database, broker) in enumerate([(d1, b1), (d2, b2)]):
            folder = tmp_path_factory.mktemp(f"node-{number}")
            url = postgres.url(name).replace(str(postgres.port), str(database.port))
            env = {"VERKSTAD_DATABASE_URL": url, "VERKSTAD_REDIS_URL": f"redis://127.0.0.1:{broker.port}/0"}
            served.append(Served(folder, "serve", env))
        token = admit_astrid(served[0])
        for each in served:
            each.start()
        yield Cluster(Node(served[0], token), Node(served[1], token), (d1, d2), (b1, b2), postgres.url(name))
        for each in served:
            each.stop()
    postgres.drop(name)


@pytest.fixture
def cluster(running: Cluster) -> Iterator[Cluster]:
    """Two processes, with a document of its own for each test."""
    yield running
    for each in running.database + running.broker:
        each.mend()


@asynccontextmanager
async def typing(nodes: Sequence[Node], document_id: str, people: int = 4) -> AsyncIterator[list[Typist]]:
    """People who are in, by turns on one node and the next, and go to another when theirs is gone."""
    addresses = [node.address(document_id) for node in nodes]
    async with AsyncExitStack() as stack:
        typists = [
            await stack.enter_async_context(Typist(addresses[at:] + addresses[:at]))
            for at in (number % len(nodes) for number in range(people))
        ]
        await comes_true(lambda: all(typist.is_in for typist in typists))
        yield typists


#: Letters that are each typed once.
_letters = map(chr, count(0x4E00))


async def type_on(typists: Sequence[Typist], letters: int) -> set[str]:
    """Each of them types so many letters, at the pace at which they are let; returns what was typed."""
    typed = set()
    for _ in range(letters):
        for typist in typists:
            letter = next(_letters)
            await typist.type(letter)
            typed.add(letter)
    return typed


async def test_node_is_killed_while_people_type_on_both_and_nothing_is_lost(cluster: Cluster) -> None:
    random = Random(11)  # noqa: S311 - moments, not secrets
    _, document_id = await cluster.first.motion()
    async with typing(cluster.nodes, document_id) as typists:
        for victim, survivor in (cluster.nodes, cluster.nodes[::-1]):
            await type_on(typists, random.randint(5, 60))
            await comes_true(lambda: any(typist.kept for typist in typists))
            victim.served.kill()
            promised = set[str]().union(*(typist.kept | typist.seen for typist in typists))
            assert promised <= set(await cluster.log(document_id))
            await type_on(typists, 20)
            await comes_true(lambda: agree(typists) and all(typist.is_kept for typist in typists))
            assert await survivor.stored(document_id) == typists[0].title
            victim.served.start()
            assert await victim.stored(document_id) == typists[0].title
        assert sum(typist.visits for typist in typists) > len(typists)


@pytest.mark.parametrize("how", ["cut", "silence", "strand"])
async def test_nodes_that_lose_valkey_go_on_and_agree_by_the_log(cluster: Cluster, how: str) -> None:
    _, document_id = await cluster.first.motion()
    async with typing(cluster.nodes, document_id) as typists:
        await type_on(typists, 5)
        await comes_true(lambda: agree(typists))
        for each in cluster.broker:
            getattr(each, how)()
        await type_on(typists, 10)
        if how != "strand":
            for node in cluster.nodes:
                # impaired, and yet ready: there is nobody else who could serve better
                await node.turns(200, "nodes")
        await type_on(typists, 10)
        await comes_true(lambda: agree(typists) and all(typist.is_kept for typist in typists))
        for each in cluster.broker:
            each.mend()
        for node in cluster.nodes:
            await node.turns(200)
        await type_on(typists, 5)
        await comes_true(lambda: agree(typists))
        assert [typist.visits for typist in typists] == [1] * len(typists)


async def test_node_that_alone_loses_valkey_neither_misses_nor_hides_anything(cluster: Cluster) -> None:
    _, document_id = await cluster.first.motion()
    async with typing(cluster.nodes, document_id) as typists:
        cluster.broker[1].cut()
        await cluster.second.turns(200, "nodes")
        await type_on(typists, 10)
        await comes_true(lambda: agree(typists) and all(typist.is_kept for typist in typists))
        await cluster.first.turns(200)


@pytest.mark.parametrize("how", ["cut", "silence", "strand"])
async def test_nothing_is_promised_without_postgresql_and_nothing_lost(cluster: Cluster, how: str) -> None:
    _, document_id = await cluster.first.motion()
    async with typing(cluster.nodes, document_id) as typists:
        before = await type_on(typists, 5)
        await comes_true(lambda: agree(typists) and all(typist.is_kept for typist in typists))
        for each in cluster.database:
            getattr(each, how)()
        meanwhile = await type_on(typists, 10)
        if how != "strand":
            for node in cluster.nodes:
                await node.turns(503, "database")
            promised = set[str]().union(*(typist.kept | typist.seen for typist in typists))
            assert promised <= before
            for typist in typists:
                assert set(typist.title) >= before | (meanwhile & set(typist.typed))
        for each in cluster.database:
            each.mend()
        await type_on(typists, 5)
        await comes_true(lambda: agree(typists) and all(typist.is_kept for typist in typists))
        for node in cluster.nodes:
            await node.turns(200)
            assert await node.stored(document_id) == typists[0].title


async def test_right_taken_on_one_node_ends_on_the_other_within_a_second(cluster: Cluster) -> None:
    first, second = cluster.nodes
    motion_id, document_id = await first.motion()
    bearer = {"authorization": f"Bearer {first.token}"}
    async with first.browse() as astrid, second.browse() as guest:
        astrid.headers.update(bearer)
        made = await astrid.post(f"/motions/{motion_id}/share-links", data={"role": "author"})
        assert made.status_code == 200
        assert (await guest.post(join_link(made.text), data={"name": "Bo"})).status_code == 200
        cookie = {"cookie": f"verkstad_session={guest.cookies['verkstad_session']}"}
        async with Typist([second.address(document_id, "")], headers=cookie) as bo:
            await comes_true(lambda: bo.is_in)
            await bo.type(next(_letters))
            await comes_true(lambda: bo.is_kept)
            withdraw = re.search(rf"/motions/{motion_id}/share-links/[0-9a-f-]+/revocation", made.text)
            assert withdraw
            assert (await astrid.post(withdraw.group())).status_code == 200
            begin = time.monotonic()
            await comes_true(lambda: bo.refused is not None)
            assert time.monotonic() - begin < 1
            assert bo.refused
            assert bo.refused[0] in {4403, 4404}


async def test_motion_handed_in_on_one_node_is_frozen_on_the_other_within_a_second(cluster: Cluster) -> None:
    first, second = cluster.nodes
    motion_id, document_id = await first.motion()
    await first.ask(
        "PATCH", f"/motions/{motion_id}", json={"title": "Fler tåg", "demands": [{"text": "att bygga spår"}]}
    )
    async with Typist([second.address(document_id)]) as bo:
        await comes_true(lambda: bo.is_in and "Fler tåg" in bo.title)
        await first.ask("POST", f"/motions/{motion_id}/submission")
        begin = time.monotonic()
        await comes_true(lambda: bo.denied == ["frozen"])
        assert time.monotonic() - begin < 1
        await bo.type("!")
        await comes_true(lambda: bo.refused == (4409, "frozen"))
    assert await first.stored(document_id) == "Fler tåg"


async def test_page_open_on_one_node_hears_what_was_decided_on_the_other(cluster: Cluster) -> None:
    first, second = cluster.nodes
    written = {"title": "Fler tåg", "body": "", "demands": ["att bygga spår"], "visibility": "text"}
    motion_id = (await first.ask("POST", "/motions", json=written))["id"]
    first.served.run(
        "user", "add", "sigrid@example.org", "--name", "Sigrid", "--association", "Kvarnmobygden", "--admin"
    )
    sigrid = Node(first.served, first.served.run("token", "sigrid@example.org").splitlines()[-1])
    async with second.browse() as page:
        page.headers["authorization"] = f"Bearer {second.token}"
        async with page.stream("GET", f"/motions/{motion_id}/events") as stream, asyncio.timeout(20):
            lines = stream.aiter_lines()
            assert (await anext(lines)).startswith("id:")
            decided = {"association": "Kvarnmobygden", "state": "intends"}
            await sigrid.ask("POST", f"/motions/{motion_id}/co-signatures", json=decided)
            begin = time.monotonic()
            async for text in lines:
                if text == "event: co-signatures":
                    break
            assert time.monotonic() - begin < 3
        # and everything again once what was missed can't be known
        async with page.stream("GET", f"/motions/{motion_id}/events") as stream, asyncio.timeout(20):
            lines = stream.aiter_lines()
            assert (await anext(lines)).startswith("id:")
            cluster.broker[1].cut()
            await second.turns(200, "nodes")
            cluster.broker[1].mend()
            awaited = set(PARTS)
            async for text in lines:
                awaited.discard(text.removeprefix("event: "))
                if not awaited:
                    break


async def test_workers_behind_one_port_are_one_server_and_a_killed_one_is_replaced(
    tmp_path: Path, postgres: Postgres, postgres_template: str, valkey: str
) -> None:
    name = postgres.create(postgres_template)
    env = {"VERKSTAD_DATABASE_URL": postgres.url(name), "VERKSTAD_REDIS_URL": valkey}
    served = Served(tmp_path, "serve", env, "--workers", "2")
    node = Node(served, admit_astrid(served))
    served.start()
    _, document_id = await node.motion()
    async with typing([node], document_id, people=10) as typists:
        await comes_true(lambda: len(workers(served)) == 2)
        async with asyncio.timeout(30):
            while await counting(served) != set(map(str, workers(served))):
                pass
        await type_on(typists, 5)
        await comes_true(lambda: agree(typists))
        victim = min(workers(served))
        os.kill(victim, signal.SIGKILL)
        await type_on(typists, 5)
        await comes_true(lambda: agree(typists) and all(typist.is_kept for typist in typists))
        await comes_true(lambda: len(workers(served) - {victim}) == 2)
        await asyncio.gather(*(node.stored(document_id) for _ in range(4)))
        assert await node.stored(document_id) == typists[0].title
    assert served.stop() == 0
    postgres.drop(name)


async def counting(served: Served) -> set[str]:
    """The workers that the metrics are of, whoever of them answers."""
    async with httpx.AsyncClient(base_url=served.url, timeout=30) as client:
        text = (await client.get("/metrics")).raise_for_status().text
    return set(re.findall(r'verkstad_collab_connections\{worker="(\d+)"\}', text))


def workers(served: Served) -> set[int]:
    """The processes that the supervisor has started to serve, without those that have ended."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == served.pid and state != "Z" and b"spawn_main" in command:
            found.add(int(entry.name))
    return found
