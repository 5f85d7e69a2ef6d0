"""Versions that are kept by themselves."""

from datetime import timedelta

from sqlalchemy import delete

from app.documents.editing import TextChange
from app.history.keeper import LONGEST, QUIET, Keeper
from app.kit import clock
from app.motions.models import MotionRole, MotionVersion
from app.motions.projection import project
from app.motions.versions import text_of, versions_of
from tests.cast import Cast


async def write(cast: Cast, title: str) -> None:
    await cast.desk.edit(cast.motion.document_id, TextChange(title=title))
    await project(cast.database, cast.desk, cast.motion.document_id)


async def kept(cast: Cast) -> list[MotionVersion]:
    async with cast.database.reading() as session:
        return await versions_of(session, cast.motion.id)


async def test_a_version_is_kept_when_the_writing_has_paused_and_only_once(cast: Cast) -> None:
    keeper = Keeper(cast.database, cast.desk)
    begun = clock.now() + timedelta(minutes=1)
    with clock.frozen(begun):
        await write(cast, "Kvällsbussar")
        assert await keeper.look() == 0
    with clock.frozen(begun + QUIET):
        assert await keeper.look() == 1
        assert await keeper.look() == 0
    with clock.frozen(begun + 3 * QUIET):
        assert await keeper.look() == 0
    (version,) = await kept(cast)
    text = text_of(version)
    assert text.title == "Kvällsbussar"
    assert text == await cast.desk.read(cast.motion.document_id)


async def test_a_version_is_kept_now_and_then_while_nobody_pauses(cast: Cast) -> None:
    keeper = Keeper(cast.database, cast.desk)
    begun = clock.now()
    minutes = 45
    for minute in range(1, minutes):
        with clock.frozen(begun + timedelta(minutes=minute)):
            await write(cast, f"Kvällsbussar {minute}")
            await keeper.look()
    assert len(await kept(cast)) == timedelta(minutes=minutes) // LONGEST


async def test_what_came_to_rest_while_nobody_looked_is_kept_by_the_next_that_looks(cast: Cast) -> None:
    await write(cast, "Kvällsbussar")
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert await Keeper(cast.database, cast.desk).look() == 1
        assert await Keeper(cast.database, cast.desk).look() == 0


async def test_a_motion_that_nobody_writes_in_such_as_an_imported_one_has_no_versions(cast: Cast) -> None:
    async with cast.database.writing() as session:
        await session.execute(delete(MotionRole))
    await write(cast, "Kvällsbussar")
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert await Keeper(cast.database, cast.desk).look() == 0


async def test_text_that_was_changed_and_changed_back_is_not_kept_again(cast: Cast) -> None:
    keeper = Keeper(cast.database, cast.desk)
    begun = clock.now()
    for at, title in enumerate(["Kvällsbussar", "Nattbussar", "Kvällsbussar"]):
        with clock.frozen(begun + timedelta(hours=1, minutes=at)):
            await write(cast, title)
        if at == 0:
            with clock.frozen(begun + timedelta(hours=1) + QUIET):
                assert await keeper.look() == 1
    with clock.frozen(begun + timedelta(hours=3)):
        assert await keeper.look() == 0
