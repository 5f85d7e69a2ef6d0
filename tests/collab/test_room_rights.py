"""What one room lets whom do: readers read, and who gains or loses a right is told at once."""

from pycrdt import Map

from app.access.roles import Role
from app.collab import protocol
from tests.collab.stage import MOTION, Client, set_stage, time_passes


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
