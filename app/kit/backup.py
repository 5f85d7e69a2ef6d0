"""A backup of any database in one file, readable on the other kind of database too: a ZIP with one file of JSON lines
a table, in the order in which they can be read back."""

import base64
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, insert, literal_column, select, text

from app.kit.db import Base, Database
from app.kit.errors import Conflict, Invalid
from app.kit.i18n import _

FORM = 1
#: Rows that are read or written at a time.
BATCH = 500


def _out(value: object) -> object:
    match value:
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case datetime() | date():
            return {"at": value.isoformat()}
        case UUID():
            return {"uuid": value.hex}
        case dict() | list():
            return {"json": value}
    return value


def _in(value: Any) -> object:
    match value:
        case {"bytes": text_}:
            return base64.b64decode(text_)
        case {"at": text_}:
            return datetime.fromisoformat(text_) if "T" in text_ else date.fromisoformat(text_)
        case {"uuid": text_}:
            return UUID(text_)
        case {"json": inner}:
            return inner
    return value


async def write_backup(database: Database, path: Path) -> int:
    """Writes all rows as they are at one moment, while others work on. Returns how many; raises if `path` exists."""
    rows = 0
    async with database.reading() as session:
        if not database.is_sqlite:
            await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("form.json", json.dumps({"form": FORM}))
            for table in Base.metadata.sorted_tables:
                with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
                    found = await session.stream(select(table).order_by(*table.primary_key))
                    async for partition in found.mappings().partitions(BATCH):
                        for row in partition:
                            line = {column: _out(value) for column, value in row.items()}
                            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                            rows += 1
    return rows


async def read_backup(database: Database, path: Path) -> int:
    """Reads a backup into a migrated, empty database; all of it or nothing. Returns the number of rows.

    Raises Conflict when there is something in the database, Invalid for a file that is no backup.
    """
    rows = 0
    try:
        archive = zipfile.ZipFile(path)
        form = json.loads(archive.read("form.json"))["form"]
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise Invalid(_("{file} is not a backup that can be read.", file=path)) from None
    if form != FORM:
        raise Invalid(_("{file} was written by another version, and can't be read by this one.", file=path))
    with archive:
        async with database.writing() as session:
            for table in Base.metadata.sorted_tables:
                if await session.scalar(select(func.count()).select_from(table)):
                    raise Conflict(_("The database is not empty. A backup is only read into a new one."))
            for table in Base.metadata.sorted_tables:
                with archive.open(f"{table.name}.jsonl") as file:
                    batch: list[dict[str, object]] = []
                    for line in file:
                        batch.append({column: _in(value) for column, value in json.loads(line).items()})
                        rows += 1
                        if len(batch) == BATCH:
                            await session.execute(insert(table), batch)
                            batch = []
                    if batch:
                        await session.execute(insert(table), batch)
            if not database.is_sqlite:
                await _restore_sequences(session)
    return rows


async def _restore_sequences(session: Any) -> None:
    """Lets PostgreSQL's counters go on after the highest number that was read."""
    for table in Base.metadata.sorted_tables:
        column = _counted(table)
        if column is not None:
            # Names of our own tables, from the models.
            sequence = f"pg_get_serial_sequence('{table.name}', '{column}')"
            highest = select(func.coalesce(func.max(table.c[column]), 0) + 1).scalar_subquery()
            await session.execute(select(func.setval(literal_column(sequence), highest, False)))


def _counted(table: Table) -> str | None:
    column = table.autoincrement_column
    return column.name if column is not None and column.autoincrement is True else None
