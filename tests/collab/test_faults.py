"""Faults of the engine, and updates made to keep it busy: they cost their sender, and nobody else anything."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from app.collab import intake, limits, live_text, protocol
from app.documents.editing import TextChange
from app.documents.engine import Applied, EngineFault, Replica
from app.documents.engine import merge as intact_merge
from app.kit.errors import TooMany
from tests.collab.stage import Client, Stage, set_stage, time_passes


def spoil(monkeypatch: pytest.MonkeyPatch, is_evil: Callable[[bytes], bool]) -> None:
    """The engine panics at such updates."""
    intact = Replica.apply

    def apply(replica: Replica, update: bytes) -> Applied:
        if is_evil(update):
            replica._usable = False
            raise EngineFault("PanicException")
        return intact(replica, update)

    monkeypatch.setattr(Replica, "apply", apply)


def make_slow(monkeypatch: pytest.MonkeyPatch, slow: set[bytes], seconds: float) -> None:
    """Such updates take the engine so long, by a clock of processor time that nothing else moves."""
    intact, spent = Replica.apply, [0.0]

    def apply(replica: Replica, update: bytes) -> Applied:
        spent[0] += seconds if update in slow else 0.0
        return intact(replica, update)

    class Clock:
        @staticmethod
        def thread_time() -> float:
            return spent[0]

    monkeypatch.setattr(Replica, "apply", apply)
    for module in (live_text, intake):
        monkeypatch.setattr(module, "time", Clock)


async def send_costly(stage: Stage, client: Client, count: int, slow: set[bytes]) -> None:
    for _ in range(count):
        if client.wire.closed is None and not client.wire.is_paused():
            update = client.write("x")
            slow.add(update)
            client.send(protocol.update(update))
        await time_passes(0.05)


async def test_who_makes_the_engine_fail_is_held_off_and_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    spoil(monkeypatch, lambda update: "💥".encode() in update)
    bo.type("💥")
    pauses = []
    for _ in range(3):
        await time_passes(0.5)
        assert bo.wire.closed == (1011, "engine-fault")
        pauses.append(0)
        while True:
            try:
                # and is asked for what we lack, which does it again
                await bo.join()
                break
            except TooMany:
                await time_passes(1)
                pauses[-1] += 1
    assert pauses[0] >= limits.HOLD_OFF_SECONDS - 1
    assert pauses[1] > 1.5 * pauses[0]
    assert pauses[2] > 1.5 * pauses[1]
    astrid.type("Fler tåg")
    await time_passes()
    assert astrid.wire.closed is None
    assert stage.store.title() == "Fler tåg"


async def test_fault_is_logged_with_ids_and_without_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage = await set_stage()
    bo = await stage.join("bo")
    spoil(monkeypatch, lambda update: b"hemlig" in update)
    with caplog.at_level(logging.WARNING, "verkstad"):
        bo.type("hemligt ord")
        await time_passes()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert bo.participant
    assert f"person={bo.participant.admission.person_id}" in logged
    assert f"document={bo.document_id}" in logged
    assert "fault=PanicException" in logged
    assert "hemlig" not in logged


async def test_updates_that_can_not_be_merged_are_stored_one_by_one_and_cost_nobody_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")

    def merge(updates: Any) -> bytes:
        if len(updates) > 1:
            raise EngineFault("PanicException")
        return intact_merge(updates)

    stage.store.hold()
    astrid.type("a")
    await time_passes(0.1)
    monkeypatch.setattr(live_text, "merge", merge)
    for letter in "bcd":
        bo.type(letter)
    astrid.type("e")
    stage.store.release()
    await time_passes()
    monkeypatch.undo()
    assert astrid.title == bo.title == stage.store.title()
    assert sorted(stage.store.title()) == list("abcde")
    assert astrid.wire.closed is bo.wire.closed is None
    assert (astrid.acknowledged, bo.acknowledged) == (3, 4)


async def test_nobody_is_blamed_for_what_the_engine_failed_at_before() -> None:
    stage = await set_stage()
    bo = await stage.join("bo")
    stage.hub._rooms[bo.document_id].text._copy._replica._usable = False
    bo.type("Fler tåg")
    edited = await stage.hub.edit(bo.document_id, TextChange(body="och bussar"))
    assert bo.wire.closed is None
    assert (edited.title, edited.body_text) == ("Fler tåg", "och bussar")


async def test_who_comes_back_while_the_engine_fails_is_asked_for_what_was_written_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    astrid.leave()
    astrid.write("Fler tåg")

    def vector() -> bytes:
        raise EngineFault("PanicException")

    monkeypatch.setattr(stage.hub._rooms[astrid.document_id].text._copy, "vector", vector)
    await astrid.join()
    await time_passes()
    assert bo.title == stage.store.title() == "Fler tåg"
    assert astrid.wire.closed is None


async def test_who_keeps_the_engine_busy_is_not_read_on_from(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    slow: set[bytes] = set()
    make_slow(monkeypatch, slow, 0.3)
    await send_costly(stage, bo, 1000, slow)
    assert bo.wire.closed is None
    # 4 s at once, then a quarter of a second for each of the 50 s
    assert limits.EFFORT_BURST < 0.3 * len(slow) < limits.EFFORT_BURST + 51 * limits.EFFORT_PER_SECOND
    astrid.type("Fler tåg")
    await time_passes(0.1)
    assert astrid.acknowledged == 2


async def test_what_is_costly_is_committed_in_small_batches_and_its_sender_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    slow: set[bytes] = set()
    make_slow(monkeypatch, slow, 0.3)
    updates = [bo.write("x") for _ in range(200)]
    slow.update(updates)
    for update in updates:
        bo.send(protocol.update(update))
    astrid.type("Fler tåg")
    await time_passes(5)
    assert bo.wire.closed == (4429, "costly")
    # What the budget gets back between the batches counts as well.
    most = (2 * limits.EFFORT_BURST + 5 * limits.EFFORT_PER_SECOND) / 0.3 + 1
    assert len(stage.store.title().removeprefix("Fler tåg").removesuffix("Fler tåg")) < most
    assert len(stage.store.commits) > 10
    assert astrid.acknowledged == 2
    with pytest.raises(TooMany):
        await bo.join()


async def test_editor_that_was_away_for_long_is_nowhere_near_the_limit() -> None:
    stage = await set_stage()
    bo = await stage.join("bo")
    for _ in range(2_000):
        bo.type("x")
    await time_passes(5)
    assert bo.participant
    assert bo.participant.effort._left > limits.EFFORT_BURST / 2
    assert bo.acknowledged == 2_001


async def test_many_are_asked_about_again_without_crowding_each_other_out(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    clients = [await stage.join("astrid") for _ in range(3 * limits.ADMISSIONS)]
    # more than may wait at the door
    monkeypatch.setattr(limits, "ADMISSIONS_WAITING", limits.ADMISSIONS)
    await stage.hub.rights_changed(None)
    assert not [each.wire.closed for each in clients if each.wire.closed]
