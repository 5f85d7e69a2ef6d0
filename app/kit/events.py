"""News from one room of the house to another, delivered only after the transaction that made it was committed."""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

log = logging.getLogger("verkstad.events")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened. Events carry ids, never text."""


E = TypeVar("E", bound=Event)
Handler = Callable[[E], Awaitable[None]]

_ANNOUNCED = "announced events"


def announce(session: AsyncSession | Session, event: Event) -> None:
    """Has `event` delivered once `session` is committed; a rollback takes it back."""
    session.info.setdefault(_ANNOUNCED, []).append(event)


def announced(session: AsyncSession | Session) -> list[Event]:
    """Takes what was announced out of the session."""
    events: list[Event] = session.info.pop(_ANNOUNCED, [])
    return events


class EventBus:
    """Delivers events to the handlers of their type, in the order of subscription; then those of one delivery together
    to the handlers that asked for that.

    A handler that fails is logged and does not stop the others: what it had to do is either rebuilt from the store
    (projections, index) or lies in the outbox.
    """

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[Callable[[Any], Awaitable[None]]]] = defaultdict(list)
        self._together: dict[type[Event], list[Callable[[Any], Awaitable[None]]]] = defaultdict(list)

    def subscribe(self, kind: type[E], handler: Handler[E]) -> None:
        self._handlers[kind].append(handler)

    def subscribe_together(self, kind: type[E], handler: Callable[[Sequence[E]], Awaitable[None]]) -> None:
        """For a handler that asks the database something, which it may ask once about all."""
        self._together[kind].append(handler)

    async def deliver(self, events: Sequence[Event]) -> None:
        for event in events:
            for handler in self._handlers[type(event)]:
                await _tell(handler, event, type(event))
        for kind in dict.fromkeys(type(event) for event in events):
            for handler in self._together[kind]:
                await _tell(handler, [event for event in events if type(event) is kind], kind)


async def _tell(handler: Callable[[Any], Awaitable[None]], news: object, kind: type[Event]) -> None:
    try:
        await handler(news)
    except Exception:
        log.exception("event_handler_failed event=%s", kind.__name__)
