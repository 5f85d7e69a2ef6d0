"""The line at the door: newcomers come in a few at a time, so that those who are in hardly notice how many want to.

Each address has its own line and they take turns: a crowd from one address does not hold up somebody from another.
Whoever has gone away meanwhile is passed over and costs nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.collab import limits
from app.collab.errors import GoneAway
from app.kit.errors import TooMany


@dataclass(slots=True, eq=False)
class _Waiting:
    has_gone: Callable[[], bool]
    turn: "asyncio.Future[None]"


class Line:
    """Lets on one newcomer in each LINE_PACE, LINE_EXTRA more while the event loop keeps up, and none for up to
    LINE_PAUSES of them while it is far behind."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[_Waiting]] = {}
        self._waiting = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._paused = 0
        self._looked = float("-inf")

    async def wait(self, address: str, has_gone: Callable[[], bool]) -> None:
        """Returns when it is this newcomer's turn, at once when nobody came just before.

        Raises TooMany when the line is too long, GoneAway when the turn comes and nobody is there.
        """
        if self._alarm is None:
            self._set_alarm()
            return
        if self._waiting >= limits.LINE:
            self._make_room(address)
        waiting = _Waiting(has_gone, asyncio.get_running_loop().create_future())
        self._lines.setdefault(address, deque()).append(waiting)
        self._waiting += 1
        await waiting.turn

    def _make_room(self, address: str) -> None:
        """Sends away the last in the longest line; raises TooMany when that is the newcomer."""
        self._pass_over()
        if self._waiting < limits.LINE:
            return
        longest = max(self._lines, key=lambda each: len(self._lines[each]))
        if len(self._lines.get(address, ())) + 1 >= len(self._lines[longest]):
            raise TooMany
        last = self._lines[longest].pop()
        self._waiting -= 1
        if not last.turn.done():
            last.turn.set_exception(TooMany())

    def _pass_over(self) -> None:
        """Those who have gone away make room. Looking at everybody takes its time, so not for each who comes."""
        now = asyncio.get_running_loop().time()
        if now - self._looked < limits.LINE_LOOK:
            return
        self._looked = now
        for address, line in list(self._lines.items()):
            here: deque[_Waiting] = deque()
            for each in line:
                if each.turn.done() or each.has_gone():
                    _send_away(each)
                else:
                    here.append(each)
            self._waiting -= len(line) - len(here)
            if here:
                self._lines[address] = here
            else:
                del self._lines[address]

    def _set_alarm(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time() + limits.LINE_PACE
        self._alarm = loop.call_at(self._due, self._let_on)

    def _let_on(self) -> None:
        self._alarm = None
        if not self._waiting:
            return
        late = asyncio.get_running_loop().time() - self._due
        if late > 2 * limits.LINE_PACE and self._paused < limits.LINE_PAUSES:
            self._paused += 1
        else:
            self._paused = 0
            for _ in range(1 + limits.LINE_EXTRA * (late < limits.LINE_PACE)):
                if (newcomer := self._next()) is None:
                    break
                newcomer.turn.set_result(None)
        self._set_alarm()

    def _next(self) -> _Waiting | None:
        """The first who is still there, of the address whose turn it is."""
        while self._lines:
            address, line = next(iter(self._lines.items()))
            del self._lines[address]
            first = line.popleft()
            self._waiting -= 1
            if line:
                self._lines[address] = line
            if not first.turn.done() and not first.has_gone():
                return first
            _send_away(first)
        return None


def _send_away(gone: _Waiting) -> None:
    if not gone.turn.done():
        gone.turn.set_exception(GoneAway())
