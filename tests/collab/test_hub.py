"""What the hub promises: rooms are loaded once and put away, rights follow at once, and the desk works on live text."""

import asyncio
from uuid import UUID

import pytest

from app.access.roles import Role
from app.collab import limits
from app.collab.admission import Admission, Applicant
from app.collab.doorway import Doorway
from app.collab.errors import Closing, NotStored
from app.documents.editing import TextChange
from app.documents.store import Stored
from app.kit.errors import AppError, Frozen, NotFound, NotSignedIn, TooMany
from tests.collab.stage import (
    MOTION,
    OTHER_MOTION,
    Client,
    MemoryStore,
    Stage,
    set_stage,
    time_passes,
)


async def test_document_is_loaded_once_for_all_who_come_together() -> None:
    stage = await set_stage()
    stage.store.latency = 0.5
    clients = [Client(name, stage.hub) for name in ("astrid", "bo", "ove") * 5]
    await asyncio.gather(*(client.join() for client in clients))
    assert stage.store.loads == [MOTION]
    assert all(client.synced for client in clients)


async def test_load_that_fails_is_told_to_all_and_tried_again_for_the_next() -> None:
    stage = await set_stage()
    shelf = stage.store.shelves.pop(MOTION)
    results = await asyncio.gather(stage.join("astrid"), stage.join("bo"), return_exceptions=True)
    assert [type(each).__mro__[1] for each in results] == [NotFound, NotFound]
    stage.store.shelves[MOTION] = shelf
    assert (await stage.join("astrid")).synced


async def test_one_who_goes_away_while_loading_spoils_it_for_nobody() -> None:
    stage = await set_stage()
    stage.store.latency = 0.5
    first = asyncio.create_task(stage.join("astrid"))
    second = asyncio.create_task(stage.join("bo"))
    await time_passes(0.1)
    first.cancel()
    assert (await second).synced
    assert stage.store.loads == [MOTION]


async def test_room_that_nobody_is_in_is_put_away_and_comes_back_as_it_was() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    astrid.type("Fler tåg")
    await time_passes()
    astrid.leave()
    await time_passes(limits.IDLE_ROOM_SECONDS + 2)
    assert stage.hub._rooms == {}
    bo = await stage.join("bo")
    assert bo.title == "Fler tåg"


async def test_room_stays_when_somebody_comes_back_in_time() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    room = stage.hub._rooms[MOTION]
    astrid.leave()
    await time_passes(limits.IDLE_ROOM_SECONDS - 1)
    await astrid.join()
    await time_passes(limits.IDLE_ROOM_SECONDS * 3)
    assert stage.hub._rooms[MOTION] is room
    astrid.type("Kvar")
    await time_passes()
    assert stage.store.title() == "Kvar"


async def test_room_is_not_put_away_under_one_who_comes_while_it_is_being_folded() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    for _ in range(limits.COMPACT_UPDATES_IDLE + 1):
        astrid.type("x")
        await time_passes(0.1)
    astrid.leave()
    await time_passes(limits.IDLE_ROOM_SECONDS - 0.5)
    stage.store.latency = 3.0
    await time_passes(2)
    assert stage.store.compactions == []
    bo = Client("bo", stage.hub)
    joining = asyncio.create_task(bo.join())
    await time_passes(5)
    await joining
    assert stage.store.compactions == [MOTION]
    bo.type("!")
    await time_passes(10)
    assert stage.store.title() == bo.title == "x" * 9 + "!"
    assert bo.wire.closed is None


async def test_no_more_idle_rooms_are_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IDLE_ROOMS", 3)
    stage = await set_stage()
    for number in range(10):
        document_id = UUID(int=number + 1)
        stage.store.add(document_id)
        client = await stage.join("astrid", document_id)
        client.leave()
    await time_passes(1)
    assert len(stage.hub._rooms) == 3


async def test_long_log_is_folded_while_people_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMPACT_UPDATES", 10)
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    for _ in range(25):
        astrid.type("x")
        await time_passes(0.1)
    assert stage.store.compactions == [MOTION, MOTION]
    assert len(stage.store.shelves[MOTION].log) < 10
    assert stage.store.title() == bo.title == "x" * 25


async def test_newcomers_to_the_same_version_are_sent_the_same_bytes() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    astrid.type("Fler tåg")
    await time_passes()
    bo, ove = await stage.join("bo"), await stage.join("ove")
    assert bo.wire.sent[0] is ove.wire.sent[0]
    assert bo.title == ove.title == "Fler tåg"


async def test_newcomer_to_a_stored_snapshot_needs_no_engine() -> None:
    stage = await set_stage()
    ove = await stage.join("ove")
    assert ove.synced
    assert stage.hub._rooms[MOTION].text._copy._made is None


# The desk.


async def test_desk_reads_what_everybody_sees() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    astrid.type("Fler tåg")
    await time_passes()
    stage.store.hold()
    astrid.type(" och bussar")
    await time_passes(0.1)
    reading = asyncio.create_task(stage.hub.read(MOTION))
    await time_passes(0.1)
    assert not reading.done()
    stage.store.release()
    assert (await reading).title == "Fler tåg och bussar"


async def test_desk_reads_a_document_that_nobody_has_open() -> None:
    stage = await set_stage()
    stage.store.add(MOTION, "Fler tåg", ["att fler tåg går"])
    text = await stage.hub.read(MOTION)
    assert text.title == "Fler tåg"
    assert [demand.text for demand in text.demands] == ["att fler tåg går"]


async def test_edit_of_the_desk_is_stored_and_shown_before_it_returns() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    stage.store.hold()
    editing = asyncio.create_task(stage.hub.edit(MOTION, TextChange(title="Fler tåg")))
    await time_passes(0.5)
    assert not editing.done()
    assert astrid.title == ""
    stage.store.release()
    assert (await editing).title == "Fler tåg"
    assert stage.store.title() == "Fler tåg"
    await time_passes(0)
    assert astrid.title == "Fler tåg"


async def test_desk_that_replaces_a_text_is_told_what_stood_there_to_the_last_letter() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    stage.store.hold()
    astrid.type("Fler tåg")
    await time_passes(0.1)
    astrid.type("!")
    replacing = asyncio.create_task(stage.hub.replace(MOTION, TextChange(title="Fler bussar")))
    await time_passes(0.1)
    stage.store.release()
    before, after = await replacing
    assert (before.title, after.title) == ("Fler tåg!", "Fler bussar")


async def test_edit_that_changes_nothing_stores_nothing() -> None:
    stage = await set_stage()
    await stage.hub.edit(MOTION, TextChange(title="Fler tåg"))
    commits = len(stage.store.commits)
    assert (await stage.hub.edit(MOTION, TextChange(title="Fler tåg"))).title == "Fler tåg"
    assert len(stage.store.commits) == commits


async def test_edit_that_is_refused_says_why_and_disturbs_nobody() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    with pytest.raises(NotFound):
        await stage.hub.edit(MOTION, TextChange(demands=(("0b9b5f4e-1111-4222-8333-444455556666", "att"),)))
    astrid.type("x")
    await time_passes()
    assert stage.store.title() == "x"


async def test_edit_that_cannot_be_stored_is_not_said_to_be() -> None:
    stage = await set_stage()
    stage.store.failures = [OSError("disk full")] * 10
    with pytest.raises(NotStored):
        await stage.hub.edit(MOTION, TextChange(title="Fler tåg"))
    stage.store.failures = []
    assert (await stage.hub.read(MOTION)).title == ""


async def test_freezing_keeps_what_was_sent_before_and_refuses_what_comes_after() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    stage.store.hold()
    astrid.type("Sista ordet")
    await time_passes(0.1)
    bo.type("!")
    freezing = asyncio.create_task(stage.hub.freeze(MOTION))
    await time_passes(0.1)
    astrid.type(" för sent")
    assert astrid.wire.closed == (4409, "frozen")
    stage.store.release()
    final = await freezing
    assert sorted(final.title) == sorted("Sista ordet!")
    assert final.title == stage.store.title() == bo.title
    assert bo.denials == ["frozen"]
    assert bo.wire.closed is None


async def test_frozen_document_is_read_but_not_written() -> None:
    stage = await set_stage()
    await stage.hub.edit(MOTION, TextChange(title="Fler tåg"))
    await stage.hub.freeze(MOTION)
    astrid = await stage.join("astrid")
    assert astrid.title == "Fler tåg"
    with pytest.raises(Frozen):
        await stage.hub.edit(MOTION, TextChange(title="Nej"))
    astrid.type("!")
    assert astrid.wire.closed == (4409, "frozen")
    assert stage.store.title() == "Fler tåg"


async def test_freezing_that_fails_lets_everybody_write_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")

    async def freeze(document_id: UUID) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(stage.store, "freeze", freeze)
    with pytest.raises(OSError, match="disk full"):
        await stage.hub.freeze(MOTION)
    astrid.type("Fler tåg")
    await time_passes()
    assert bo.title == "Fler tåg"


# Rights.


async def test_one_who_loses_the_right_is_sent_away_at_once() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo")
    del stage.guests.roles["bo"]
    await stage.hub.rights_changed(MOTION)
    assert bo.wire.closed == (4401, "not-signed-in")
    astrid.type("x")
    await time_passes()
    assert bo.title == ""
    assert astrid.wire.closed is None


async def test_one_who_loses_the_right_while_being_let_in_does_not_get_in() -> None:
    stage = await set_stage()
    stage.store.latency = 1.0
    joining = asyncio.create_task(stage.join("bo"))
    await time_passes(0.5)
    del stage.guests.roles["bo"]
    await stage.hub.rights_changed(MOTION)
    with pytest.raises(NotSignedIn):
        await joining


async def test_only_the_person_whose_rights_changed_is_asked_about() -> None:
    stage = await set_stage()
    await stage.join("astrid")
    bo = await stage.join("bo")
    assert bo.participant is not None
    asked = stage.guests.asked
    await stage.hub.rights_changed(MOTION, bo.participant.admission.person_id)
    await stage.hub.rights_changed(OTHER_MOTION)
    assert stage.guests.asked == asked + 1


async def test_document_that_is_removed_closes_for_everybody() -> None:
    stage = await set_stage()
    clients = [await stage.join("astrid"), await stage.join("ove")]
    stage.guests.gone.add(MOTION)
    await stage.hub.rights_changed(MOTION)
    assert [client.wire.closed for client in clients] == [(4404, "not-found")] * 2


async def test_where_rights_cannot_be_looked_up_nobody_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")

    async def admit(applicant: Applicant, document_id: UUID) -> Admission:
        raise OSError("no database")

    monkeypatch.setattr(stage.hub, "_admit", admit)
    await stage.hub.rights_changed(MOTION)
    assert astrid.wire.closed == (1012, "rights-unknown")


# At the door.


async def refusal(stage: Stage, name: str) -> type[AppError]:
    with pytest.raises(AppError) as raised:
        await stage.join(name)
    return raised.type


async def test_stranger_is_not_let_in() -> None:
    stage = await set_stage()
    assert await refusal(stage, "stranger") is NotSignedIn
    assert stage.hub._doorway._inside == {}


async def test_person_has_a_limited_number_of_connections() -> None:
    stage = await set_stage(doorway=Doorway(per_person=2))
    first = await stage.join("bo")
    await stage.join("bo")
    assert await refusal(stage, "bo") is TooMany
    assert (await stage.join("astrid")).synced
    first.leave()
    assert (await stage.join("bo")).synced


async def test_address_has_a_limited_number_of_connections_before_anything_is_looked_up() -> None:
    stage = await set_stage(doorway=Doorway(per_address=2))
    await stage.join("bo")
    astrid = await stage.join("astrid")
    asked = stage.guests.asked
    assert await refusal(stage, "ove") is TooMany
    assert stage.guests.asked == asked
    astrid.leave()
    assert (await stage.join("ove")).synced


async def test_flood_at_the_door_waits_outside_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADMISSIONS_WAITING", 20)
    stage = await set_stage()
    results = await asyncio.gather(*(stage.join("astrid") for _ in range(100)), return_exceptions=True)
    refused = [each for each in results if isinstance(each, TooMany)]
    assert len(refused) == 80
    assert sum(isinstance(each, Client) for each in results) == 20
    assert stage.guests.asked == 20


async def test_room_in_which_nobody_writes_makes_no_copy_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    with monkeypatch.context() as patched:
        patched.setattr("app.collab.versioned.Replica", None)
        astrid, bo = await stage.join("astrid"), await stage.join("bo")
        await time_passes(1.0)
    assert astrid.synced
    assert bo.synced
    astrid.type("hej")
    await time_passes(1.0)
    assert "hej" in bo.title


async def test_going_down_stores_everything_and_asks_everybody_to_come_back() -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo", OTHER_MOTION)
    stage.store.latency = 1.0
    astrid.type("Fler tåg")
    bo.type("Färre bilar")
    await stage.hub.close()
    assert (stage.store.title(), stage.store.title(OTHER_MOTION)) == ("Fler tåg", "Färre bilar")
    assert astrid.wire.closed == bo.wire.closed == (1012, "restart")
    with pytest.raises(Closing):
        await stage.join("astrid")


async def test_going_down_does_not_wait_for_ever_for_the_store() -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")
    stage.store.hold()
    astrid.type("Fler tåg")
    await stage.hub.close()
    assert astrid.wire.closed == (1012, "restart")
    assert astrid.acknowledged == 1


async def test_fault_of_one_room_does_not_stop_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    astrid, bo = await stage.join("astrid"), await stage.join("bo", OTHER_MOTION)
    room = stage.hub._rooms[MOTION]

    def settle(*_: object) -> None:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(room.text, "settle", settle)
    astrid.type("x")
    await time_passes()
    assert astrid.wire.closed == (1011, "fault")
    bo.type("Färre bilar")
    await time_passes()
    assert stage.store.title(OTHER_MOTION) == "Färre bilar"


async def test_store_that_lost_what_it_had_closes_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await set_stage()
    astrid = await stage.join("astrid")

    async def load(document_id: UUID) -> Stored:
        raise OSError("no database")

    monkeypatch.setattr(MemoryStore, "load", load)
    stage.hub.restore(stage.hub._rooms[MOTION])
    await time_passes()
    assert astrid.wire.closed == (1012, "not-stored")


async def test_reader_role_has_no_more_than_reading() -> None:
    assert not Admission(UUID(int=1), "Ove", 0, Role.READER).may_write
    assert not Admission(UUID(int=1), "Ove", 0, Role.COMMENTER).may_write
    assert Admission(UUID(int=1), "Ove", 0, Role.AUTHOR).may_write
    assert Admission(UUID(int=1), "Ove", 0, Role.OWNER).may_write
    assert not Admission(UUID(int=1), "Ove", 0, Role.AUTHOR, frozen=True).may_write
