"""What is like a motion: asked with what the reader may see of it, answered with what the reader may see."""

from uuid import UUID

from app.access.roles import Visibility
from app.kit.i18n import _
from app.motions.actions import set_visibility
from app.people.models import Person
from tests.cast import Cast
from tests.house import House

BODY = "Bussen går för sällan. Med en buss varje timme kan fler arbeta i stan."


async def take_in(house: House) -> None:
    """Has the index take in all that has happened."""
    feed = house.app.state.matching
    await (feed.follow() if feed.missing() is None else feed.build())


async def asked(house: House, person: Person, motion_id: UUID) -> tuple[int, str]:
    async with house.browser(person) as browser:
        answer = await browser.get(f"/motions/{motion_id}/similar")
    return answer.status_code, answer.text


async def like_it(cast: Cast, title: str, visibility: Visibility = Visibility.TEXT) -> UUID:
    return await cast.another_motion(title, cast.bo, body=BODY, visibility=visibility)


async def test_motions_that_are_alike_are_shown_with_why(house: House) -> None:
    there = await like_it(house.cast, "Bättre bussar i länet")
    await house.cast.open_to_members()
    await take_in(house)
    status, page = await asked(house, house.cast.ove, house.cast.motion.id)
    assert status == 200
    assert f'href="/motions/{there}"' in page
    assert 'class="row__text reasons"' in page
    assert "buss" in page.partition('class="row__text reasons"')[2]


async def test_what_both_share_is_marked_in_both_and_the_relation_is_named(house: House) -> None:
    await like_it(house.cast, "Bättre bussar i länet")
    await house.cast.open_to_members()
    await take_in(house)
    _status, page = await asked(house, house.cast.ove, house.cast.motion.id)
    pair = page.partition('class="pair"')[2]
    assert "Samma krav" in pair
    mine, theirs = pair.split('class="pair__side"')[1:3]
    assert "Den här motionen" in mine
    assert "Södra" in theirs
    assert all("att <mark>bussen</mark> ska gå varje" in side for side in (mine, theirs))
    assert "Er motion" not in page, "it may be anybody's"


async def test_no_sentence_of_a_text_that_is_closed_is_quoted(house: House) -> None:
    await like_it(house.cast, "Bättre bussar i länet", Visibility.DEMANDS)
    await house.cast.open_to_members()
    await take_in(house)
    _status, page = await asked(house, house.cast.ove, house.cast.motion.id)
    assert "Samma krav" in page
    assert "arbeta i stan" not in page


async def test_what_is_hidden_is_not_among_them_and_tells_nothing(house: House) -> None:
    await like_it(house.cast, "Hemligt om bussar", Visibility.HIDDEN)
    await like_it(house.cast, "Tyst om bussar", Visibility.THEME)
    await house.cast.open_to_members()
    await take_in(house)
    status, page = await asked(house, house.cast.ove, house.cast.motion.id)
    assert status == 200
    assert _("Nothing similar") in page
    assert "Hemligt" not in page
    assert "Tyst" not in page


async def test_a_closed_body_is_not_asked_with(house: House) -> None:
    xylophones = await house.cast.another_motion(
        "Fler xylofoner", house.cast.bo, body="Xylofonen ljuder i skolan.", visibility=Visibility.TEXT
    )
    closed = await house.cast.another_motion(
        "Månsken över byn", house.cast.bo, body="Xylofonen ljuder i skolan. " * 9, visibility=Visibility.DEMANDS
    )
    await take_in(house)
    _status, theirs = await asked(house, house.cast.ove, closed)
    assert "ylofonen" not in theirs
    _status, own = await asked(house, house.cast.bo, closed)
    assert f'href="/motions/{xylophones}"' in own
    assert "ylofonen" in own


async def test_only_members_who_see_its_title_may_ask(house: House) -> None:
    cast = house.cast
    assert (await asked(house, cast.ove, cast.motion.id))[0] == 404
    assert (await asked(house, cast.gun, cast.motion.id))[0] == 403, "a guest writes there, and sees no others"
    async with cast.database.writing() as session:
        await set_visibility(session, cast.motion.id, Visibility.THEME)
    assert (await asked(house, cast.ove, cast.motion.id))[0] == 403
    assert (await asked(house, cast.astrid, cast.motion.id))[0] == 200
