"""The stream of signals ends when rights change: those who are out hear that it is over, the others come back."""

import asyncio
from collections.abc import Collection
from uuid import UUID

import pytest
from httpx import AsyncClient

from app.live.board import Board, Reader
from app.live.routes import OVER
from tests.house import House


async def test_who_was_let_out_hears_that_it_is_over_and_the_others_do_not(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    board: Board = house.app.state.board
    path = f"/motions/{house.cast.motion.id}"
    joined = asyncio.Semaphore(0)
    join = board.join

    def joins(motion_id: UUID, parts: Collection[str]) -> Reader:
        joined.release()
        return join(motion_id, parts)

    monkeypatch.setattr(board, "join", joins)
    async with (
        house.browser(house.cast.astrid) as astrid,
        house.browser(house.cast.gun) as gun,
        house.browser(house.cast.mia) as mia,
        asyncio.timeout(20),
    ):
        hearing = []
        for browser in (gun, mia):
            hearing.append(asyncio.create_task(_heard(browser, path)))
            await joined.acquire()
        assert (await astrid.post(f"{path}/people/{house.cast.gun.id}/removal")).status_code == 303
        out, still_in = await asyncio.gather(*hearing)
        assert out.endswith(OVER)
        assert OVER not in still_in
        # To those who are out it is as if it were not there.
        assert (await gun.get(f"{path}/events")).status_code == 404


async def _heard(browser: AsyncClient, path: str) -> str:
    """All that the stream says until it ends."""
    return (await browser.get(f"{path}/events")).text


async def test_stream_of_a_server_that_stops_does_not_say_that_it_is_over(house: House) -> None:
    board: Board = house.app.state.board
    reader = board.join(house.cast.motion.id, ())
    board.close()
    assert not reader.is_questioned
    board.changed(house.cast.motion.id, ())
    assert reader.is_questioned
