"""The first page, what there is to do, and what is said about personal data."""

from datetime import timedelta

from app.calls.actions import find_or_add as add_call
from app.cosigning.actions import Decision, ask, record
from app.cosigning.models import State
from app.documents.editing import TextChange
from app.kit import clock
from app.motions.projection import project
from app.people.actions import GUEST_LIFE, SESSION_LIFE
from tests.house import House


async def test_stranger_is_told_what_this_is(house: House) -> None:
    async with house.browser() as browser:
        page = await browser.get("/")
        assert page.status_code == 200
        assert 'href="/sign-in"' in page.text
        assert (await browser.get("/home")).headers["location"].startswith("/sign-in")


async def test_whoever_is_signed_in_comes_to_what_there_is_to_do(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.get("/")).headers["location"] == "/home"
        page = await browser.get("/home")
    assert "Bättre bussar" in page.text
    assert f'href="/calls/{house.cast.call.id}"' in page.text
    assert "Kongressen" in page.text


async def test_motions_come_by_deadline_and_those_handed_in_last(house: House) -> None:
    cast = house.cast
    async with cast.database.writing() as session:
        soon = await add_call(session, "Årsmötet", association_id=cast.north.id)
        soon.deadline_at = clock.now() + timedelta(days=3)
    await cast.another_motion("Snarast", cast.astrid, call_id=soon.id)
    done = await cast.another_motion("Redan klar", cast.astrid, call_id=soon.id)
    async with house.browser(cast.astrid) as browser:
        assert (await browser.post(f"/motions/{done}/submission")).status_code == 303
        page = (await browser.get("/home")).text
    assert page.index("Snarast") < page.index("Bättre bussar") < page.index("Redan klar")


async def test_request_and_changed_demand_wait_for_whoever_has_the_mandate(house: House) -> None:
    cast = house.cast
    async with cast.database.writing() as session:
        await ask(session, cast.motion, cast.south.id, await cast.actor(cast.astrid), "", "http://verkstad.test")
    answer = f'href="/motions/{cast.motion.id}/co-signatures"'
    async with house.browser(cast.bo) as browser:
        assert answer in (await browser.get("/home")).text

        text = await cast.desk.read(cast.motion.document_id)
        async with cast.database.writing() as session:
            await record(
                session, cast.motion, cast.south.id, await cast.actor(cast.bo), Decision(state=State.INTENDS), text
            )
        assert answer not in (await browser.get("/home")).text

        await cast.desk.edit(cast.motion.document_id, TextChange(demands=((text.demands[0].id, "att ändra"),)))
        await project(cast.database, cast.desk, cast.motion.document_id)
        assert answer in (await browser.get("/home")).text
    async with house.browser(cast.ove) as browser:
        assert answer not in (await browser.get("/home")).text


async def test_guest_sees_only_the_motions_joined(house: House) -> None:
    cast = house.cast
    other = await cast.another_motion("Öppen för medlemmar", cast.bo)
    async with house.browser(cast.gun) as browser:
        page = (await browser.get("/home")).text
    assert "Bättre bussar" in page
    assert f"/motions/{other}" not in page
    assert f"/calls/{cast.call.id}" not in page


async def test_call_that_is_over_is_shown_only_to_those_with_an_unfinished_motion(house: House) -> None:
    await house.cast.change_call(deadline_at=clock.now() - timedelta(days=1))
    link = f'href="/calls/{house.cast.call.id}"'
    async with house.browser(house.cast.astrid) as browser:
        assert link in (await browser.get("/home")).text
    async with house.browser(house.cast.ove) as browser:
        page = await browser.get("/home")
    assert page.status_code == 200
    assert link not in page.text


async def test_titles_are_shown_as_text_and_never_as_markup(house: House) -> None:
    await house.cast.another_motion("<script>alert(1)</script>", house.cast.astrid)
    async with house.browser(house.cast.astrid) as browser:
        page = (await browser.get("/home")).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


async def test_page_about_personal_data_is_open_and_gives_the_times_that_hold(house: House) -> None:
    async with house.browser() as browser:
        page = await browser.get("/privacy")
    assert page.status_code == 200
    for days in (SESSION_LIFE.days, GUEST_LIFE.days):
        assert f" {days} " in page.text
