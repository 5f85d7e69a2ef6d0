"""The line at the door is fair, bounded, and passes over those who have gone."""

import asyncio

import pytest

from app.collab import limits
from app.collab.line import Line, Pace
from tests.collab.stage import time_passes


class Processor:
    """The time that the process has spent: a share of what has passed, which a test sets."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._since, self._spent, self._share = self._loop.time(), 0.0, 0.0

    def __call__(self) -> float:
        return self._spent + self._share * (self._loop.time() - self._since)

    def is_busy(self, share: float) -> None:
        self._spent, self._since = self(), self._loop.time()
        self._share = share

    def spends(self, seconds: float) -> None:
        self._spent += seconds


class Crowd:
    """People in one line, and the order in which they were let on."""

    def __init__(self, full: frozenset[str] = frozenset()) -> None:
        self.processor = Processor()
        self.line = Line(lambda address: address in full, Pace(self.processor))
        self.let_on: list[str] = []
        self.turned_away: list[str] = []
        self.gone: set[str] = set()

    def comes(self, *names: str, address: str) -> None:
        for name in names:
            self.line.come(address, Person(name, self))


class Person:
    """A newcomer."""

    def __init__(self, name: str, crowd: Crowd) -> None:
        self._name = name
        self._crowd = crowd

    @property
    def has_gone(self) -> bool:
        return self._name in self._crowd.gone

    def let_on(self) -> None:
        self._crowd.let_on.append(self._name)

    def turn_away(self) -> None:
        self._crowd.turned_away.append(self._name)


async def test_one_who_comes_alone_does_not_wait() -> None:
    crowd = Crowd()
    crowd.comes("astrid", address="a")
    assert crowd.let_on == ["astrid"]
    await time_passes(limits.LINE_PACE * 2)
    crowd.comes("bo", address="a")
    assert crowd.let_on == ["astrid", "bo"]


async def test_crowd_from_one_address_holds_up_nobody_from_another() -> None:
    crowd = Crowd()
    crowd.comes(*(f"flood {n}" for n in range(500)), address="a")
    crowd.comes("bo", address="b")
    await time_passes(limits.LINE_PACE * 2)
    assert "bo" in crowd.let_on
    assert len(crowd.let_on) < 10


async def test_everybody_who_stays_is_let_on_in_the_order_of_their_address() -> None:
    crowd = Crowd()
    names = [f"{n}" for n in range(100)]
    crowd.comes(*names, address="a")
    await time_passes(limits.LINE_PACE * 100)
    assert crowd.let_on == names


async def test_who_has_gone_is_passed_over_and_takes_nobodys_turn() -> None:
    crowd = Crowd()
    crowd.comes("astrid", "ove", *(f"gone {n}" for n in range(300)), "bo", address="a")
    crowd.gone = {f"gone {n}" for n in range(300)}
    await time_passes(limits.LINE_PACE * 3)
    assert crowd.let_on == ["astrid", "ove", "bo"]
    assert crowd.turned_away == []


async def test_full_line_refuses_the_last_of_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE", 10)
    crowd = Crowd()
    crowd.comes(*(f"flood {n}" for n in range(12)), address="a")
    assert crowd.turned_away == ["flood 11"]
    crowd.comes("bo", address="b")
    assert crowd.turned_away == ["flood 11", "flood 10"]
    await time_passes(limits.LINE_PACE * 20)
    assert "bo" in crowd.let_on


async def test_those_who_have_gone_make_room_in_a_full_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE", 10)
    crowd = Crowd()
    crowd.comes("first", *(f"gone {n}" for n in range(10)), address="a")
    crowd.gone = {f"gone {n}" for n in range(10)}
    crowd.comes("bo", address="a")
    await time_passes(limits.LINE_PACE * 2)
    assert crowd.let_on == ["first", "bo"]


async def test_nobody_is_let_on_while_the_event_loop_is_far_behind_by_its_own_work() -> None:
    crowd = Crowd()
    crowd.comes(*(f"{n}" for n in range(10)), address="a")
    crowd.line._due -= 1.0
    crowd.processor.spends(1.0)
    await time_passes(limits.LINE_PACE * 1.5)
    assert crowd.let_on == ["0"]
    await time_passes(limits.LINE_PACE)
    assert crowd.let_on == ["0", "1", "2", "3"]


async def test_crowd_comes_in_also_where_other_programs_hold_the_event_loop_up() -> None:
    crowd = Crowd()
    names = [f"{n}" for n in range(100)]
    crowd.comes(*names, address="a")
    for _ in range(34):
        # Each alarm rings late, and the process has done nothing meanwhile.
        crowd.line._due -= 10 * limits.LINE_PACE
        await time_passes(limits.LINE_PACE)
    assert crowd.let_on == names


async def test_address_with_too_many_inside_is_refused_without_waiting() -> None:
    crowd = Crowd(full=frozenset({"a"}))
    crowd.comes("astrid", address="a")
    crowd.comes("bo", address="b")
    assert (crowd.let_on, crowd.turned_away) == (["bo"], ["astrid"])


async def test_meeting_that_comes_at_once_is_in_within_a_second() -> None:
    crowd = Crowd()
    crowd.processor.is_busy(1.0)
    names = [f"{n}" for n in range(200)]
    crowd.comes(*names, address="hall")
    await time_passes(1.0)
    assert crowd.let_on == names


async def test_those_beyond_a_crowd_come_slower_the_busier_the_process_is() -> None:
    crowd = Crowd()
    crowd.comes(*(f"{n}" for n in range(limits.LINE_CROWD)), address="a")
    await time_passes(2.0)
    assert len(crowd.let_on) == limits.LINE_CROWD

    async def in_five_seconds() -> int:
        """How many are let on, once the pace has settled."""
        before = 0
        for _ in range(3):
            before = len(crowd.let_on)
            while crowd.line._waiting < limits.LINE:
                crowd.comes("flood", address="a")
            await time_passes(5.0)
        return len(crowd.let_on) - before

    crowd.processor.is_busy(0.9)
    slowest = await in_five_seconds()
    crowd.processor.is_busy(0.1)
    quickest = await in_five_seconds()
    crowded = 5 * limits.LINE_CROWD_PER_SECOND
    assert slowest == pytest.approx(5 / limits.LINE_SLOWEST + crowded, rel=0.1)
    assert quickest == pytest.approx(5 / limits.LINE_QUICKEST + crowded, rel=0.1)
    assert not crowd.turned_away


async def test_those_beyond_a_crowd_come_slower_when_the_event_loop_gets_no_time() -> None:
    crowd = Crowd()
    crowd.comes(*(f"{n}" for n in range(limits.LINE_CROWD + 500)), address="a")
    while len(crowd.let_on) < limits.LINE_CROWD:
        await time_passes(limits.LINE_PACE)
    before = len(crowd.let_on)
    for _ in range(200):
        # Whatever else the machine does, every other alarm rings late.
        crowd.line._due -= 3 * limits.LINE_LATE
        await time_passes(2 * limits.LINE_PACE)
    seconds = 400 * limits.LINE_PACE
    let_on = len(crowd.let_on) - before
    assert let_on < seconds * (1 / limits.LINE_QUICKEST + limits.LINE_CROWD_PER_SECOND) * 0.8


async def test_those_who_come_one_by_one_without_end_are_slowed_down_too() -> None:
    crowd = Crowd()
    crowd.processor.is_busy(1.0)
    for n in range(1_000):
        crowd.comes(f"{n}", address="a")
        await time_passes(limits.LINE_PACE * 2.5)
    assert len(crowd.let_on) < limits.LINE_CROWD + 10 * limits.LINE_CROWD_PER_SECOND + 11 / limits.LINE_SLOWEST
    await time_passes(60.0)
    assert len(crowd.let_on) == 1_000


async def test_room_for_another_crowd_grows_back() -> None:
    crowd = Crowd()
    names = [f"{n}" for n in range(limits.LINE_CROWD)]
    crowd.comes(*names, address="a")
    await time_passes(limits.LINE_CROWD / limits.LINE_CROWD_PER_SECOND + 2.0)
    crowd.processor.is_busy(1.0)
    crowd.comes(*names, address="a")
    await time_passes(1.0)
    assert len(crowd.let_on) == 2 * limits.LINE_CROWD
