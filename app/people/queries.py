"""Who a token stands for."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.ids import digest
from app.people.models import ApiToken, LoginSession, Person


async def person_of_session(session: AsyncSession, token: str) -> Person | None:
    """The person whose browser holds this session token, unless it has run out."""
    return await session.scalar(
        select(Person)
        .join(LoginSession, LoginSession.person_id == Person.id)
        .where(LoginSession.digest == digest(token), LoginSession.expires_at > clock.now())
    )


async def person_of_api_token(session: AsyncSession, token: str) -> Person | None:
    return await session.scalar(
        select(Person)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .where(ApiToken.digest == digest(token), ApiToken.revoked_at.is_(None))
    )


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    return await session.scalar(select(Person).where(Person.email == email.strip().lower()))


async def names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    """Names by id."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
