"""The database: SQLite with WAL as the embedded default, PostgreSQL when one machine is not enough.

Two kinds of unit of work. `reading()` takes a snapshot and never blocks. `writing()` takes the write lock at once
(`BEGIN IMMEDIATE` on SQLite, so that a transaction never fails half-way for want of it), commits at the end and then
delivers the events that were announced. `read()` and `write()` are the same for work that is a function.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator, create_engine, event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session

from app.kit.events import Event, EventBus, announced

#: How long a connection waits for SQLite's write lock when another process holds it, in milliseconds.
SQLITE_BUSY_TIMEOUT = 10_000

#: A machine that died says nothing. So many seconds may pass until PostgreSQL lets a connection in, and over one
#: statement; and PostgreSQL itself lets go of the locks of a client that has been gone for half a minute.
POSTGRES_PATIENCE: Mapping[str, Any] = {
    "timeout": 5.0,
    "command_timeout": 60.0,
    "server_settings": {
        "tcp_keepalives_idle": "15",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    },
}

_DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}

T = TypeVar("T")

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Base(DeclarativeBase):
    """The base of all models. Names of constraints are fixed, so that migrations can refer to them on any database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out, also on SQLite, which keeps no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone can't be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def sqlite_url(folder: Path) -> str:
    """The URL of the embedded database in `folder`."""
    return f"sqlite+aiosqlite:///{folder / 'verkstad.db'}"


class Database:
    """One database and the bus that its news goes out on.

    `url` is an SQLAlchemy URL; `postgresql://` and `sqlite://` are given their async drivers.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        scheme, _, rest = url.partition("://")
        url = f"{_DRIVERS.get(scheme, scheme)}://{rest}"
        self.url = url
        self.events = EventBus()
        self.is_sqlite = url.startswith("sqlite")
        # A connection to SQLite is a file and a thread: there may be as many as ask at once.
        more: dict[str, Any] = (
            {"max_overflow": -1} if self.is_sqlite else {"pool_pre_ping": True, "connect_args": dict(POSTGRES_PATIENCE)}
        )
        options: dict[str, Any] = {"pool_size": pool_size, **more}
        self.engine: AsyncEngine = create_async_engine(url, **options)
        self._write_engine = self.engine.execution_options(begin="IMMEDIATE")
        # SQLite's own waiting for its lock sleeps in steps of up to 100 ms; within a process a lock wakes at once.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        self._reader: _Clerk | None = None
        self._clerk: _Clerk | None = None
        if self.is_sqlite:
            _prepare_engine(self.engine.sync_engine)
            # A thread for each, since what is read never waits for what is written. They begin with their first work.
            self._reader, self._clerk = _Clerk(self.url), _Clerk(self.url)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads. What it changed would be rolled back."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes are committed at the end of the block; then its events are delivered."""
        if _writing.get():
            raise RuntimeError("a writing unit inside a writing unit would wait for itself")
        token = _writing.set(True)
        try:
            async with self.exclusive(), self._unit() as session:
                yield session
        finally:
            _writing.reset(token)
        await self.events.deliver(announced(session))

    async def read(self, work: Callable[[Session], T]) -> T:
        """What `work` returns, which only reads: on SQLite in one go in a thread, as in `write()`."""
        if self._reader is None:
            async with self.reading() as session:
                return await session.run_sync(work)
        return await self._reader.read(work)

    async def write(self, work: Callable[[Session], T]) -> T:
        """What `work` returns, done in a writing unit of its own.

        On SQLite it is done in one go in a thread. In `writing()` each statement is a way there and back through the
        event loop, and other writers wait for all of them: for what goes on in the background while people type.
        """
        if self._clerk is None:
            async with self.writing() as session:
                return await session.run_sync(work)
        if _writing.get():
            raise RuntimeError("a writing unit inside a writing unit would wait for itself")
        async with self.exclusive():
            done, news = await self._clerk.write(work)
        await self.events.deliver(news)
        return done

    @asynccontextmanager
    async def _unit(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._write_engine, expire_on_commit=False) as session:
            # Takes the lock and the connection before the caller reads what it will decide upon.
            await session.connection()
            yield session
            await session.commit()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Holds back every other writer of this process while there can only be one."""
        if self._writer is None:
            yield
        else:
            async with self._writer:
                yield

    def open_sqlite(self) -> sqlite3.Connection:
        """A connection beside the pool, prepared like those in it, for a thread that writes without a session."""
        path = make_url(self.url).database
        if path is None:
            raise ValueError("a database in memory has one connection only")
        connection = sqlite3.connect(path, check_same_thread=False)
        _prepare_sqlite(connection, None)
        return connection

    async def create_all(self) -> None:
        """Creates every table that is known to the models; for tests and for comparing with the migrations."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            yield connection

    async def abandon_connections(self) -> None:
        """Lets go of the pooled connections without a word to the other side, which no longer answers."""
        await self.engine.dispose(close=False)

    async def close(self) -> None:
        for clerk in (self._reader, self._clerk):
            if clerk is not None:
                await clerk.close()
        await self.engine.dispose()


class _Clerk:
    """Goes to SQLite once for a whole unit of work, in a thread of its own."""

    def __init__(self, url: str) -> None:
        self._thread = ThreadPoolExecutor(1, "clerk")
        self._engine = create_engine(make_url(url).set(drivername="sqlite"))
        self._write_engine = self._engine.execution_options(begin="IMMEDIATE")
        _prepare_engine(self._engine)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, work)

    async def write(self, work: Callable[[Session], T]) -> tuple[T, list[Event]]:
        """What `work` returns and what it announced, once that is committed."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, work)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown(wait=False)

    # In the thread.

    def _read(self, work: Callable[[Session], T]) -> T:
        with Session(self._engine, expire_on_commit=False) as session:
            return work(session)

    def _write(self, work: Callable[[Session], T]) -> tuple[T, list[Event]]:
        with Session(self._write_engine, expire_on_commit=False) as session:
            session.connection()
            done = work(session)
            session.commit()
            return done, announced(session)


def require_no_writing_unit() -> None:
    """Raises when called inside `Database.writing()`: whoever waits for live text there may wait for itself."""
    if _writing.get():
        raise RuntimeError("live text is not read or changed inside a writing unit")


def _prepare_engine(engine: Engine) -> None:
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions of its own; `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a commit survives the loss of power, not only of the process
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_TIMEOUT}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")


__all__ = ["Base", "Database", "UtcDateTime", "require_no_writing_unit", "sqlite_url"]
