"""How Alembic reaches the database: with the application's own engine settings, and all of its models."""

import asyncio
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from app import models
from app.kit.db import Base, Database, UtcDateTime

assert models.ALL


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations don't import the application: they have to run when it has long changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=_render,
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
