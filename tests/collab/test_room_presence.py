"""What one room shows of those who are in it."""

from app.collab import limits, protocol
from tests.collab.stage import set_stage, time_passes


async def test_presence_is_shown_with_the_name_of_the_session() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    astrid.point({"user": {"name": "Statsministern", "color": "#fff"}, "cursor": {"anchor": 3}})
    await time_passes(0.1)
    shown = {"name": "Astrid", "color": 6, "id": f"{sum(b'astrid'):012x}"}
    assert bo.sees(astrid) == {"user": shown, "cursor": {"anchor": 3}}
    ove = await stage.join("ove")
    assert ove.sees(astrid) == bo.sees(astrid)
    astrid.leave()
    await time_passes(0.1)
    assert bo.sees(astrid) is None


async def test_presence_of_somebody_else_is_not_believed() -> None:
    stage = await set_stage()
    astrid, bo, ove = await stage.join("astrid"), await stage.join("bo"), await stage.join("ove")
    astrid.point({"cursor": 1})
    await time_passes(0.1)
    ove.clock = 50
    ove.point({"cursor": 9}, client_id=astrid.client_id)
    ove.send(protocol.awareness(protocol.encode_states([protocol.State(astrid.client_id, 99, "null")])))
    await time_passes(0.1)
    assert bo.sees(astrid)["cursor"] == 1
    assert ove.wire.closed is None


async def test_too_much_presence_closes_its_sender() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    astrid.point({"cursor": "x" * limits.PRESENCE_STATE_BYTES})
    assert astrid.wire.closed == (4413, "presence-too-large")


async def test_presence_that_is_asked_for_is_sent() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    astrid.point({"cursor": 1})
    await time_passes(0.1)
    bo.others.clear()
    bo.send(b"\x03")
    await time_passes(0.1)
    assert bo.sees(astrid)["cursor"] == 1


async def test_caret_that_moves_during_a_commit_goes_out_with_the_text() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    stage.store.hold()
    astrid.type("Fler tåg")
    await time_passes(0.1)
    astrid.point({"cursor": 8})
    await time_passes(0.1)
    assert bo.sees(astrid) is None
    stage.store.release()
    await time_passes(0.1)
    assert bo.title == "Fler tåg"
    assert bo.sees(astrid)["cursor"] == 8
    assert len(bo.wire.sent[-1].messages) == 2


async def test_carets_that_move_while_nobody_writes_are_shown_together_or_with_what_is_written() -> None:
    stage = await set_stage()
    astrid, *others = [await stage.join("astrid") for _ in range(100)]
    pace = 100 * limits.PRESENCE_PACE_PER_RECIPIENT
    await time_passes()
    astrid.point({"cursor": 1})
    await time_passes(0.001)
    assert others[0].sees(astrid)["cursor"] == 1
    before = len(others[0].wire.sent)
    for cursor in range(2, 6):
        astrid.point({"cursor": cursor})
        await time_passes(pace / 10)
    assert len(others[0].wire.sent) == before
    await time_passes(pace)
    assert len(others[0].wire.sent) == before + 1
    assert others[0].sees(astrid)["cursor"] == 5
    astrid.point({"cursor": 6})
    astrid.type("Fler tåg")
    await time_passes(limits.FLUSH_PACE)
    assert others[0].sees(astrid)["cursor"] == 6


async def test_renewals_of_presence_wait_for_each_other() -> None:
    stage = await set_stage()
    clients = [await stage.join("astrid") for _ in range(20)]
    for client in clients:
        client.point({"cursor": 1})
    await time_passes(1)
    before = len(clients[0].wire.sent)
    for client in clients:
        client.point({"cursor": 1})
        await time_passes(0.05)
    await time_passes(limits.PRESENCE_RENEWAL_PACE)
    assert len(clients[0].wire.sent) == before + 1
    assert {state.clock for state in clients[0].others.values()} >= {2}
