"""What to show first of all that a person has to do."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from app.calls.models import Call
from app.motions.models import Status
from app.motions.queries import MotionRow

_NEVER = datetime.max.replace(tzinfo=UTC)


def in_order(motions: Iterable[MotionRow]) -> list[MotionRow]:
    """What is still written on first, by the deadline; then what has been handed in, as it was."""
    return sorted(motions, key=_urgency)


def _urgency(motion: MotionRow) -> tuple[bool, datetime]:
    if motion.status != Status.DRAFT:
        return True, _NEVER
    return False, motion.deadline_at or _NEVER


def calls_to_show(calls: Sequence[Call], mine: Sequence[MotionRow]) -> list[Call]:
    """The calls that are open, and those that are over but still wait for a motion of the person's own."""
    unfinished = {motion.call_id for motion in mine if motion.status == Status.DRAFT}
    return [call for call in calls if not call.is_over or call.id in unfinished]
