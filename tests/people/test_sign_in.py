"""Mailed links, sessions, names."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.associations.queries import actor_of_api_token, actor_of_session
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Gone, Invalid
from app.kit.outbox import Job
from app.people.actions import (
    LINK_LIFE,
    add_guest,
    add_person,
    clean_name,
    close_session,
    mail_sign_in_link,
    new_api_token,
    new_sign_in_link,
    own_path,
    use_sign_in_link,
)
from app.people.models import LoginSession, Person, SignInLink


@pytest.fixture
async def astrid(database: Database) -> Person:
    async with database.writing() as session:
        return await add_person(session, "Astrid", "Astrid@Example.org")


async def link(database: Database, person: Person, to: str = "/motions") -> str:
    async with database.writing() as session:
        return await new_sign_in_link(session, person.id, to)


async def test_a_link_signs_in_once(database: Database, astrid: Person) -> None:
    token = await link(database, astrid)
    async with database.writing() as session:
        browser, to = await use_sign_in_link(session, token)
    assert to == "/motions"
    async with database.reading() as session:
        actor = await actor_of_session(session, browser)
    assert actor is not None
    assert actor.person_id == astrid.id
    async with database.writing() as session:
        with pytest.raises(Gone):
            await use_sign_in_link(session, token)


async def test_a_link_runs_out(database: Database, astrid: Person) -> None:
    token = await link(database, astrid)
    with clock.frozen(clock.now() + LINK_LIFE + timedelta(seconds=1)):
        async with database.writing() as session:
            with pytest.raises(Gone):
                await use_sign_in_link(session, token)


async def test_a_made_up_link_opens_nothing(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(Gone):
            await use_sign_in_link(session, "guessed")


async def test_an_unknown_address_gets_no_mail_and_no_answer_of_its_own(database: Database, astrid: Person) -> None:
    async with database.writing() as session:
        await mail_sign_in_link(session, "nobody@example.org", "https://verkstad.example")
        assert list(await session.scalars(select(Job))) == []
        await mail_sign_in_link(session, " ASTRID@example.org ", "https://verkstad.example")
        (job,) = await session.scalars(select(Job))
        assert job.payload["to"] == "astrid@example.org"
        assert "https://verkstad.example/sign-in/" in job.payload["text"]


async def test_no_token_is_stored_as_it_is(database: Database, astrid: Person) -> None:
    token = await link(database, astrid)
    async with database.writing() as session:
        browser, _to = await use_sign_in_link(session, token)
        api = await new_api_token(session, astrid.id)
    async with database.reading() as session:
        stored = [row.digest for row in await session.scalars(select(SignInLink))]
        stored += [row.digest for row in await session.scalars(select(LoginSession))]
        assert not {token, browser, api} & set(stored)
        assert (await actor_of_api_token(session, api)) is not None
        assert (await actor_of_api_token(session, browser)) is None


async def test_signing_out_ends_the_session(database: Database, astrid: Person) -> None:
    token = await link(database, astrid)
    async with database.writing() as session:
        browser, _to = await use_sign_in_link(session, token)
        await close_session(session, browser)
    async with database.reading() as session:
        assert await actor_of_session(session, browser) is None


async def test_a_guest_has_a_name_and_nothing_else_and_has_agreed(database: Database) -> None:
    async with database.writing() as session:
        guest = await add_guest(session, "  Bo \u202e Tallgård\n")
    assert (guest.name, guest.email, guest.is_guest) == ("Bo Tallgård", None, True)
    assert guest.consented_at is not None


@pytest.mark.parametrize("raw", ["", "  ", "\u200b", "\n\t", "x" * 81])
def test_a_name_that_says_nothing_or_too_much_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_name(raw)
    assert "name" in caught.value.fields


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "\\evil", "/\\evil", "evil", "", "/a\nb", "/" + "a" * 300]
)
def test_a_link_never_leads_elsewhere(path: str) -> None:
    assert own_path(path) == "/"
