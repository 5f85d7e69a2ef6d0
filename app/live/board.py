"""Who has which motion's page open, and what they have to look at again.

A signal is a name, not HTML: what a part of a page shows depends on who reads it, so each reader fetches it through
the gate (docs/adr/). Signals that wait for the same reader are merged, so a slow reader costs a handful of words.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select

from app.access.actor import Actor
from app.access.gate import allowed
from app.access.table import Permission, Subject
from app.cosigning.events import CoSignaturesChanged
from app.feedback.events import CommentsChanged, ProposalsChanged
from app.kit.db import Database
from app.matching.events import SuggestionsChanged
from app.motions.events import ContactsChanged, MotionChanged, RightsChanged
from app.motions.models import Motion

#: Seconds between two signs of life, so that proxies keep a silent stream open.
HEARTBEAT = 20.0
#: The id of every event. A page that comes back with it has missed what happened meanwhile.
MARK = "1"
#: Seconds between one reader and the next who look at something again, all motions of the process together: what they
#: fetch takes about half of that, and the other half is for those who type. While people type in a motion it is news
#: every second, to everybody who has it open.
BREATH = 0.04
#: The parts of a motion's page that can change under a reader's eyes, each with what one must be allowed to do to hear
#: of it: that something has happened, and when, is news too.
PARTS: Mapping[str, Permission] = {
    "status": Permission.MOTION_READ,
    "co-signatures": Permission.MOTION_READ,
    "suggestions": Permission.MOTION_COMMENTS_READ,
    "contacts": Permission.MOTION_CONTACT,
    "comments": Permission.MOTION_COMMENTS_READ,
    "proposals": Permission.MOTION_COMMENTS_READ,
}


def parts_for(actor: Actor | None, subject: Subject) -> frozenset[str]:
    """The parts of a motion's page whose changes the actor may hear of."""
    return frozenset(part for part, permission in PARTS.items() if allowed(actor, permission, subject))


class Reader:
    """One open page, told of changes in `parts` only. `is_questioned` says that rights have changed since it came.

    What happens within `rest()` seconds of what it was last told waits, and is told together.
    """

    def __init__(self, parts: Collection[str], rest: Callable[[], float]) -> None:
        self.is_questioned = False
        self._parts = parts
        self._rest = rest
        self._waiting: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()

    def signal(self, name: str) -> None:
        if name in self._parts:
            self._waiting[name] = None
            self._wake.set()

    def close(self) -> None:
        self._closing.set()
        self._wake.set()

    def question(self) -> None:
        """Ends the stream, since the reader may not be allowed to hear of the motion any more."""
        self.is_questioned = True
        self._waiting.clear()
        self.close()

    async def lines(self) -> AsyncIterator[str]:
        """The stream, in the format of server-sent events, until it is closed."""
        yield f"id: {MARK}\nretry: 2000\n\n"
        while not self._closing.is_set():
            try:
                await asyncio.wait_for(self._wake.wait(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            self._wake.clear()
            names, self._waiting = list(self._waiting), {}
            for name in names:
                yield f"event: {name}\ndata: {name}\n\n"
            if names:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), self._rest())


class Board:
    """The open pages of one process. `tell` passes on to the other processes what happened in this one."""

    def __init__(self, database: Database, tell: Callable[[UUID, tuple[str, ...]], None]) -> None:
        self._database = database
        self._tell = tell
        self._readers: dict[UUID, set[Reader]] = defaultdict(set)
        self._open = 0
        database.events.subscribe(MotionChanged, self._on_motion)
        database.events.subscribe(CoSignaturesChanged, self._on_co_signatures)
        database.events.subscribe(SuggestionsChanged, self._on_suggestions)
        database.events.subscribe(ContactsChanged, self._on_contacts)
        database.events.subscribe(CommentsChanged, self._on_comments)
        database.events.subscribe(ProposalsChanged, self._on_proposals)
        database.events.subscribe(RightsChanged, self._on_rights)

    def join(self, motion_id: UUID, parts: Collection[str]) -> Reader:
        reader = Reader(parts, lambda: self._open * BREATH)
        self._readers[motion_id].add(reader)
        self._open += 1
        return reader

    def leave(self, motion_id: UUID, reader: Reader) -> None:
        readers = self._readers.get(motion_id)
        if readers is not None and reader in readers:
            readers.remove(reader)
            self._open -= 1
            if not readers:
                del self._readers[motion_id]

    def close(self) -> None:
        """Ends all streams; pages come back by themselves."""
        for readers in self._readers.values():
            for reader in readers:
                reader.close()

    def changed(self, motion_id: UUID, parts: tuple[str, ...]) -> None:
        """The readers of the motion look at these parts again, one after the other; with none they come back through
        the gate at once."""
        readers = tuple(self._readers.get(motion_id, ()))
        if parts:
            self._look_again(readers, parts)
        else:
            for reader in readers:
                reader.question()

    def missed(self) -> None:
        """Anything may have changed: all readers look at everything again, one after the other."""
        self._look_again([reader for readers in self._readers.values() for reader in readers], PARTS)

    def _look_again(self, readers: Iterable[Reader], parts: Iterable[str]) -> None:
        loop = asyncio.get_running_loop()
        for number, reader in enumerate(readers):
            for name in parts:
                if number:
                    loop.call_later(number * BREATH, reader.signal, name)
                else:
                    reader.signal(name)

    def _signal(self, motion_id: UUID, *names: str) -> None:
        self.changed(motion_id, names)
        self._tell(motion_id, names)

    async def _on_motion(self, event: MotionChanged) -> None:
        # A changed demand may have made a co-signature stale.
        self._signal(event.motion_id, "status", "co-signatures")

    async def _on_co_signatures(self, event: CoSignaturesChanged) -> None:
        self._signal(event.motion_id, "co-signatures")

    async def _on_suggestions(self, event: SuggestionsChanged) -> None:
        self._signal(event.motion_id, "suggestions")

    async def _on_contacts(self, event: ContactsChanged) -> None:
        self._signal(event.motion_id, "contacts", "suggestions")

    async def _on_comments(self, event: CommentsChanged) -> None:
        self._signal(event.motion_id, "comments")

    async def _on_proposals(self, event: ProposalsChanged) -> None:
        self._signal(event.motion_id, "proposals")

    async def _on_rights(self, event: RightsChanged) -> None:
        """Ends the streams of the motion: whoever still may comes back, and is asked at the gate again."""
        async with self._database.reading() as session:
            motion_id = await session.scalar(select(Motion.id).where(Motion.document_id == event.document_id))
        if motion_id is not None:
            self._signal(motion_id)
