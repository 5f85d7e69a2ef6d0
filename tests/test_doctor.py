"""`verkstad doctor` finds what a broken disk or a bad restore has done, and mends what can be mended."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.doctor import examine
from app.documents import integrity, store
from app.documents.editing import TextChange
from app.documents.integrity import Damage
from app.documents.models import DocumentSnapshot, DocumentUpdate
from app.motions.models import Demand, Motion
from tests.cast import Cast


@pytest.fixture
async def written(cast: Cast) -> Cast:
    """Astrid's motion with four entries in its log."""
    for title in ("Fler", "Fler tåg", "Fler tåg nu", "Fler tåg nu!"):
        await cast.desk.edit(cast.motion.document_id, TextChange(title=title))
    return cast


async def execute(cast: Cast, *statements: Any) -> None:
    async with cast.database.writing() as session:
        for statement in statements:
            await session.execute(statement)


def log_of(cast: Cast) -> Any:
    return DocumentUpdate.document_id == cast.motion.document_id


async def cut_off_the_end(cast: Cast) -> None:
    await execute(cast, delete(DocumentUpdate).where(log_of(cast), DocumentUpdate.seq >= 3))


async def lose_one(cast: Cast) -> None:
    await execute(cast, delete(DocumentUpdate).where(log_of(cast), DocumentUpdate.seq == 2))


async def lose_everything(cast: Cast) -> None:
    await execute(cast, delete(DocumentSnapshot).where(DocumentSnapshot.document_id == cast.motion.document_id))


async def spoil_an_update(cast: Cast) -> None:
    await execute(
        cast, update(DocumentUpdate).where(log_of(cast), DocumentUpdate.seq == 2).values(payload=b"\x01\x02\x03")
    )


async def spoil_the_snapshot(cast: Cast) -> None:
    spoilt = update(DocumentSnapshot).where(DocumentSnapshot.document_id == cast.motion.document_id)
    await execute(cast, spoilt.values(state=b"\xff" * 40))


async def put_another_in_its_place(cast: Cast) -> None:
    async with cast.database.reading() as session:
        fourth = (await store.load(session, cast.motion.document_id)).parts[-1]
    await execute(cast, update(DocumentUpdate).where(log_of(cast), DocumentUpdate.seq == 2).values(payload=fourth))


@pytest.mark.parametrize(
    ("damage", "kind", "seq"),
    [
        (cut_off_the_end, "cut", 3),
        (lose_one, "hole", None),
        (lose_everything, "empty", None),
        (spoil_an_update, "unreadable", 2),
        (spoil_the_snapshot, "unreadable", 0),
        (put_another_in_its_place, "unreadable", 2),
    ],
)
async def test_damage_is_found_named_and_does_not_spoil_the_tables(
    written: Cast, damage: Callable[[Cast], Awaitable[None]], kind: str, seq: int | None
) -> None:
    await examine(written.database, written.desk)
    await damage(written)
    async with written.database.reading() as session:
        found = await integrity.examine(session, written.motion.document_id)
    assert found == Damage(written.motion.document_id, kind, seq)
    (finding,) = await examine(written.database, written.desk)
    assert str(written.motion.document_id) in finding
    async with written.database.reading() as session:
        assert await session.scalar(select(Motion.title).where(Motion.id == written.motion.id)) == "Fler tåg nu!"


async def test_tables_are_rebuilt_from_the_documents(written: Cast) -> None:
    await examine(written.database, written.desk)
    assert await examine(written.database, written.desk) == []
    await execute(
        written,
        update(Motion).where(Motion.id == written.motion.id).values(title="?"),
        delete(Demand).where(Demand.motion_id == written.motion.id),
    )
    (finding,) = await examine(written.database, written.desk)
    assert str(written.motion.id) in finding
    assert await examine(written.database, written.desk) == []
    async with written.database.reading() as session:
        assert await session.scalar(select(Motion.title).where(Motion.id == written.motion.id)) == "Fler tåg nu!"
        assert len(list(await session.scalars(select(Demand).where(Demand.motion_id == written.motion.id)))) == 2
