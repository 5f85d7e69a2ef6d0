"""The whole application over the cast's database, and the browsers and programs that ask it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from app.documents.desk import StoreDesk
from app.kit.db import Database
from app.main import create_app
from app.people.actions import new_api_token, open_session
from app.people.models import Person
from app.people.routes import SESSION_COOKIE
from app.settings import load
from tests.cast import Cast, assemble

#: Tries are counted for each address, and all tests run in one process: each house has an address of its own.
_addresses: Iterator[str] = map(str, IPv4Network("198.18.0.0/15").hosts())


@dataclass(frozen=True)
class House:
    """The application, asked in the name of one or another of the cast."""

    app: FastAPI
    cast: Cast
    address: str = field(default_factory=lambda: next(_addresses))

    @asynccontextmanager
    async def _client(self, **options: Any) -> AsyncIterator[AsyncClient]:
        transport = ASGITransport(app=self.app, client=(self.address, 50_000))
        async with AsyncClient(transport=transport, base_url="http://verkstad.test", **options) as client:
            yield client

    @asynccontextmanager
    async def browser(self, person: Person | None = None) -> AsyncIterator[AsyncClient]:
        """Somebody's browser; nobody's in particular without a person."""
        if person is None:
            async with self._client() as client:
                yield client
            return
        async with self.cast.database.writing() as session:
            token = await open_session(session, person.id)
        async with self._client(cookies={SESSION_COOKIE: token}) as client:
            yield client

    @asynccontextmanager
    async def program(self, person: Person) -> AsyncIterator[AsyncClient]:
        """A program that acts for somebody."""
        async with self.cast.database.writing() as session:
            token = await new_api_token(session, person.id)
        async with self._client(headers={"authorization": f"Bearer {token}"}) as client:
            yield client


def build(cast: Cast, folder: Path) -> House:
    """The whole application, with live text that has no rooms: what is written is read from the store at once."""
    environ = {
        "VERKSTAD_DATA_DIR": str(folder),
        "VERKSTAD_DATABASE_URL": cast.database.url,
        "VERKSTAD_SECRET_KEY": "k" * 48,
        "VERKSTAD_BASE_URL": "http://verkstad.test",
    }
    app = create_app(load(environ))
    app.state.desk = StoreDesk(app.state.database)
    return House(app, cast)


@pytest.fixture
async def cast(database: Database) -> Cast:
    """A small district, on SQLite and on PostgreSQL."""
    return await assemble(database)


@pytest.fixture
async def house(cast: Cast, tmp_path: Path) -> AsyncIterator[House]:
    """The whole application over the cast's database."""
    house = build(cast, tmp_path)
    yield house
    await house.app.state.database.close()
