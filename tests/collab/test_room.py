"""What one room promises: nothing seen before it is stored, acknowledgements in order, and nobody harms the others."""

import asyncio
from uuid import UUID

import pytest
from pycrdt import Map

from app.access.roles import Role
from app.collab import limits, protocol
from app.collab.protocol import EMPTY_UPDATE
from app.documents.engine import EngineFault
from tests.collab.stage import MOTION, OTHER_MOTION, Client, set_stage, time_passes


async def test_what_astrid_writes_reaches_bo() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    astrid.type("Fler tåg")
    await time_passes()
    assert bo.title == stage.store.title() == "Fler tåg"


async def test_nothing_is_shown_or_acknowledged_before_it_is_stored() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    stage.store.hold()
    astrid.type("Fler tåg")
    await time_passes(0.5)
    assert bo.title == ""
    assert stage.store.commits == []
    assert astrid.acknowledged == 1  # the answer to the room's own question, which held nothing
    stage.store.release()
    await time_passes()
    assert bo.title == "Fler tåg"
    assert astrid.acknowledged == 2


async def test_one_who_comes_while_a_commit_is_in_flight_sees_only_what_is_stored() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    stage.store.hold()
    astrid.type("Fler tåg")
    await time_passes(0.1)
    bo = await stage.join("bo")
    assert bo.title == ""
    assert not bo.synced
    stage.store.release()
    await time_passes()
    assert bo.title == "Fler tåg"


async def test_what_gathers_during_a_commit_is_stored_as_one() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    stage.store.hold()
    for letter in "abc":
        astrid.type(letter)
    await time_passes(0.1)
    for letter in "defgh":
        bo.type(letter)
    await time_passes(0.1)
    stage.store.release()
    await time_passes()
    assert len(stage.store.commits) == 2
    assert astrid.title == bo.title == stage.store.title()
    assert sorted(astrid.title) == list("abcdefgh")


async def test_rooms_are_committed_together() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo", OTHER_MOTION)
    astrid.type("Fler tåg")
    bo.type("Färre bilar")
    await time_passes()
    assert [set(commit) for commit in stage.store.commits] == [{MOTION, OTHER_MOTION}]


async def test_many_rooms_share_few_commits() -> None:
    stage = await set_stage()
    stage.store.latency = 0.0
    clients = []
    for number in range(20):
        stage.store.add(UUID(int=number + 1))
        clients.append(await stage.join("astrid", UUID(int=number + 1)))
    await time_passes()
    for client in clients:
        client.type("x")
        await time_passes(limits.COMMIT_PACE / 5)
    await time_passes()
    assert all(stage.store.title(client.document_id) == "x" for client in clients)
    assert len(stage.store.commits) <= 6


async def test_what_holds_nothing_to_store_makes_nobodys_commit_wait() -> None:
    stage = await set_stage()
    stage.store.latency = 0.0
    astrid, bo = await stage.join("astrid"), await stage.join("bo", OTHER_MOTION)
    await time_passes(1)
    bo.send(protocol.update(b"\xff"))
    await time_passes(limits.COMMIT_PACE / 10)
    assert bo.wire.closed == (1007, "malformed-update")
    astrid.type("F")
    await time_passes(limits.COMMIT_PACE / 2)
    assert stage.store.title() == "F"


async def test_a_keystroke_in_an_idle_room_is_committed_in_the_same_instant() -> None:
    stage = await set_stage()
    stage.store.latency = 0.0
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    await time_passes(1)
    astrid.type("F")
    await time_passes(0)
    await time_passes(0.000_1)
    assert bo.title == "F"


async def test_a_flush_is_one_frame_for_all_and_none_for_its_only_author() -> None:
    stage = await set_stage()
    clients = [await stage.join(name) for name in ("astrid", "bo", "ove", "ove")]
    before = [len(client.wire.sent) for client in clients]
    clients[0].point({"cursor": 1})
    clients[0].type("F")
    await time_passes(0.1)
    sent = [client.wire.sent[count:] for client, count in zip(clients, before, strict=True)]
    assert sent[1][0] is sent[2][0] is sent[3][0]
    assert [len(each) for each in sent[1:]] == [1, 1, 1]
    assert len(sent[1][0].messages) == 2
    assert [each.messages for each in sent[0]] == [(protocol.acknowledged(2),)]


async def test_fan_out_does_not_grow_with_the_number_of_authors() -> None:
    stage = await set_stage()
    authors = [await stage.join("astrid") for _ in range(30)]
    reader = await stage.join("ove")
    before = len(reader.wire.sent)
    for _ in range(10):
        for author in authors:
            author.type("x")
            author.point()
        await time_passes(0.004)
    await time_passes()
    assert reader.title == "x" * 300
    assert len(reader.wire.sent) - before <= 14


async def test_acknowledgements_count_the_updates_of_their_own_connection() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    for letter in "abc":
        astrid.type(letter)
    bo.type("d")
    await time_passes()
    assert (astrid.acknowledged, bo.acknowledged) == (4, 2)
    astrid.send(protocol.update(EMPTY_UPDATE))
    assert astrid.wire.messages[-1] == protocol.acknowledged(5)


async def test_an_empty_update_is_not_acknowledged_before_what_came_first() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    stage.store.hold()
    astrid.type("a")
    astrid.send(protocol.update(EMPTY_UPDATE))
    await time_passes(0.1)
    assert astrid.acknowledged == 1
    stage.store.release()
    await time_passes()
    assert astrid.acknowledged == 3
    assert len(stage.store.commits) == 1


async def test_only_those_who_ask_are_acknowledged() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid", acks=False)
    astrid.type("a")
    await time_passes()
    assert stage.store.title() == "a"
    assert not any(message.startswith(b"\x64") for message in astrid.wire.messages)


async def test_an_author_who_was_away_brings_everything_along() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    astrid.leave()
    astrid.write("Skrivet på tåget")
    bo.type("Hej. ")
    await time_passes()
    await astrid.join()
    await time_passes()
    assert astrid.title == bo.title == stage.store.title()
    assert "Skrivet på tåget" in bo.title
    assert astrid.acknowledged == 1


async def test_a_gap_is_asked_about_and_nothing_is_acknowledged_until_it_is_filled() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    lost = astrid.write("Fler ")
    stage.store.hold()
    astrid.type("tåg")
    questions = [message for message in astrid.wire.messages if message.startswith(b"\x00\x00")]
    await time_passes(0.1)
    asked = [message for message in astrid.wire.messages if message.startswith(b"\x00\x00")]
    assert len(asked) == len(questions) + 1
    assert astrid.acknowledged == 1
    stage.store.release()
    await time_passes()
    assert lost
    assert bo.title == "Fler tåg"
    # the update that did not fit, and the answer that held it all
    assert astrid.acknowledged == 3
    assert astrid.wire.closed is None


async def test_what_fits_after_a_gap_is_stored_but_not_acknowledged_before_the_gap_is_filled() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    answers: list[bytes] = []
    astrid.wire._receive = answers.append
    lost = astrid.write("Fler ")
    astrid.type("tåg")
    beside = Client("astrid", stage.hub).write("Hej ")
    astrid.send(protocol.update(beside))
    await time_passes()
    assert bo.title == "Hej "
    assert protocol.acknowledged(3) not in answers
    assert lost
    astrid.send(protocol.missing(astrid.doc.get_update()))
    await time_passes()
    assert protocol.acknowledged(4) in answers
    assert sorted(bo.title) == sorted("Hej Fler tåg")


async def test_gaps_without_end_cost_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GAPS", 5)
    stage = await set_stage()
    astrid = await stage.join("astrid")
    unanswered: list[bytes] = []
    astrid.wire._receive = unanswered.append
    astrid.write("x")
    for _ in range(8):
        astrid.type("y")
    await time_passes()
    assert astrid.wire.closed == (4429, "gaps")
    assert stage.store.title() == ""


async def test_reader_sees_the_text_and_is_refused_when_writing() -> None:
    stage = await set_stage()
    astrid, ove = await stage.join("astrid"), await stage.join("ove")
    for _ in range(2):
        ove.type("Nej")
    await time_passes(0.1)
    astrid.type("Ja")
    await time_passes()
    # Once on the way in, and for each attempt.
    assert ove.denials == ["read-only", "read-only", "read-only"]
    assert ove.wire.closed is None
    assert "Ja" in ove.title
    assert astrid.title == stage.store.title() == "Ja"
    ove.type("Nej")
    assert ove.wire.closed == (4403, "writes-without-right")


async def test_reader_is_not_asked_what_it_has() -> None:
    stage = await set_stage()
    ove = await stage.join("ove")
    assert ove.synced
    assert not any(message.startswith(b"\x00\x00") for message in ove.wire.messages)


async def test_whoever_comes_back_without_the_right_to_write_is_told_at_once() -> None:
    """Such a one may have written while there was no connection, and would wait for ever to be asked for it."""
    stage = await set_stage()
    await stage.hub.freeze(MOTION)
    astrid, ove = await stage.join("astrid"), await stage.join("ove")
    assert astrid.denials == ["frozen"]
    assert ove.denials
    assert astrid.wire.closed is None


async def test_author_who_becomes_a_reader_is_told_and_writes_no_more() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    stage.guests.roles["bo"] = Role.READER
    await stage.hub.rights_changed(MOTION)
    await time_passes(0.1)
    assert bo.denials == ["read-only"]
    assert astrid.denials == []
    bo.type("Nej")
    astrid.type("Ja")
    await time_passes()
    assert stage.store.title() == astrid.title == "Ja"


async def test_reader_who_becomes_an_author_is_asked_what_it_has() -> None:
    stage = await set_stage()
    astrid, ove = await stage.join("astrid"), await stage.join("ove")
    ove.type("Nu får jag")
    stage.guests.roles["ove"] = Role.AUTHOR
    await stage.hub.rights_changed(MOTION)
    await time_passes()
    assert astrid.title == "Nu får jag"


async def test_page_that_the_text_has_outgrown_is_sent_away_with_what_it_writes() -> None:
    stage = await set_stage()

    async def join(name: str, schema: int) -> Client:
        client = Client(name, stage.hub)
        client.schema = schema
        return await client.join()

    astrid, bo, program = await join("astrid", 1), await join("bo", 2), await stage.join("bo")
    astrid.type("Fler tåg")
    await time_passes(0.1)
    before = program.doc.get_state()
    program.doc.get("meta", type=Map)["schema"] = 2
    program.send(protocol.update(program.doc.get_update(before)))
    await time_passes(0.1)
    again, ove = await join("astrid", 1), await join("ove", 1)
    astrid.type(" nu")
    again.type(" nu")
    await time_passes(0.1)
    for old in (astrid, again):
        assert old.wire.closed == (4426, "outdated-client")
    # Whoever only reads does no harm.
    assert (ove.title, ove.wire.closed) == ("Fler tåg", None)
    for new in (bo, program):
        new.type("!")
        await time_passes(0.1)
        assert new.wire.closed is None
    assert stage.store.title() == "Fler tåg!!"


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


async def test_what_was_sent_just_before_leaving_is_stored() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    astrid.type("Hej då")
    astrid.leave()
    await time_passes()
    assert bo.title == stage.store.title() == "Hej då"


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
    from app.documents.engine import Replica

    intact = Replica.apply

    def apply(replica: Replica, update: bytes) -> list[tuple[int, int]]:
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
    await time_passes(3)
    assert len(clients[0].wire.sent) == before + 1
    assert {state.clock for state in clients[0].others.values()} >= {2}


async def test_two_who_write_at_once_end_with_the_same_text() -> None:
    stage = await set_stage()
    clients: list[Client] = [await stage.join(name) for name in ("astrid", "bo", "astrid")]
    for round_ in range(20):
        for place, client in enumerate(clients):
            client.type(f"{place}{round_} ", at=round_ * place)
        await time_passes(0.003)
    await time_passes()
    assert len({client.title for client in clients}) == 1
    assert clients[0].title == stage.store.title()
    assert all(client.acknowledged == 21 for client in clients)


async def test_participants_are_not_kept_alive_by_a_pending_commit() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    stage.store.hold()
    astrid.type("x")
    await time_passes(0.1)
    astrid.leave()
    stage.store.release()
    await asyncio.sleep(0)
    await time_passes()
    assert stage.store.title() == "x"
    assert not next(iter(stage.hub._rooms.values())).participants
