"""Reading and changing a text where no rooms are open."""

import asyncio
from uuid import UUID, uuid4

import pytest

from app.documents import store
from app.documents.desk import StoreDesk, TextDesk
from app.documents.editing import TextChange
from app.documents.seeding import seed
from app.kit.db import Database
from app.kit.errors import Frozen, NotFound


async def begun(database: Database) -> tuple[TextDesk, UUID]:
    document_id = uuid4()
    async with database.writing() as session:
        await store.create(session, document_id, seed("Fler bussar", "Ett\nTvå", ["att a"], document_id))
    return StoreDesk(database), document_id


async def test_text_reads_as_it_was_last_changed(database: Database) -> None:
    desk, document_id = await begun(database)
    (demand,) = (await desk.read(document_id)).demands
    changed = await desk.edit(document_id, TextChange("Rubrik", "Ett\nTre", ((demand.id, "att a igen"), (None, "b"))))
    assert changed == await desk.read(document_id)
    assert (changed.title, changed.body_text) == ("Rubrik", "Ett\nTre")
    assert [found.text for found in changed.demands] == ["att a igen", "att b"]
    assert changed.demands[0].id == demand.id


async def test_change_that_changes_nothing_writes_nothing(database: Database) -> None:
    desk, document_id = await begun(database)
    await desk.edit(document_id, TextChange("Fler bussar"))
    async with database.reading() as session:
        assert (await store.load(session, document_id)).seq == 0


async def test_changes_made_at_the_same_time_are_all_there(database: Database) -> None:
    desk, document_id = await begun(database)
    demands = tuple((demand.id, demand.text) for demand in (await desk.read(document_id)).demands)
    await asyncio.gather(
        desk.edit(document_id, TextChange(title="Många fler bussar")),
        desk.edit(document_id, TextChange(body="Ett\nTvå\nTre")),
        desk.edit(document_id, TextChange(demands=(*demands, (None, "att b")))),
    )
    text = await desk.read(document_id)
    assert (text.title, text.body_text) == ("Många fler bussar", "Ett\nTvå\nTre")
    assert [demand.text for demand in text.demands] == ["att a", "att b"]


async def test_frozen_text_is_read_and_never_changed(database: Database) -> None:
    desk, document_id = await begun(database)
    before = await desk.read(document_id)
    assert await desk.freeze(document_id) == before
    assert await desk.freeze(document_id) == before
    with pytest.raises(Frozen):
        await desk.edit(document_id, TextChange("Rubrik"))
    assert await desk.read(document_id) == before


async def test_text_that_does_not_exist_is_not_found(database: Database) -> None:
    desk, document_id = await begun(database)
    for asked in (desk.read(uuid4()), desk.edit(uuid4(), TextChange("x")), desk.freeze(uuid4())):
        with pytest.raises(NotFound):
            await asked
    with pytest.raises(NotFound):
        await desk.edit(document_id, TextChange("x", demands=(("nobody", "att x"),)))
    assert (await desk.read(document_id)).title == "Fler bussar"


async def test_desk_is_not_used_where_it_might_wait_for_its_own_user(database: Database) -> None:
    desk, document_id = await begun(database)
    async with database.writing():
        for asked in (desk.read(document_id), desk.edit(document_id, TextChange("x")), desk.freeze(document_id)):
            with pytest.raises(RuntimeError):
                await asked
