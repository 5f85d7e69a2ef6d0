"""How Alembic reaches the database: with the application's own engine settings, and all of its models."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from app import models
from app.kit.db import Base, Database

assert models.ALL


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite can't alter most things in place; Alembic then copies the table.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _connect_and_run(url: str) -> None:
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_run)
    finally:
        await database.close()


asyncio.run(_connect_and_run(context.config.attributes["database_url"]))
