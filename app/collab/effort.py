"""How much work of the engine a connection has caused, so that nobody can have it busy with updates made for that."""

from app.collab import limits


class Effort:
    """Seconds of processor time: a budget that fills up again, and may be overdrawn, since what is done is done."""

    __slots__ = ("_at", "_left")

    def __init__(self, now: float) -> None:
        self._at = now
        self._left = limits.EFFORT_BURST

    def spend(self, seconds: float, now: float) -> float:
        """Counts work of `seconds`; returns for how long nothing more should be read."""
        passed, self._at = now - self._at, now
        self._left = min(limits.EFFORT_BURST, self._left + passed * limits.EFFORT_PER_SECOND) - seconds
        return max(0.0, -self._left / limits.EFFORT_PER_SECOND)

    @property
    def is_excessive(self) -> bool:
        """Whether the budget is overdrawn by as much again: no editor does that."""
        return self._left < -limits.EFFORT_BURST
