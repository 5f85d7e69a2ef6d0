"""What one room promises: nothing seen before it is stored, acknowledgements in order, and one text for all."""

import asyncio
from uuid import UUID

import pytest

from app.collab import limits, protocol
from app.collab.protocol import EMPTY_UPDATE
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


async def test_what_was_sent_just_before_leaving_is_stored() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    astrid.type("Hej då")
    astrid.leave()
    await time_passes()
    assert bo.title == stage.store.title() == "Hej då"


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
