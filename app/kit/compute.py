"""Work for the processor beside the event loop, one piece at a time.

Python lets one thread run at a time. A piece of work in a thread has the event loop wait for at most the switch
interval (`app.main`) each time the loop wakes up; ten pieces at once have it wait for ten, and none of them ends sooner
than if they had gone one after the other.
"""

from collections.abc import Callable
from typing import Final, TypeVar, TypeVarTuple

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

_ONE_AT_A_TIME: Final = CapacityLimiter(1)


async def compute(work: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
    """What `work` returns or raises, from a thread; for work of milliseconds, which waits for that of others."""
    return await run_sync(work, *arguments, limiter=_ONE_AT_A_TIME)
