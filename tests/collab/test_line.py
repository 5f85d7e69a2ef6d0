"""The line at the door is fair, bounded, and passes over those who have gone."""

import asyncio

import pytest

from app.collab import limits
from app.collab.errors import GoneAway
from app.collab.line import Line
from app.kit.errors import TooMany
from tests.collab.stage import next_turn, time_passes


class Crowd:
    """People in one line, and the order in which they were let on."""

    def __init__(self) -> None:
        self.line = Line()
        self.let_on: list[str] = []
        self.gone: set[str] = set()
        self.turned_away: dict[str, type[BaseException]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def comes(self, *names: str, address: str) -> None:
        for name in names:
            self._tasks.append(asyncio.create_task(self._wait(name, address)))
            await next_turn()

    async def _wait(self, name: str, address: str) -> None:
        try:
            await self.line.wait(address, lambda: name in self.gone)
        except (TooMany, GoneAway) as error:
            self.turned_away[name] = type(error)
        else:
            self.let_on.append(name)


async def test_one_who_comes_alone_does_not_wait() -> None:
    crowd = Crowd()
    await crowd.comes("astrid", address="a")
    assert crowd.let_on == ["astrid"]
    await time_passes(limits.LINE_PACE * 2)
    await crowd.comes("bo", address="a")
    assert crowd.let_on == ["astrid", "bo"]


async def test_crowd_from_one_address_holds_up_nobody_from_another() -> None:
    crowd = Crowd()
    await crowd.comes(*(f"flood {n}" for n in range(500)), address="a")
    await crowd.comes("bo", address="b")
    await time_passes(limits.LINE_PACE * 2)
    assert "bo" in crowd.let_on
    assert len(crowd.let_on) < 10


async def test_everybody_who_stays_is_let_on_in_the_order_of_their_address() -> None:
    crowd = Crowd()
    names = [f"{n}" for n in range(100)]
    await crowd.comes(*names, address="a")
    await time_passes(limits.LINE_PACE * 100)
    assert crowd.let_on == names


async def test_who_has_gone_is_passed_over_and_takes_nobodys_turn() -> None:
    crowd = Crowd()
    await crowd.comes("astrid", "ove", *(f"gone {n}" for n in range(300)), "bo", address="a")
    crowd.gone = {f"gone {n}" for n in range(300)}
    await time_passes(limits.LINE_PACE * 3)
    assert crowd.let_on == ["astrid", "ove", "bo"]
    assert set(crowd.turned_away.values()) == {GoneAway}


async def test_full_line_refuses_the_last_of_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE", 10)
    crowd = Crowd()
    await crowd.comes(*(f"flood {n}" for n in range(12)), address="a")
    assert crowd.turned_away == {"flood 11": TooMany}
    await crowd.comes("bo", address="b")
    await next_turn()
    assert crowd.turned_away == {"flood 11": TooMany, "flood 10": TooMany}
    await time_passes(limits.LINE_PACE * 20)
    assert "bo" in crowd.let_on


async def test_those_who_have_gone_make_room_in_a_full_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE", 10)
    crowd = Crowd()
    await crowd.comes("first", *(f"gone {n}" for n in range(10)), address="a")
    crowd.gone = {f"gone {n}" for n in range(10)}
    await crowd.comes("bo", address="a")
    await time_passes(limits.LINE_PACE * 2)
    assert crowd.let_on == ["first", "bo"]


async def test_nobody_is_let_on_while_the_event_loop_is_far_behind() -> None:
    crowd = Crowd()
    await crowd.comes(*(f"{n}" for n in range(10)), address="a")
    crowd.line._due -= 1.0
    await time_passes(limits.LINE_PACE * 1.5)
    assert crowd.let_on == ["0"]
    await time_passes(limits.LINE_PACE)
    assert crowd.let_on == ["0", "1", "2", "3"]
