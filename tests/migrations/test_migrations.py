"""The migrations make the tables that the models describe, on both databases."""

import ast
import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from app import models
from app.kit.db import Base, Database
from app.migrate import MIGRATIONS, config, is_current
from tests.conftest import migrate

_DESTRUCTIVE = {"drop_table", "drop_column", "rename_table"}
#: Migrations that take something away, each with the reason why no running server misses it.
NOT_ADDITIVE: dict[str, str] = {}


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


async def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    assert models.ALL
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
        tables = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    assert tables == set(Base.metadata.tables) | {"alembic_version"}


async def test_difference_between_tables_and_models_is_noticed(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE documents RENAME COLUMN frozen_at TO melted_at")
    async with database.engine.connect() as connection:
        differences = repr(await connection.run_sync(_differences))
    assert "frozen_at" in differences
    assert "melted_at" in differences


async def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database.url)
    assert await is_current(database.url)


def test_history_is_one_line_of_dated_slugs() -> None:
    scripts = ScriptDirectory.from_config(config("sqlite:///never-opened.db"))
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        assert Path(script.path).stem == script.revision
        assert re.fullmatch(r"\d{8}_[a-z0-9_]+", script.revision)
        assert len(script.revision) <= 32, "longer than the column that Alembic keeps it in"


def test_migrations_add_and_take_nothing_away() -> None:
    """A server of the last version may still be running while the next one's migration has been made."""
    found = set()
    for path in (MIGRATIONS / "versions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
                called = {
                    call.func.attr
                    for call in ast.walk(node)
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
                }
                if called & _DESTRUCTIVE:
                    found.add(path.name)
    assert found == set(NOT_ADDITIVE)
