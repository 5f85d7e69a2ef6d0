"""Who a token stands for."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.kit import clock
from app.kit.ids import digest
from app.people.models import ApiToken, LoginSession, Person

#: Built once: they are asked for everybody who comes to a live text.
_OF_SESSIONS: Final[Select[str, Person]] = (
    select(LoginSession.digest, Person)
    .join(Person, Person.id == LoginSession.person_id)
    .where(LoginSession.digest.in_(bindparam("digests", expanding=True)), LoginSession.expires_at > bindparam("now"))
)
_OF_API_TOKENS: Final[Select[str, Person]] = (
    select(ApiToken.digest, Person)
    .join(Person, Person.id == ApiToken.person_id)
    .where(ApiToken.digest.in_(bindparam("digests", expanding=True)), ApiToken.revoked_at.is_(None))
)


async def person_of_session(session: AsyncSession, token: str) -> Person | None:
    """The person whose browser holds this session token, unless it has run out."""
    return (await session.run_sync(people_of_sessions, {token})).get(token)


def people_of_sessions(session: Session, tokens: Collection[str]) -> dict[str, Person]:
    """The people whose browsers hold these session tokens; none for those that have run out or never were."""
    digests = {digest(token): token for token in tokens}
    rows = session.execute(_OF_SESSIONS, {"digests": list(digests), "now": clock.now()})
    return {digests[held]: person for held, person in rows}


async def person_of_api_token(session: AsyncSession, token: str) -> Person | None:
    """The person for whom a program with this token acts, unless the token was withdrawn."""
    return (await session.run_sync(people_of_api_tokens, {token})).get(token)


def people_of_api_tokens(session: Session, tokens: Collection[str]) -> dict[str, Person]:
    """The people for whom programs with these tokens act; none for those that were withdrawn or never were."""
    digests = {digest(token): token for token in tokens}
    rows = session.execute(_OF_API_TOKENS, {"digests": list(digests)})
    return {digests[held]: person for held, person in rows}


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    return await session.scalar(select(Person).where(Person.email == email.strip().lower()))


async def names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    """Names by id."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
