"""The index of a process follows the motions: what is open to all members is in it, and nothing else."""

import asyncio
import gc
from contextlib import suppress
from uuid import UUID

import pytest

from app.access.roles import Visibility
from app.documents.editing import TextChange
from app.kit.db import Database
from app.matching.events import SuggestionsChanged
from app.matching.feed import Feed
from app.motions.actions import set_visibility
from app.motions.projection import project
from tests.cast import DEMANDS, Cast


async def built(cast: Cast) -> Feed:
    feed = Feed(cast.database)
    assert feed.missing() is not None
    await feed.build()
    assert feed.missing() is None
    return feed


async def open_to(cast: Cast, motion_id: UUID, visibility: Visibility, database: Database | None = None) -> None:
    async with (database or cast.database).writing() as session:
        await set_visibility(session, motion_id, visibility)


async def write(cast: Cast, title: str) -> None:
    await cast.desk.edit(cast.motion.document_id, TextChange(title=title))
    await project(cast.database, cast.desk, cast.motion.document_id)


async def test_what_the_index_holds_is_kept_from_the_garbage_collector(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, loop = asyncio.Event(), asyncio.get_running_loop()
    feed = Feed(cast.database)
    held: list[str | None] = []

    def freeze() -> None:
        held.append(feed.missing())
        loop.call_soon_threadsafe(frozen.set)

    monkeypatch.setattr(gc, "freeze", freeze)
    running = asyncio.create_task(feed.run())
    await frozen.wait()
    assert held == [None], "once, when it was built"
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_hidden_motion_is_not_in_the_index(cast: Cast) -> None:
    await cast.another_motion("Fler bänkar", cast.bo, visibility=Visibility.TEXT)
    feed = await built(cast)
    assert len(feed.engine) == 1
    assert str(cast.motion.id) not in feed.engine


async def test_what_is_in_the_index_is_what_members_may_see(cast: Cast) -> None:
    whole = await cast.another_motion("Fler bänkar", cast.bo, body="Äldre vilar.", visibility=Visibility.TEXT)
    part = await cast.another_motion("Fler träd", cast.bo, body="Ekar.", visibility=Visibility.DEMANDS)
    theme = await cast.another_motion("Fler hus", cast.bo, body="Tegel.", visibility=Visibility.THEME)
    engine = (await built(cast)).engine
    shown = engine.card(str(whole))
    assert shown is not None
    assert (shown.title, shown.body, shown.association, shown.call) == (
        "Fler bänkar",
        "Äldre vilar.",
        "Södra",
        "Kongressen",
    )
    assert tuple(demand.text for demand in shown.demands) == DEMANDS
    shown = engine.card(str(part))
    assert shown is not None
    assert (shown.title, shown.body) == ("Fler träd", "")
    assert engine.card(str(theme)) is None


async def test_a_motion_comes_changes_and_goes_with_its_openness_and_text(cast: Cast) -> None:
    feed = await built(cast)
    key = str(cast.motion.id)
    await open_to(cast, cast.motion.id, Visibility.TEXT)
    await feed.follow()
    assert key in feed.engine
    await write(cast, "Avgiftsfria bussar")
    await feed.follow()
    card = feed.engine.card(key)
    assert card is not None
    assert card.title == "Avgiftsfria bussar"
    await open_to(cast, cast.motion.id, Visibility.DEMANDS)
    await feed.follow()
    card = feed.engine.card(key)
    assert card is not None
    assert card.body == ""
    await open_to(cast, cast.motion.id, Visibility.HIDDEN)
    await feed.follow()
    assert key not in feed.engine


async def test_what_another_process_changes_is_found_by_looking(cast: Cast) -> None:
    feed = await built(cast)
    elsewhere = Database(cast.database.url)
    await open_to(cast, cast.motion.id, Visibility.TEXT, elsewhere)
    assert str(cast.motion.id) not in feed.engine
    await feed.follow()
    assert str(cast.motion.id) in feed.engine
    await open_to(cast, cast.motion.id, Visibility.HIDDEN, elsewhere)
    await feed.follow()
    assert str(cast.motion.id) not in feed.engine
    await elsewhere.close()


async def test_a_change_that_is_only_seen_again_is_taken_in_once(cast: Cast) -> None:
    feed = await built(cast)
    told: list[UUID] = []

    async def hear(event: SuggestionsChanged) -> None:
        told.append(event.motion_id)

    await open_to(cast, cast.motion.id, Visibility.TEXT)
    await feed.follow()
    cast.database.events.subscribe(SuggestionsChanged, hear)
    await feed.follow()
    await feed.follow()
    assert told == []


async def test_a_change_made_here_is_taken_in_at_once_and_not_again_when_others_are_looked_for(cast: Cast) -> None:
    feed = await built(cast)
    await open_to(cast, cast.motion.id, Visibility.TEXT)
    await feed.follow()
    told: list[UUID] = []

    async def hear(event: SuggestionsChanged) -> None:
        told.append(event.motion_id)

    cast.database.events.subscribe(SuggestionsChanged, hear)
    await write(cast, "Avgiftsfria bussar")
    await feed.take_in_own()
    card = feed.engine.card(str(cast.motion.id))
    assert card is not None
    assert card.title == "Avgiftsfria bussar"
    assert told == [cast.motion.id]
    await feed.follow()
    assert told == [cast.motion.id]
    await open_to(cast, cast.motion.id, Visibility.HIDDEN)
    await feed.take_in_own()
    assert str(cast.motion.id) not in feed.engine


async def test_pages_of_motions_alike_are_told_and_those_of_a_hidden_one_s_neighbours_are_not(cast: Cast) -> None:
    other = await cast.another_motion("Bättre bussar i hela länet", cast.bo, visibility=Visibility.TEXT)
    feed = await built(cast)
    told: set[UUID] = set()

    async def hear(event: SuggestionsChanged) -> None:
        told.add(event.motion_id)

    cast.database.events.subscribe(SuggestionsChanged, hear)
    await feed.follow()
    told.clear()
    await write(cast, "Bättre bussar på landet")
    await feed.follow()
    assert told == {cast.motion.id}
    await open_to(cast, cast.motion.id, Visibility.TEXT)
    await feed.follow()
    assert told == {cast.motion.id, other}


async def test_an_index_that_fell_behind_for_long_is_put_right(cast: Cast) -> None:
    other = await cast.another_motion("Fler bänkar", cast.bo, visibility=Visibility.TEXT)
    feed = await built(cast)
    async with cast.database.reading() as session:
        assert await feed._no_longer_open(session) == set()
    await open_to(cast, other, Visibility.HIDDEN)
    async with cast.database.reading() as session:
        assert await feed._no_longer_open(session) == {other}
