"""How often a stranger may try: counted per process, which is enough to make guessing hopeless."""

import time
from collections import OrderedDict

from app.kit.errors import TooMany

#: Keys remembered at the most; the oldest are forgotten, so that strangers can't fill the memory.
MAX_KEYS = 50_000


class RateLimit:
    """At most `count` times in `seconds` for each key, spread evenly (a token bucket)."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = float(count)
        self._refill = count / seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def hit(self, key: str) -> None:
        """Counts one try; raises TooMany when there were too many."""
        moment = time.monotonic()
        left, since = self._buckets.pop(key, (self._count, moment))
        left = min(self._count, left + (moment - since) * self._refill)
        if left < 1:
            self._buckets[key] = (left, moment)
            raise TooMany
        self._buckets[key] = (left - 1, moment)
        while len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Takes the latest try back: it was a rightful one.

        A hall full of delegates comes from one address, so where a secret is being guessed only the wrong guesses
        may count. They are counted before the answer is looked up, or many at once would all be let through.
        """
        if (bucket := self._buckets.get(key)) is not None:
            left, since = bucket
            self._buckets[key] = (min(self._count, left + 1), since)
