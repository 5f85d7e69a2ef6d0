"""How many may come in: per person, per address, and at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from uuid import UUID

from app.collab import limits
from app.kit.errors import TooMany


class Doorway:
    """Counts those inside. A limit of 0 is none."""

    def __init__(self, *, per_person: int = 0, per_address: int = 0) -> None:
        self._per_person = per_person
        self._per_address = per_address
        self._inside: Counter[Hashable] = Counter()
        #: Who did harm: until when the person stays outside, and for how long it was.
        self._held_off: dict[UUID, tuple[float, float]] = {}
        self._asking = asyncio.Semaphore(limits.ADMISSIONS)
        self._waiting = 0

    def is_full(self, address: str) -> bool:
        """Whether as many as may have come from the address."""
        return bool(self._per_address) and self._inside[("address", address)] >= self._per_address

    def come(self, address: str) -> None:
        """Somebody is at the door; `go()` has to follow. Raises TooMany."""
        self._count(("address", address), self._per_address)

    def go(self, address: str) -> None:
        self._uncount(("address", address))

    def enter(self, person_id: UUID, now: float) -> None:
        """A person comes in; `leave()` has to follow. Raises TooMany."""
        if person_id in self._held_off and now < self._held_off[person_id][0]:
            raise TooMany
        self._count(person_id, self._per_person)

    def leave(self, person_id: UUID) -> None:
        self._uncount(person_id)

    def hold_off(self, person_id: UUID, now: float) -> None:
        """Something that the person sent did harm: nobody comes in as this person for a while, each time for longer."""
        _, before = self._held_off.pop(person_id, (0.0, limits.HOLD_OFF_SECONDS / 2))
        seconds = min(2 * before, limits.HOLD_OFF_LONGEST)
        self._held_off[person_id] = (now + seconds, seconds)
        while self._held_off and now - next(iter(self._held_off.values()))[0] > limits.HOLD_OFF_LONGEST:
            del self._held_off[next(iter(self._held_off))]

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Held while rights are looked up: some at a time, so that a flood waits here and not in the database."""
        if self._waiting >= limits.ADMISSIONS_WAITING:
            raise TooMany
        self._waiting += 1
        try:
            async with self._asking:
                yield
        finally:
            self._waiting -= 1

    def _count(self, key: Hashable, most: int) -> None:
        if most and self._inside[key] >= most:
            raise TooMany
        self._inside[key] += 1

    def _uncount(self, key: Hashable) -> None:
        self._inside[key] -= 1
        if not self._inside[key]:
            del self._inside[key]
