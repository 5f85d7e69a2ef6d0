"""The line at the door: newcomers come in a few at a time, so that those who are in hardly notice how many want to.

Each address has its own line and they take turns: a crowd from one address does not hold up somebody from another.
Whoever has gone away meanwhile is passed over and costs nothing. It stands before anything is done for a newcomer that
costs more than taking the request in (`app.collab.door`).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from app.collab import limits


class Newcomer(Protocol):
    """Somebody at the door. The line calls either method, once, and neither for those who have gone."""

    @property
    def has_gone(self) -> bool:
        """Whether nobody is there any more."""

    def let_on(self) -> None:
        """It is the newcomer's turn. Must not raise."""

    def turn_away(self) -> None:
        """There are too many. Must not raise."""


class Pace:
    """How fast newcomers may come, by the time of the event loop.

    A crowd of LINE_CROWD comes in as fast as the event loop keeps up, for that is what a meeting does to which the link
    is read out. Those beyond it come one by one, so much apart that the process is busy for LINE_SHARE of the time at
    the most, and the event loop LINE_LATE behind on the average, for the process may get less of the machine than it
    would take: at least LINE_QUICKEST seconds, and LINE_SLOWEST however busy it is.

    `spent` tells the processor time of the process.
    """

    def __init__(self, spent: Callable[[], float] = time.process_time) -> None:
        self.spent = spent
        self._crowd = float(limits.LINE_CROWD)
        self._filled_at = float("-inf")
        self._apart = limits.LINE_QUICKEST
        self._next = float("-inf")
        self._looked_at = float("-inf")
        self._spent_then = 0.0
        self._late = 0.0
        self._alarms = 0

    def was_late(self, seconds: float) -> None:
        """So late an alarm of the event loop rang."""
        self._late += seconds
        self._alarms += 1

    def lets_on(self, now: float) -> bool:
        """Whether one more may come in; who may is counted."""
        passed, self._filled_at = now - self._filled_at, now
        self._crowd = min(limits.LINE_CROWD, self._crowd + passed * limits.LINE_CROWD_PER_SECOND)
        if self._crowd >= 1.0:
            self._crowd -= 1.0
            return True
        self._look(now)
        if now < self._next:
            return False
        # From when the turn was, not from when it was noticed; but what was not used is not made up for.
        self._next = max(self._next, now - limits.LINE_PACE) + self._apart
        return True

    def _look(self, now: float) -> None:
        passed = now - self._looked_at
        if passed < limits.LINE_LOOK:
            return
        spent = self.spent()
        if passed > 4 * limits.LINE_LOOK:
            # What the process did so long ago says nothing of now.
            self._apart = limits.LINE_QUICKEST
        elif spent - self._spent_then > passed * limits.LINE_SHARE or self._late > self._alarms * limits.LINE_LATE:
            self._apart = min(self._apart * 1.5, limits.LINE_SLOWEST)
        else:
            self._apart = max(self._apart / 1.25, limits.LINE_QUICKEST)
        self._looked_at, self._spent_then = now, spent
        self._late, self._alarms = 0.0, 0


class Line:
    """Lets on one newcomer in each LINE_PACE as `pace` allows, LINE_EXTRA more while the event loop keeps up, and none
    for up to LINE_PAUSES of them while it is far behind by its own work. Where the process gets too little of the
    machine, pauses would help nobody: it makes up for the alarms that rang late.

    `is_full` tells of an address whether there are too many from there already.
    """

    def __init__(self, is_full: Callable[[str], bool] = lambda _address: False, pace: Pace | None = None) -> None:
        self._is_full = is_full
        self._pace = pace or Pace()
        self._lines: dict[str, deque[Newcomer]] = {}
        self._waiting = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._spent = 0.0
        self._paused = 0
        self._looked = float("-inf")

    def come(self, address: str, newcomer: Newcomer) -> None:
        """Lets the newcomer on in turn, at once when nobody came just before; or turns it away."""
        if self._is_full(address):
            newcomer.turn_away()
            return
        if self._alarm is None and self._pace.lets_on(asyncio.get_running_loop().time()):
            self._set_alarm()
            newcomer.let_on()
            return
        if self._waiting >= limits.LINE and not self._make_room(address):
            newcomer.turn_away()
            return
        self._lines.setdefault(address, deque()).append(newcomer)
        self._waiting += 1
        if self._alarm is None:
            self._set_alarm()

    def _make_room(self, address: str) -> bool:
        """Sends away the last in the longest line; False when that is the newcomer."""
        self._pass_over()
        if self._waiting < limits.LINE:
            return True
        longest = max(self._lines, key=lambda each: len(self._lines[each]))
        if len(self._lines.get(address, ())) + 1 >= len(self._lines[longest]):
            return False
        last = self._lines[longest].pop()
        self._waiting -= 1
        if not last.has_gone:
            last.turn_away()
        return True

    def _pass_over(self) -> None:
        """Those who have gone away make room. Looking at everybody takes its time, so not for each who comes."""
        now = asyncio.get_running_loop().time()
        if now - self._looked < limits.LINE_LOOK:
            return
        self._looked = now
        for address, line in list(self._lines.items()):
            here = deque(each for each in line if not each.has_gone)
            self._waiting -= len(line) - len(here)
            if here:
                self._lines[address] = here
            else:
                del self._lines[address]

    def _set_alarm(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time() + limits.LINE_PACE
        self._spent = self._pace.spent()
        self._alarm = loop.call_at(self._due, self._let_on)

    def _let_on(self) -> None:
        self._alarm = None
        if not self._waiting:
            return
        now = asyncio.get_running_loop().time()
        late = now - self._due
        self._pace.was_late(late)
        by_itself = self._pace.spent() - self._spent > (late + limits.LINE_PACE) * limits.LINE_SHARE
        if by_itself and late > 2 * limits.LINE_PACE and self._paused < limits.LINE_PAUSES:
            self._paused += 1
        else:
            self._paused = 0
            keeps_up = late < limits.LINE_PACE or not by_itself
            for _ in range(1 + limits.LINE_EXTRA * keeps_up):
                if not self._waiting or not self._pace.lets_on(now) or (newcomer := self._next()) is None:
                    break
                newcomer.let_on()
        self._set_alarm()

    def _next(self) -> Newcomer | None:
        """The first who is still there, of the address whose turn it is."""
        while self._lines:
            address, line = next(iter(self._lines.items()))
            del self._lines[address]
            first = line.popleft()
            self._waiting -= 1
            if line:
                self._lines[address] = line
            if not first.has_gone:
                return first
        return None
