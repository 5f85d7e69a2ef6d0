"""How often one may try."""

import pytest

from app.kit.errors import TooMany
from app.people.actions import add_person, new_sign_in_link
from app.web.limits import RateLimit
from tests.house import House


def test_one_try_too_many_is_refused_and_other_addresses_are_not() -> None:
    limit = RateLimit(2, 600)
    limit.hit("a hall")
    limit.hit("a hall")
    with pytest.raises(TooMany):
        limit.hit("a hall")
    limit.hit("a home")


def test_rightful_tries_are_not_counted() -> None:
    limit = RateLimit(2, 600)
    for _delegate in range(10):
        limit.hit("a hall")
        limit.forgive("a hall")
    limit.hit("a hall")
    limit.hit("a hall")
    with pytest.raises(TooMany):
        limit.hit("a hall")


async def test_a_whole_hall_signs_in_from_one_address(house: House) -> None:
    answers = set()
    for number in range(40):
        async with house.cast.database.writing() as session:
            person = await add_person(session, f"Ombud {number}", f"ombud{number}@example.org")
            token = await new_sign_in_link(session, person.id, "/")
        async with house.browser() as browser:
            answers.add((await browser.post(f"/sign-in/{token}")).status_code)
    assert answers == {303}


async def test_guessing_sign_in_links_is_slowed_down(house: House) -> None:
    async with house.browser() as browser:
        answers = [(await browser.post(f"/sign-in/guess{number}")).status_code for number in range(25)]
    assert answers[0] == 410
    assert 429 in answers
