"""What a recipient wants: said on a page by those who run the call, kept with it, and heeded by the advice."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.advice.findings import Rule
from app.advice.recipients import Level, recipient_of
from app.advice.rules import check_demand
from app.associations.actions import add_member
from app.calls.models import Call
from app.calls.profile import LONGEST, Profile
from app.people.models import Person
from tests.advice.test_advice_pages import write
from tests.house import House

USUAL: Mapping[str, Any] = {
    "level": "",
    "called": "",
    "forwarding": "true",
    "longest": "60",
    "pages": "1",
    "look": ["subject", "addressee", "one-thing", "stands-alone", "form", "length"],
}


def path(house: House) -> str:
    return f"/calls/{house.cast.call.id}/profile"


async def make_officer(house: House, person: Person) -> None:
    """Of the district, which calls for the motions."""
    async with house.cast.database.writing() as session:
        assert house.cast.call.association_id is not None
        await add_member(session, house.cast.call.association_id, person.id, is_officer=True)


async def kept(house: House) -> Call:
    async with house.cast.database.reading() as session:
        return await session.get_one(Call, house.cast.call.id)


async def advice(house: House) -> str:
    async with house.browser(house.cast.astrid) as browser:
        return (await browser.get(f"/motions/{house.cast.motion.id}/advice")).text


async def test_what_the_recipient_wants_is_what_the_advice_goes_by(house: House) -> None:
    await make_officer(house, house.cast.ove)
    await house.cast.change_call(template={"headings": ["Bakgrund"], "hints": ["Hur är det?"]})
    await write(house, "att verka för sena turer", "att motionen antas som vår egen", "att kören " + "sjunger " * 20)
    before = await advice(house)
    assert "att partidistriktet ska verka för sena turer" in before
    assert "Stryk att-satsen" not in before
    async with house.browser(house.cast.ove) as browser:
        values = {**USUAL, "called": "  Exempeldistriktet ", "longest": "15", "pages": "2"}
        del values["forwarding"]
        assert (await browser.post(path(house), data=values)).status_code == 303
        shown = (await browser.get(path(house))).text
    assert 'value="Exempeldistriktet"' in shown
    assert "att Exempeldistriktet ska verka för fler sena turer" in shown
    after = await advice(house)
    assert "att Exempeldistriktet ska verka för sena turer" in after
    assert "Stryk att-satsen" in after
    assert "22 ord" in after
    call = await kept(house)
    assert call.headings == ["Bakgrund"]
    assert call.template["profile"] == {
        "called": "Exempeldistriktet",
        "forwarding": False,
        "longest": 15,
        "pages": 2,
    }
    async with house.browser(house.cast.astrid) as browser:
        assert 'data-pages="2"' in (await browser.get(f"/motions/{house.cast.motion.id}")).text


async def test_rules_that_the_recipient_does_not_hold_to_go_unsaid_and_can_be_brought_back(house: House) -> None:
    await make_officer(house, house.cast.ove)
    await write(house, "att verka för sena turer", "att –")
    async with house.browser(house.cast.ove) as browser:
        await browser.post(path(house), data={**USUAL, "look": ["form", "no such rule"]})
        page = await advice(house)
        assert "att verka" not in page
        assert "Här finns inget att besluta om" in page
        assert (await browser.post(f"{path(house)}/removal")).status_code == 303
    assert "att partidistriktet ska verka för sena turer" in await advice(house)
    assert (await kept(house)).template == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", "galaxy"),
        ("called", "x" * 61),
        ("longest", "5"),
        ("longest", "²"),
        ("longest", "9" * 5_000),
        ("pages", ""),
        ("pages", "-1"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_shown_again(house: House, field: str, value: str) -> None:
    await make_officer(house, house.cast.ove)
    async with house.browser(house.cast.ove) as browser:
        refused = await browser.post(path(house), data={**USUAL, "called": "<b>Distriktet</b>", field: value})
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    if field != "called":
        assert "&lt;b&gt;Distriktet&lt;/b&gt;" in refused.text
    assert (await kept(house)).template == {}


async def test_only_those_who_run_the_call_see_and_change_it(house: House) -> None:
    cast = house.cast
    for person, status in ((cast.astrid, 403), (cast.ove, 403), (cast.gun, 404)):
        async with house.browser(person) as browser:
            assert path(house) not in (await browser.get(f"/calls/{cast.call.id}")).text
            for answer in (
                await browser.get(path(house)),
                await browser.post(path(house), data={**USUAL, "called": "Jag"}),
                await browser.post(f"{path(house)}/removal"),
            ):
                assert answer.status_code == status
    async with house.browser() as browser:
        assert (await browser.get(path(house))).headers["location"].startswith("/sign-in")
    assert (await kept(house)).template == {}
    await make_officer(house, cast.ove)
    async with house.browser(cast.ove) as browser:
        assert f'href="{path(house)}"' in (await browser.get(f"/calls/{cast.call.id}")).text


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {"level": ["national"], "called": 7, "longest": "60", "pages": True, "silent": "form", "forwarding": 0},
        {"longest": 10**9, "pages": -1, "silent": [None, {}], "called": "  "},
    ],
)
def test_a_profile_that_came_from_elsewhere_and_makes_no_sense_is_as_if_nothing_was_said(kept: object) -> None:
    profile = Profile.read(kept)
    assert profile == Profile()
    assert profile.kept == {}


def test_a_profile_is_read_as_it_was_kept() -> None:
    profile = Profile("national", "partiet", False, 40, 3, frozenset({"form", "length"}))
    assert Profile.read(profile.kept) == profile


def test_nobody_can_want_personal_data_and_empty_demands_to_go_unsaid() -> None:
    call = Call(name="Kongressen", template={"profile": {"silent": [*Rule, "no such rule"], "level": "branch"}})
    recipient = recipient_of(call, None)
    assert recipient.level is Level.BRANCH
    assert recipient.longest == LONGEST
    assert [note.rule for note in check_demand("att", recipient)] == [Rule.EMPTY]
    assert check_demand("att verka för det som nämnts ovan.", recipient) == []
