"""The cast, and the house around it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.kit.db import Database
from tests.submissions.cast import Cast, assemble
from tests.submissions.house import House, build


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await assemble(database)


@pytest.fixture
async def house(cast: Cast, tmp_path: Path) -> AsyncIterator[House]:
    house = build(cast, tmp_path)
    yield house
    await house.app.state.database.close()
