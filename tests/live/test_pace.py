"""However many pages are open and however much is written, looking again leaves the server time for those who write."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.kit.events import EventBus
from app.live.board import BREATH, PARTS, Board
from tests.collab.stage import VirtualLoop, now, time_passes

MOTION = UUID(int=7)


class Page:
    """An open page that notes when it heard of what."""

    def __init__(self, board: Board) -> None:
        self.heard: list[tuple[float, str]] = []
        self.reader = board.join(MOTION, PARTS)
        self.listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for lines in self.reader.lines():
            if lines.startswith("event:"):
                self.heard.append((now(), lines.split("data: ")[1].strip()))


def play(story: Callable[[Board], Awaitable[None]]) -> None:
    async def begin() -> None:
        database: Any = SimpleNamespace(events=EventBus())
        await story(Board(database, lambda _motion, _parts: None))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(begin())


def test_pages_look_again_one_after_the_other_the_first_at_once() -> None:
    async def story(board: Board) -> None:
        pages = [Page(board) for _ in range(50)]
        await time_passes(1)
        began = now()
        board.changed(MOTION, ("status",))
        await time_passes(60)
        heard = sorted(when - began for page in pages for when, _part in page.heard)
        assert len(heard) == len(pages)
        assert heard[0] < BREATH
        assert all(later - earlier > 0.9 * BREATH for earlier, later in pairwise(heard))

    play(story)


def test_what_is_news_every_second_reaches_a_page_as_often_as_there_is_room_for() -> None:
    async def story(board: Board) -> None:
        pages = [Page(board) for _ in range(100)]
        for _second in range(60):
            board.changed(MOTION, ("status", "co-signatures"))
            await time_passes(1)
        rounds = 60 / (len(pages) * BREATH)
        for page in pages:
            assert rounds / 2 <= len(page.heard) / 2 <= rounds + 1
        # What came last is told as well.
        board.changed(MOTION, ("comments",))
        await time_passes(2 * len(pages) * BREATH)
        assert all(page.heard[-1][1] == "comments" for page in pages)

    play(story)


def test_page_that_rests_is_let_go_at_once() -> None:
    async def story(board: Board) -> None:
        page = Page(board)
        board.changed(MOTION, ("status",))
        await time_passes(0)
        board.changed(MOTION, ())
        await time_passes(0)
        await page.listening
        assert page.reader.is_questioned

    play(story)
