"""Finds out who sends a request: by the session cookie, or under /api/ by a bearer token."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from app.access.actor import Actor
from app.associations.queries import actor_of_api_token, actor_of_session
from app.people.routes import SESSION_COOKIE


async def identify(connection: HTTPConnection, session: AsyncSession) -> Actor | None:
    """The actor, or None. A bearer token counts everywhere; the cookie never under /api/, where nothing checks that
    the request was made by one of our pages."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await actor_of_api_token(session, token.strip())
    if SESSION_COOKIE in connection.cookies and not connection.url.path.startswith("/api/"):
        return await actor_of_session(session, connection.cookies[SESSION_COOKIE])
    return None
