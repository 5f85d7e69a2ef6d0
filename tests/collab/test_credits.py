"""What people write together in a room is credited to whoever wrote it, as long as it stands."""

import asyncio
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.collab import protocol
from app.documents.credits import characters
from app.documents.editing import TextChange
from app.documents.engine import Replica
from tests.collab.stage import MOTION, Client, MemoryStore, Stage, VirtualLoop, set_stage, time_passes

ASTRID, BO, GUN = (UUID(int=sum(name.encode())) for name in ("astrid", "bo", "gun"))


def credited(store: MemoryStore) -> dict[UUID | None, int]:
    shelf = store.shelves[MOTION]
    replica = Replica([shelf.state, *(update for _, update in shelf.log)])
    try:
        notes = sorted(shelf.credits, key=lambda each: (each.client, each.clock))
        return characters(replica.state(), notes)
    finally:
        replica.close()


def strike(client: Client, start: int, end: int) -> None:
    before = client.doc.get_state()
    del client.text[start:end]
    client.send(protocol.update(client.doc.get_update(before)))


async def write(random: Random, steps: int) -> None:
    """Astrid types a's in two browsers, Bo b's, and the desk adds words in Gun's name."""
    store = MemoryStore()
    store.add(MOTION, "xxx")
    stage: Stage = await set_stage(store)
    clients = {letter: [Client(name, stage.hub) for _ in range(many)] for letter, name, many in ROLES}
    for client in [each for some in clients.values() for each in some]:
        await client.join()
    for _ in range(steps):
        letter = random.choice("aabbg")
        if letter == "g":
            # The desk says how the whole title shall read: what is still on its way would be written over.
            await time_passes(1)
            title = (await stage.hub.read(MOTION)).title
            await stage.hub.edit(MOTION, TextChange(title=f"{title} g", by=GUN))
        else:
            client = random.choice(clients[letter])
            length = len(client.title)
            if length > 4 and random.random() < 0.3:
                start = random.randrange(length - 2)
                strike(client, start, start + 2)
            elif random.random() < 0.1:
                client.leave()
                await client.join()
            else:
                client.type(letter * random.randint(1, 4), random.randint(0, length))
        if random.random() < 0.5:
            await time_passes(0.2)
    await time_passes(2)
    # As it is stored: how it reads leaves out the second of two spaces, which is somebody's too.
    title = clients["b"][0].title
    expected = {ASTRID: title.count("a"), BO: title.count("b"), GUN: title.count("g") + title.count(" ")}
    found = credited(store)
    assert found.pop(None, 0) == title.count("x")
    assert found == {person: count for person, count in expected.items() if count}
    await stage.hub.close()


ROLES = (("a", "astrid", 2), ("b", "bo", 1))


def test_counts_are_what_each_typed_without_what_was_struck(pytestconfig: pytest.Config) -> None:
    @settings(max_examples=40 * pytestconfig.getoption("fuzz"), deadline=None)
    @given(st.integers(0, 2**32), st.integers(5, 40))
    def tell(seed: int, steps: int) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(write(Random(seed), steps))  # noqa: S311 - chance, not a secret

    tell()


def test_who_writes_under_another_s_number_is_credited_with_nothing() -> None:
    async def story() -> None:
        store = MemoryStore()
        store.add(MOTION)
        stage = await set_stage(store)
        astrid = await Client("astrid", stage.hub).join()
        astrid.type("aaaa")
        await time_passes(1)
        bo = await Client("bo", stage.hub).join()
        # The same document once more, as a copy that goes on under Astrid's number.
        forged = type(bo.doc)(client_id=astrid.client_id)
        forged.apply_update(astrid.doc.get_update())
        before = forged.get_state()
        forged.get("title", type=type(bo.text)).insert(4, "bb")
        bo.send(protocol.update(forged.get_update(before)))
        await time_passes(1)
        assert credited(store) == {ASTRID: 4, None: 2}
        await stage.hub.close()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(story())


def test_one_note_is_written_for_a_whole_evening_s_typing() -> None:
    async def story() -> None:
        store = MemoryStore()
        store.add(MOTION)
        stage = await set_stage(store)
        astrid = await Client("astrid", stage.hub).join()
        for _ in range(50):
            astrid.type("a")
            await time_passes(0.1)
        assert len(store.shelves[MOTION].credits) == 1
        await stage.hub.close()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(story())
