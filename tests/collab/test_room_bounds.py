"""What one room bears: malformed bytes, floods and slow readers cost their own connection, and no text."""

import pytest

from app.collab import limits, protocol
from app.documents.engine import EngineFault
from tests.collab.stage import OTHER_MOTION, set_stage, time_passes


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff" * 12,
        b"\x00\x07\x01\x00",
        b"\x00\x02\xc8\x01\x01",
        b"\x63\x01",
        protocol.update(b"\x01\x02\x03\x04"),
        protocol.missing(b"\xff\xff\xff"),
        protocol.state_vector(b"\xff\xff\xff\xff\x07"),
        protocol.awareness(b"\x05\x01"),
        protocol.awareness(b'\x01\xe7\x24\x05\x08{"user":'),
        protocol.awareness(b"\x01\xe7\x24\x05\x0242"),
    ],
)
async def test_malformed_bytes_cost_their_sender_the_connection_and_nobody_else(message: bytes) -> None:
    stage = await set_stage()
    astrid, bo, ove = await stage.join("astrid"), await stage.join("bo"), await stage.join("bo")
    ove.send(message)
    await time_passes(0.1)
    assert ove.wire.closed is not None
    assert ove.wire.closed[0] == 1007
    astrid.type("Fler tåg")
    await time_passes()
    assert bo.title == "Fler tåg"
    assert bo.wire.closed is astrid.wire.closed is None


async def test_text_message_closes_its_sender() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    assert astrid.participant is not None
    astrid.participant.receive_text()
    assert astrid.wire.closed == (1003, "text-message")


async def test_failed_commit_shows_nothing_and_sends_the_clients_away_to_resend() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    stage.store.failures = [OSError("disk full")] * (len(limits.COMMIT_RETRIES) + 1)
    astrid.type("Fler tåg")
    await time_passes(5)
    assert bo.title == stage.store.title() == ""
    assert astrid.acknowledged == 1
    assert astrid.wire.closed == bo.wire.closed == (1012, "not-stored")
    for client in (astrid, bo):
        client.leave()
        await client.join()
    await time_passes()
    assert bo.title == stage.store.title() == "Fler tåg"


async def test_commit_that_fails_once_is_tried_again() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    stage.store.failures = [OSError("busy")]
    astrid.type("Fler tåg")
    await time_passes()
    assert bo.title == "Fler tåg"
    assert astrid.wire.closed is None


async def test_document_that_is_gone_takes_only_its_own_room_along() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo", OTHER_MOTION)
    del stage.store.shelves[OTHER_MOTION]
    astrid.type("Fler tåg")
    bo.type("Färre bilar")
    await time_passes()
    assert stage.store.title() == "Fler tåg"
    assert astrid.wire.closed is None
    assert bo.wire.closed == (4404, "not-found")


async def test_fault_of_the_engine_costs_the_culprit_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    astrid, bo, ove = await stage.join("astrid"), await stage.join("bo"), await stage.join("bo")
    evil = ove.write("💥")
    apply = _spoiled_by(evil)
    monkeypatch.setattr("app.documents.engine.Replica.apply", apply)
    stage.store.hold()
    astrid.type("a")
    await time_passes(0.1)
    bo.type("b")
    ove.send(protocol.update(evil))
    astrid.type("c")
    stage.store.release()
    await time_passes()
    assert ove.wire.closed == (1011, "engine-fault")
    assert astrid.wire.closed is bo.wire.closed is None
    assert astrid.title == bo.title == stage.store.title()
    assert sorted(bo.title) == list("abc")
    assert astrid.acknowledged == 3


def _spoiled_by(evil: bytes) -> object:
    """Replica.apply, but for one update that the engine fails at."""
    from app.documents.engine import Applied, Replica

    intact = Replica.apply

    def apply(replica: Replica, update: bytes) -> Applied:
        if update == evil:
            replica._usable = False
            raise EngineFault("panic")
        return intact(replica, update)

    return apply


async def test_slow_reader_is_sent_nothing_more_until_it_has_read_and_then_all_of_it() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    bo.wire.slow = True
    block = "x" * 200_000
    for _ in range(8):
        astrid.type(block)
        await time_passes(0.5)
    waiting = bo.wire.waiting
    assert waiting < limits.WRITE_BUFFER_BYTES + 2 * len(block)
    assert bo.wire.is_paused()
    bo.wire.read_on()
    await time_passes()
    assert bo.title == astrid.title
    assert not bo.wire.is_paused()
    astrid.type("!")
    await time_passes()
    assert bo.title == astrid.title


async def test_reader_that_never_reads_is_cut_off() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    bo.wire.slow = True
    for _ in range(8):
        astrid.type("x" * 200_000)
        await time_passes(0.5)
    assert not bo.wire.is_aborted()
    await time_passes(limits.STALLED_SECONDS + 1)
    assert bo.wire.is_aborted()
    assert astrid.wire.closed is None


async def test_document_that_is_full_refuses_more_and_stays_usable() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    for _ in range(5):
        astrid.type("x" * 1_000_000)
        await time_passes()
    full = stage.store.title()
    assert len(full) >= 4 * 1024 * 1024
    astrid.type("x" * 1_000_000)
    await time_passes()
    assert astrid.wire.closed == (4413, "document-too-large")
    assert bo.title == stage.store.title() == full


async def test_flood_is_held_back_by_not_reading_and_passes_when_it_stops() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    count = limits.MESSAGE_BURST + 500
    sent = 0
    while sent < count:
        if astrid.wire.is_paused():
            await time_passes(0.05)
        else:
            astrid.type("x")
            sent += 1
    await time_passes(5)
    assert bo.title == "x" * count
    assert not astrid.wire.is_paused()
    assert astrid.wire.closed is None


async def test_no_more_is_read_from_a_client_than_waits_for_one_commit() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    stage.store.hold()
    for _ in range(limits.PENDING_UPDATES):
        assert not astrid.wire.is_paused()
        astrid.type("x")
    await time_passes()
    assert astrid.wire.is_paused()
    stage.store.release()
    await time_passes()
    assert not astrid.wire.is_paused()


async def test_flood_that_does_not_stop_costs_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGE_BURST", 10)
    monkeypatch.setattr(limits, "MESSAGES_PER_SECOND", 10)
    monkeypatch.setattr(limits, "FLOOD_SECONDS", 30.0)
    stage = await set_stage()
    ove = await stage.join("ove")
    for _ in range(3000):
        if ove.wire.closed is not None:
            break
        if not ove.wire.is_paused():
            ove.send(b"\x03")
        await time_passes(0.02)
    assert ove.wire.closed == (4429, "flood")
