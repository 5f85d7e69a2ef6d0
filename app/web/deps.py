"""What routes depend on: the session, the actor, the desk of live text."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.gate import guards, require
from app.access.table import Permission
from app.kit.db import Database


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _reading(request: Request) -> AsyncIterator[AsyncSession]:
    async with _database(request).reading() as session:
        yield session


async def _writing(request: Request) -> AsyncIterator[AsyncSession]:
    async with _database(request).writing() as session:
        yield session


#: A session that only reads.
Reading = Annotated[AsyncSession, Depends(_reading, scope="function")]
#: A session whose changes are committed before the response is sent. A route that changes live text takes `Reading`
#: and `Db` instead: the desk commits by itself, and would wait for this unit for ever.
Writing = Annotated[AsyncSession, Depends(_writing, scope="function")]
Db = Annotated[Database, Depends(_database)]


async def _actor(request: Request) -> Actor | None:
    """Who asks: found once per request, by the session cookie or, under /api/, by the bearer token."""
    if not hasattr(request.state, "actor"):
        async with _database(request).reading() as session:
            request.state.actor = await request.app.state.identify(request, session)
    actor: Actor | None = request.state.actor
    return actor


#: The person, or None when nobody is signed in.
MaybeActor = Annotated[Actor | None, Depends(_actor)]
#: For whole routers: every page knows who reads it, also where the route itself does not ask.
KNOWN_ACTOR = Depends(_actor)


@guards(Permission.SIGNED_IN)
async def _signed_in(actor: MaybeActor) -> Actor:
    require(actor, Permission.SIGNED_IN)
    assert actor is not None
    return actor


@guards(Permission.MEMBER)
async def _member(actor: MaybeActor) -> Actor:
    require(actor, Permission.MEMBER)
    assert actor is not None
    return actor


#: The person; nobody gets NotSignedIn.
SignedIn = Annotated[Actor, Depends(_signed_in)]
#: A member of some association; a guest gets Forbidden.
Member = Annotated[Actor, Depends(_member)]
