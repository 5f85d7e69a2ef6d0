"""Brings a database to this version of the code, and tells whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from app.kit.db import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def config(database_url: str) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    # Read by migrations/env.py; the option of the same name would have its % signs interpolated.
    settings.attributes["database_url"] = Database(database_url).url
    return settings


def upgrade(database_url: str) -> None:
    """Runs what is missing. Safe to repeat. Not to be called from within an event loop."""
    command.upgrade(config(database_url), "head")


async def is_current(database_url: str) -> bool:
    """Whether the database has this version's tables."""
    head = ScriptDirectory.from_config(config(database_url)).get_current_head()
    engine = create_async_engine(Database(database_url).url)
    try:
        async with engine.connect() as connection:
            held = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    finally:
        await engine.dispose()
    return held == head
