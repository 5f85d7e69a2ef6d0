"""The one clock. Everything that asks for the time asks here, so that a test can stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

#: Where the users are. Used only where a time is shown or typed; everything stored is UTC.
STOCKHOLM = ZoneInfo("Europe/Stockholm")

_stopped_at: datetime | None = None


def now() -> datetime:
    """The present moment: aware, in UTC, to the microsecond."""
    return _stopped_at or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Within the block, `now()` is `at` (aware). For tests only."""
    global _stopped_at
    before, _stopped_at = _stopped_at, at.astimezone(UTC)
    try:
        yield
    finally:
        _stopped_at = before
