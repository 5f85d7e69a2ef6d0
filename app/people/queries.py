"""Who a token stands for."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.kit import clock
from app.kit.ids import digest
from app.people.models import ApiToken, LoginSession, Person


async def person_of_session(session: AsyncSession, token: str) -> Person | None:
    """The person whose browser holds this session token, unless it has run out."""
    return (await session.run_sync(people_of_sessions, {token})).get(token)


def people_of_sessions(session: Session, tokens: Collection[str]) -> dict[str, Person]:
    """The people whose browsers hold these session tokens; none for those that have run out or never were."""
    digests = {digest(token): token for token in tokens}
    rows = session.execute(
        select(LoginSession.digest, Person)
        .join(Person, Person.id == LoginSession.person_id)
        .where(LoginSession.digest.in_(digests), LoginSession.expires_at > clock.now())
    )
    return {digests[held]: person for held, person in rows}


async def person_of_api_token(session: AsyncSession, token: str) -> Person | None:
    """The person for whom a program with this token acts, unless the token was withdrawn."""
    return (await session.run_sync(people_of_api_tokens, {token})).get(token)


def people_of_api_tokens(session: Session, tokens: Collection[str]) -> dict[str, Person]:
    """The people for whom programs with these tokens act; none for those that were withdrawn or never were."""
    digests = {digest(token): token for token in tokens}
    rows = session.execute(
        select(ApiToken.digest, Person)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.digest.in_(digests), ApiToken.revoked_at.is_(None))
    )
    return {digests[held]: person for held, person in rows}


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    return await session.scalar(select(Person).where(Person.email == email.strip().lower()))


async def names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    """Names by id."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
