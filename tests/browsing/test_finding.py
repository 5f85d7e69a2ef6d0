"""Looking words up in the index finds the same as reading every text, and no more than the reader may see."""

from typing import Any
from uuid import UUID

import pytest

from app.access.roles import Visibility
from app.browsing import finding
from app.browsing.search import Page, browse, words_of
from app.matching.engine import Engine
from app.matching.features import FIELD_LIMITS
from app.motions.actions import NewMotion, set_visibility, start_motion
from app.motions.queries import Filter
from app.people.models import Person
from tests.cast import Cast
from tests.house import House
from tests.matching.corpus import CARDS

SOUGHT = (
    "skola",
    "skolmat",
    "skolan kök",
    "buss",
    "kvällsbuss",
    "bussar på kvällen",
    "biblioteket",
    "kommunen",
    "vård omsorg",
    "södra",
    "södra skola",
    "östra transport",
    "transport",
    "el",
    "ABC finns inte",
)


async def populate(house: House) -> Engine:
    """The small corpus, by turns of Södra and Östra, open in different degrees."""
    cast = house.cast
    degrees = (Visibility.TEXT, Visibility.TEXT, Visibility.DEMANDS, Visibility.THEME, Visibility.HIDDEN)
    async with cast.database.writing() as session:
        for number, card in enumerate(CARDS):
            new = NewMotion(
                title=card.title,
                body=card.body,
                demands=[demand.text for demand in card.demands],
                association_id=(cast.south.id, cast.east.id)[number % 2],
                call_id=cast.call.id,
                owner_id=cast.bo.id,
                visibility=degrees[number % len(degrees)],
                theme="Transport" if number % 3 else None,
            )
            await start_motion(session, new)
    feed = house.app.state.matching
    await feed.build()
    engine: Engine = feed.engine
    return engine


async def search(cast: Cast, person: Person, typed: str, engine: Engine | None, parts: Engine) -> Page:
    actor = await cast.actor(person)
    async with cast.database.reading() as session:
        return await browse(session, actor, Filter(), words_of(typed, parts.parts), engine=engine, limit=50)


def shown(page: Page) -> list[tuple[UUID, object, object]]:
    return [(hit.motion.id, hit.title, hit.excerpt) for hit in page.hits]


async def test_the_index_finds_what_reading_finds_in_the_same_order(house: House) -> None:
    cast = house.cast
    engine = await populate(house)
    count = 0
    for person in (cast.bo, cast.ove, cast.gun):
        for typed in SOUGHT:
            looked_up = await search(cast, person, typed, engine, engine)
            read = await search(cast, person, typed, None, engine)
            assert shown(looked_up) == shown(read), (person.name, typed)
            assert looked_up.total == read.total
            count += looked_up.total
    assert count > 60


async def test_what_came_and_changed_since_the_index_learnt_is_found_as_it_is(house: House) -> None:
    cast = house.cast
    engine = await populate(house)
    there = await cast.another_motion("Xylofoner", cast.bo, body="Klangspel i parken.", visibility=Visibility.TEXT)
    await house.app.state.matching.follow()
    assert engine.pending
    for typed in ("xylofon", "klangspel"):
        assert [hit.motion.id for hit in (await search(cast, cast.ove, typed, engine, engine)).hits] == [there]
    async with cast.database.writing() as session:
        await set_visibility(session, there, Visibility.DEMANDS)
    # The index does not know yet; the table does.
    assert (await search(cast, cast.ove, "klangspel", engine, engine)).total == 0
    assert (await search(cast, cast.ove, "xylofon", engine, engine)).total == 1
    async with cast.database.writing() as session:
        await set_visibility(session, there, Visibility.HIDDEN)
    assert (await search(cast, cast.ove, "xylofon", engine, engine)).total == 0
    assert (await search(cast, cast.bo, "klangspel", engine, engine)).total == 1


async def test_the_end_of_a_text_that_is_longer_than_the_index_reads_is_sought_as_well(house: House) -> None:
    cast = house.cast
    engine = await populate(house)
    body = "Ord efter ord. " * (FIELD_LIMITS[1] // 15 + 1) + "Xylofon."
    there = await cast.another_motion("Lång", cast.bo, body=body, visibility=Visibility.TEXT)
    await house.app.state.matching.follow()
    assert [hit.motion.id for hit in (await search(cast, cast.ove, "xylofon", engine, engine)).hits] == [there]


async def test_authors_seek_in_the_whole_of_a_motion_of_which_others_see_a_part(house: House) -> None:
    cast = house.cast
    engine = await populate(house)
    there = await cast.another_motion("Dungen", cast.bo, body="Klangspel.", visibility=Visibility.DEMANDS)
    await house.app.state.matching.follow()
    assert [hit.motion.id for hit in (await search(cast, cast.bo, "klangspel", engine, engine)).hits] == [there]
    assert (await search(cast, cast.ove, "klangspel", engine, engine)).total == 0
    for person in (cast.bo, cast.ove):
        assert [hit.motion.id for hit in (await search(cast, person, "dungen", engine, engine)).hits] == [there]


async def test_what_is_no_word_of_the_index_is_sought_by_reading(house: House) -> None:
    cast = house.cast
    engine = await populate(house)
    there = await cast.another_motion("Mål för 2030 och 5G", cast.bo, visibility=Visibility.TEXT)
    await house.app.state.matching.follow()
    for typed in ("2030", "5g", "mål 2030"):
        assert [hit.motion.id for hit in (await search(cast, cast.ove, typed, engine, engine)).hits] == [there], typed


async def test_no_open_text_is_read_to_find_the_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = house.cast
    engine = await populate(house)
    reading: list[UUID] = []
    texts_of = finding.texts_of

    async def counted(*given: Any) -> dict[UUID, finding.Text]:
        texts = await texts_of(*given)
        reading.extend(texts)
        return texts

    monkeypatch.setattr(finding, "texts_of", counted)
    assert (await search(cast, cast.ove, "skola", engine, engine)).total > 1
    assert reading == []
    assert (await search(cast, cast.ove, "skola", None, engine)).total > 1
    assert len(reading) > 1
