"""Computing beside the event loop: one piece of work at a time, and the loop goes on."""

import asyncio
import threading

import pytest

from app.kit.compute import compute


async def test_one_piece_of_work_waits_for_the_other_and_the_loop_for_neither() -> None:
    loop, may_end = asyncio.get_running_loop(), threading.Event()
    begun = asyncio.Event()
    done: list[str] = []

    def first() -> str:
        loop.call_soon_threadsafe(begun.set)
        assert may_end.wait(30)
        done.append("first")
        return "one"

    def second(word: str) -> str:
        done.append("second")
        return word

    one, two = asyncio.create_task(compute(first)), asyncio.create_task(compute(second, "two"))
    await begun.wait()
    assert not done
    may_end.set()
    assert [await one, await two] == ["one", "two"]
    assert done == ["first", "second"]


async def test_what_goes_wrong_is_told_to_whoever_asked_and_the_next_has_its_turn() -> None:
    with pytest.raises(ZeroDivisionError):
        await compute(lambda: 1 // 0)
    assert await compute(str.upper, "ja") == "JA"
