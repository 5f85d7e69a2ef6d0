"""How old a suggestion can be, measured on real servers: from the last keystroke until another member's question finds
what was typed."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.collab.node import Node, admit_astrid
from tests.collab.stage import comes_true
from tests.collab.typist import Typist
from tests.servers import Postgres, Served

REAL_TIME = True
#: What others write about.
OTHERS = ("Fler bänkar i parken", "Bussar varje timme", "Lagad mat i skolan", "Vindkraft till havs", "Öppna bibliotek")
#: Seconds in which a changed motion is to be found, where it is typed and on every other node.
HERE = 2.0
ELSEWHERE = 5.0
WORDS = "xylofonundervisning för pensionärer"


async def write_others(node: Node) -> None:
    for title in OTHERS:
        await node.ask("POST", "/motions", json={"title": title, "body": "", "demands": [], "visibility": "text"})


async def asked_for(node: Node) -> list[str]:
    """The ids of motions that resemble a text of these words."""
    found: dict[str, Any] = await node.ask("POST", "/match", json={"title": WORDS, "body": "", "demands": []})
    return [each["id"] for each in found["results"]]


async def typed_and_found(written: Node, asked: Node, patience: float) -> float:
    """Types the words into an open motion on one node; returns the seconds until the other finds it, at most
    `patience`."""
    made = await written.ask("POST", "/motions", json={"title": "", "body": "", "demands": [], "visibility": "text"})
    assert made["id"] not in await asked_for(asked)
    async with Typist([written.address(made["document_id"])]) as typist:
        await comes_true(lambda: typist.is_in)
        for letter in WORDS:
            await typist.type(letter)
        last = time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while made["id"] not in await asked_for(asked):
                    pass
        assert typist.title == WORDS
    return time.monotonic() - last


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Node]:
    """One process on SQLite."""
    served = Served(tmp_path, "serve")
    served.run("migrate")
    token = admit_astrid(served)
    served.start()
    yield Node(served, token)
    served.stop()


@pytest.fixture
def two(tmp_path: Path, postgres: Postgres, postgres_template: str, valkey: str) -> Iterator[tuple[Node, Node]]:
    """Two processes on one PostgreSQL and one Valkey."""
    name = postgres.create(postgres_template)
    env = {"VERKSTAD_DATABASE_URL": postgres.url(name), "VERKSTAD_REDIS_URL": valkey}
    nodes = [Served(tmp_path / str(number), "serve", env) for number in range(2)]
    for number in range(2):
        (tmp_path / str(number)).mkdir()
    token = admit_astrid(nodes[0])
    for each in nodes:
        each.start()
    yield Node(nodes[0], token), Node(nodes[1], token)
    for each in nodes:
        each.stop()
    postgres.drop(name)


async def test_what_was_typed_is_found_within_two_seconds_of_the_last_keystroke(alone: Node) -> None:
    await alone.turns(200)
    await write_others(alone)
    took = await typed_and_found(alone, alone, 10 * HERE)
    assert took <= HERE, f"{took:.2f} s"


async def test_no_node_serves_a_suggestion_that_is_older_than_five_seconds(two: tuple[Node, Node]) -> None:
    for node in two:
        await node.turns(200)
    await write_others(two[0])
    for written, asked in (two, two[::-1]):
        took = await typed_and_found(written, asked, 4 * ELSEWHERE)
        assert took <= ELSEWHERE, f"{took:.2f} s"
