"""Who is let in to live text is answered for many at once as for each alone, and never by rights of the past."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event

from app.access.roles import Role
from app.collab.admission import Admission, Applicant, Reception
from app.collab.wiring import Gate
from app.kit.db import Database
from app.kit.errors import AppError, NotFound, NotSignedIn
from app.motions import tickets
from app.motions.actions import take_role
from app.motions.admission import rehearse
from app.motions.models import Motion
from app.motions.tickets import Ticket
from app.people.actions import new_api_token, open_session
from app.people.models import Person
from app.people.routes import SESSION_COOKIE
from tests.cast import Cast

KEY = "k" * 48


def roles(answers: Sequence[Admission | Exception]) -> list[Role | type[Exception]]:
    return [answer.role if isinstance(answer, Admission) else type(answer) for answer in answers]


async def browser_of(database: Database, person: Person) -> Applicant:
    async with database.writing() as session:
        return Applicant(None, {SESSION_COOKIE: await open_session(session, person.id)})


@contextmanager
def statements() -> Iterator[set[str]]:
    """What is asked of any database meanwhile."""
    asked: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.add(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


async def test_everybody_at_the_door_is_let_in_by_what_they_show_alone(cast: Cast) -> None:
    gate = Gate(cast.database, KEY)
    document = cast.motion.document_id

    def ticket(person: Person, role: Role, document_id: UUID = document) -> Applicant:
        return Applicant(tickets.issue(KEY, Ticket(document_id, person.id, role))[0])

    async with cast.database.writing() as session:
        program = Applicant(await new_api_token(session, cast.mia.id))
    asked = [
        (await browser_of(cast.database, cast.astrid), document),
        (await browser_of(cast.database, cast.ove), document),
        (program, document),
        (program, uuid4()),
        (ticket(cast.astrid, Role.READER), document),
        (ticket(cast.astrid, Role.AUTHOR, uuid4()), document),
        (ticket(cast.gun, Role.AUTHOR), document),
        (ticket(cast.ove, Role.AUTHOR), document),
        (Applicant("forged"), document),
        (Applicant(None, {SESSION_COOKIE: "made up"}), document),
        (Applicant(None), document),
    ]
    expected = [
        Role.AUTHOR, NotFound, Role.AUTHOR, NotFound, Role.READER, NotFound, Role.AUTHOR, NotFound,
        NotSignedIn, NotSignedIn, NotSignedIn,
    ]  # fmt: skip
    together = await gate(asked)
    assert roles(together) == expected
    assert [role for each in asked for role in roles(await gate([each]))] == expected
    names = [answer.name for answer in together if isinstance(answer, Admission)]
    assert names == ["Astrid Lind", "Mia Berg", "Astrid Lind", "Gun"]
    assert all(isinstance(answer, AppError) for answer in together if not isinstance(answer, Admission))


async def test_a_right_that_was_taken_away_counts_for_nobody_from_the_next_question_on(cast: Cast) -> None:
    reception = Reception(Gate(cast.database, KEY))
    mia = await browser_of(cast.database, cast.mia)
    assert (await reception(mia, cast.motion.document_id)).role is Role.AUTHOR
    async with cast.database.writing() as session:
        await take_role(session, cast.motion, cast.mia.id)
    with pytest.raises(NotFound):
        await reception(mia, cast.motion.document_id)


async def test_rights_to_one_document_are_none_to_another_that_is_asked_about_with_it(cast: Cast) -> None:
    gate = Gate(cast.database, KEY)
    other = await cast.another_motion("Bussar i öst", cast.ove, association_id=cast.east.id)
    async with cast.database.reading() as session:
        documents = cast.motion.document_id, (await session.get_one(Motion, other)).document_id
    browsers = [await browser_of(cast.database, person) for person in (cast.astrid, cast.ove)]
    asked = [(browser, document) for browser in browsers for document in documents]
    assert roles(await gate(asked)) == [Role.AUTHOR, NotFound, NotFound, Role.AUTHOR]


async def test_what_is_asked_about_newcomers_was_rehearsed_when_the_server_started(cast: Cast) -> None:
    gate, document = Gate(cast.database, KEY), cast.motion.document_id
    async with cast.database.writing() as session:
        program = Applicant(await new_api_token(session, cast.mia.id))
    browser = await browser_of(cast.database, cast.astrid)
    ticket = Applicant(tickets.issue(KEY, Ticket(document, cast.gun.id, Role.AUTHOR))[0])
    with statements() as rehearsed:
        await cast.database.read(rehearse)
    for newcomer in (browser, program, ticket):
        with statements() as asked:
            assert roles(await gate([(newcomer, document)])) == [Role.AUTHOR]
        assert asked
        assert asked <= rehearsed
