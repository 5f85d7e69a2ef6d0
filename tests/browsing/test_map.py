"""The map of a call: what is on it is what its reader may see, and drafts that are not open are on nobody's."""

import re
from typing import Any
from uuid import UUID

import pytest

from app.access.actor import Actor
from app.access.roles import Visibility
from app.associations.actions import add_member, find_or_add
from app.browsing import atlas
from app.browsing.atlas import Map
from app.motions.actions import set_status, set_visibility
from app.motions.models import Status
from tests.cast import Cast
from tests.house import House
from tests.matching.corpus import CARDS, GROUP

SHOWN = 18


async def populate(cast: Cast, visibility: Visibility = Visibility.TEXT, count: int = SHOWN) -> dict[UUID, str]:
    """Motions of the small corpus, by turns of Södra and Östra; (id, its group in the corpus)."""
    made = {}
    for n, card in enumerate(CARDS[:count]):
        new = await cast.another_motion(
            card.title,
            cast.bo,
            body=card.body,
            association_id=(cast.south.id, cast.east.id)[n % 2],
            visibility=visibility,
        )
        made[new] = GROUP[card.id]
    return made


async def take_in(house: House) -> None:
    feed = house.app.state.matching
    await (feed.follow() if feed.missing() is None else feed.build())


async def map_for(house: House, actor: Actor) -> Map:
    made: Map = await house.app.state.atlas.map_of(house.cast.call, actor)
    return made


def everything_on(shown: Map) -> set[UUID]:
    return {motion.id for group in (*shown.groups, *shown.alone) for motion in group.motions}


async def officer(cast: Cast) -> Actor:
    """Ove looks after the district's calls."""
    assert cast.call.association_id is not None
    async with cast.database.writing() as session:
        await add_member(session, cast.call.association_id, cast.ove.id, is_officer=True)
    return await cast.actor(cast.ove)


async def test_every_open_motion_is_on_it_once_as_a_point_and_as_a_row(house: House) -> None:
    made = await populate(house.cast)
    await take_in(house)
    shown = await map_for(house, await house.cast.actor(house.cast.astrid))
    assert everything_on(shown) == set(made)
    assert shown.wide.points.keys() == shown.narrow.points.keys() == made.keys()
    async with house.browser(house.cast.astrid) as browser:
        page = (await browser.get(f"/calls/{house.cast.call.id}/map")).text
    for id_ in made:
        assert page.count(f'class="map__point" href="/motions/{id_}"') == 2, "once wide, once narrow"
        assert page.count(f'<td><a href="/motions/{id_}">') == 1
    assert " style=" not in page


async def test_motions_on_one_matter_lie_together_and_the_label_counts_their_associations(house: House) -> None:
    made = await populate(house.cast)
    await take_in(house)
    shown = await map_for(house, await house.cast.actor(house.cast.astrid))
    assert shown.groups
    for group in shown.groups:
        assert len({made[motion.id] for motion in group.motions}) == 1, "what has nothing in common lies apart"
        assert group.associations == len({motion.association for motion in group.motions})
        assert group.words
    counts = [group.associations for group in shown.groups]
    assert counts == sorted(counts, reverse=True)


async def test_in_one_ring_no_two_associations_have_the_same_colour(house: House) -> None:
    """Far more associations than colours, and the ninth writes with the first."""
    cast = house.cast
    async with cast.database.writing() as session:
        associations = [await find_or_add(session, f"Förening {number:02}") for number in range(3 * atlas.COLORS)]
    for number, association in enumerate(associations):
        card = [each for each in CARDS if each.id.startswith("skolmat")][number % atlas.COLORS % 3]
        await cast.another_motion(
            card.title if number % atlas.COLORS < 2 else f"Ensam {number} om {chr(97 + number) * 7}",
            cast.bo,
            body=card.body if number % atlas.COLORS < 2 else "",
            association_id=association.id,
            visibility=Visibility.TEXT,
        )
    await take_in(house)
    shown = await map_for(house, await cast.actor(cast.astrid))
    rings = [{motion.association_id for motion in group.motions} for group in shown.groups]
    assert max(map(len, rings)) > 2
    for ring in rings:
        colors = {shown.associations[id_].color for id_ in ring}
        assert len(colors) == min(len(ring), atlas.COLORS)
    assert {each.color for each in shown.associations.values()} == set(range(atlas.COLORS))


@pytest.mark.parametrize("who", ["astrid", "bo", "ove"])
async def test_a_hidden_draft_is_on_nobodys_map_and_changes_nothing_there(house: House, who: str) -> None:
    made = await populate(house.cast)
    await take_in(house)
    actor = await house.cast.actor(getattr(house.cast, who))
    before = await map_for(house, actor)
    await populate(house.cast, Visibility.HIDDEN, 6)
    await take_in(house)
    after = await map_for(house, actor)
    assert everything_on(after) == set(made)
    assert (after.wide, after.narrow, after.groups) == (before.wide, before.narrow, before.groups)
    # Astrid's and Bo's own are counted for them alone; Astrid's is the cast's.
    assert after.closed == {"astrid": 1, "bo": 6, "ove": 0}[who]


async def test_one_that_shows_its_theme_is_named_by_it_and_is_no_point(house: House) -> None:
    there = await house.cast.another_motion(
        "Hemligt om bussar", house.cast.bo, visibility=Visibility.THEME, theme="Transport"
    )
    await take_in(house)
    async with house.browser(house.cast.ove) as browser:
        page = (await browser.get(f"/calls/{house.cast.call.id}/map")).text
    assert "Hemligt" not in page
    assert f'href="/motions/{there}">Transport</a>' in page
    assert "map__point" not in page


async def test_what_is_closed_again_is_gone_before_the_index_knows(house: House) -> None:
    made = await populate(house.cast)
    await take_in(house)
    actor = await house.cast.actor(house.cast.astrid)
    await map_for(house, actor)
    gone = next(iter(made))
    async with house.cast.database.writing() as session:
        await set_visibility(session, gone, Visibility.HIDDEN)
    shown = await map_for(house, actor)
    assert everything_on(shown) == set(made) - {gone}
    assert gone not in shown.wide.points


async def test_the_district_counts_what_was_handed_in_and_no_closed_draft(house: House) -> None:
    cast = house.cast
    await populate(cast, count=4)
    handed_in, draft = await populate_pair(cast)
    await take_in(house)
    theirs = await officer(cast)
    shown = await map_for(house, theirs)
    assert handed_in in everything_on(shown)
    assert draft not in everything_on(shown)
    assert handed_in in shown.wide.points
    assert sum(group.handed_in for group in (*shown.groups, *shown.alone)) == 1
    assert handed_in not in everything_on(await map_for(house, await cast.actor(cast.bo)))
    async with house.browser(cast.ove) as browser:
        page = (await browser.get(f"/calls/{cast.call.id}/map")).text
    assert 'id="overview-heading"' in page
    overview = page.partition('id="overview-heading"')[2].partition("</section>")[0]
    rows = re.findall(r'href="#group-\d+">.*?(\d+) motion.*?<td class="number">(\d+)', overview)
    assert rows == [(str(len(group.motions)), str(group.associations)) for group in shown.groups]
    for group in shown.groups:
        assert f'id="group-{group.number}"' in page


async def populate_pair(cast: Cast) -> tuple[UUID, UUID]:
    """One handed in without being open to members, and one that is a closed draft."""
    card = CARDS[0]
    handed_in, draft = [
        await cast.another_motion(title, cast.astrid, body=card.body, association_id=cast.north.id)
        for title in (card.title, f"Utkast: {card.title}")
    ]
    async with cast.database.writing() as session:
        await set_status(session, handed_in, Status.SUBMITTED)
    return handed_in, draft


async def test_only_whoever_looks_after_the_call_is_shown_the_overview(house: House) -> None:
    await populate(house.cast, count=6)
    await take_in(house)
    path = f"/calls/{house.cast.call.id}/map"
    async with house.browser(house.cast.bo) as browser:
        assert "overview-heading" not in (await browser.get(path)).text
    async with house.browser(house.cast.gun) as gun, house.browser() as nobody:
        assert (await gun.get(path)).status_code == 403
        assert "/sign-in" in (await nobody.get(path)).headers["location"]


async def test_those_who_see_the_same_share_one_map(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await populate(house.cast)
    await take_in(house)
    planned: list[int] = []
    plan = atlas._plan

    def counted(*given: Any) -> Any:
        planned.append(len(planned))
        return plan(*given)

    monkeypatch.setattr(atlas, "_plan", counted)
    for person in (house.cast.astrid, house.cast.ove, house.cast.bo, house.cast.ove):
        await map_for(house, await house.cast.actor(person))
    assert len(planned) == 1
    async with house.cast.database.writing() as session:
        await set_visibility(session, next(iter(made)), Visibility.HIDDEN)
    await take_in(house)
    await map_for(house, await house.cast.actor(house.cast.ove))
    assert len(planned) == 2


async def test_a_picture_that_is_full_leaves_the_rest_to_the_table(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await populate(house.cast)
    await take_in(house)
    monkeypatch.setattr(atlas, "MOST_DRAWN", 5)
    shown = await map_for(house, await house.cast.actor(house.cast.astrid))
    assert shown.is_cut
    assert 0 < len(shown.wide.points) <= 5
    assert everything_on(shown) == set(made)


async def test_titles_stay_text(house: House) -> None:
    await house.cast.another_motion("<script>alert(1)</script>", house.cast.bo, visibility=Visibility.TEXT)
    await take_in(house)
    async with house.browser(house.cast.astrid) as browser:
        page = (await browser.get(f"/calls/{house.cast.call.id}/map")).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
