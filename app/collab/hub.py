"""All live rooms of this process: loads them once, puts the idle ones away, commits for all of them together.

The hub is the desk through which the rest of the house reads and changes live texts (`app.documents.desk.TextDesk`).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from app.collab import limits, metrics
from app.collab.admission import Admission, Admit, Applicant
from app.collab.broker import EVERYWHERE, Broker, InProcessBroker
from app.collab.connection import NO_SUCH_DOCUMENT, RESTART, Connection
from app.collab.doorway import Doorway
from app.collab.errors import Closing, GoneAway, NotStored
from app.collab.follower import Follower
from app.collab.line import Line
from app.collab.news import FrozenNow, News, NodeLeft, PageChanged, RightsChanged, WhoIsThere
from app.collab.participant import Participant
from app.collab.room import Room
from app.collab.store import RoomStore
from app.collab.surroundings import Pages
from app.collab.writer import Writer
from app.documents.editing import TextChange
from app.documents.text import MotionText
from app.kit.db import require_no_writing_unit
from app.kit.errors import AppError, Frozen, NotFound

log = logging.getLogger("verkstad.collab")


class Hub:
    """Runs between `start()` and `close()`, in one event loop.

    `doorway` bounds how many may come in. Without `broker` this process is the only one on its database.
    """

    def __init__(
        self, store: RoomStore, admit: Admit, *, broker: Broker | None = None, doorway: Doorway | None = None
    ) -> None:
        self._store = store
        self._admit = admit
        self._broker = broker if broker is not None else InProcessBroker().endpoint()
        self._doorway = doorway if doorway is not None else Doorway()
        self.line = Line(self._doorway.is_full)
        self._writer = Writer(store)
        #: The open pages of this process, which hear of the other nodes in the same way as the rooms.
        self.pages: Pages | None = None
        self._rooms: dict[UUID, Room] = {}
        self._follower = Follower(store, self._rooms, self._spawn)
        self._loading: dict[UUID, asyncio.Task[None]] = {}
        #: News of documents that are being loaded.
        self._early: dict[UUID, list[tuple[bytes, News]]] = {}
        #: How many uses a room has besides its participants.
        self._holds: dict[Room, int] = {}
        #: Rooms that nobody uses, the longest idle first, and the times from which on they may be put away.
        self._idle: dict[Room, float] = {}
        #: Counts changes of rights, so that nobody enters by an answer from before one.
        self._rights = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._compacting = asyncio.Lock()
        self._closing = False
        self._loop: asyncio.AbstractEventLoop

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._broker.start(self)
        self._spawn(self._writer.run())
        self._spawn(self._keep_house())

    async def close(self) -> None:
        """Stores what has gathered, then sends everybody away to come back (1012)."""
        self._closing = True
        rooms = tuple(self._rooms.values())
        for participant in [each for room in rooms for each in room.participants]:
            participant.hold_back("closing")
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.CLOSING_SECONDS):
                await asyncio.gather(*(room.text.drained() for room in rooms), return_exceptions=True)
        self._broker.publish(EVERYWHERE, NodeLeft())
        for room in rooms:
            room.abandon(RESTART, "restart", Closing())
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._broker.close()
        await self._store.close()

    def impaired(self) -> str | None:
        """What is wrong when the other nodes can't be heard; the logs are looked at once a second instead."""
        return None if self._broker.connected else "not-heard"

    # People at the door.

    async def attend(
        self,
        applicant: Applicant,
        document_id: UUID,
        opening: Callable[[], Awaitable[Connection]],
        *,
        wants_acks: bool,
        has_gone: Callable[[], bool] = lambda: False,
    ) -> Participant:
        """Lets the applicant in to the document, over the connection that `opening` completes.

        `has_gone` tells whether the applicant has gone away meanwhile.
        Raises what `Admit` raises, NotFound, TooMany, Closing, GoneAway.
        """
        self._doorway.come(applicant.address)
        try:
            rights = self._rights
            admission = await self._admission(applicant, document_id)
            if has_gone():
                raise GoneAway
            self._doorway.enter(admission.person_id, self.now())
            try:
                async with self._room(document_id) as room:
                    if rights != self._rights:
                        rights = self._rights
                        admission = await self._admission(applicant, document_id)
                    connection = await opening()
                    participant = Participant(
                        room, connection, applicant, admission, self.now(), self._depart, wants_acks=wants_acks
                    )
                    metrics.CONNECTIONS.inc()
                    room.enter(participant)
                    if rights != self._rights:
                        await self._ask_about(room, participant)
            except BaseException:
                self._doorway.leave(admission.person_id)
                raise
        except BaseException:
            self._doorway.go(applicant.address)
            raise
        return participant

    def _depart(self, participant: Participant) -> None:
        metrics.CONNECTIONS.dec()
        self._doorway.leave(participant.admission.person_id)
        self._doorway.go(participant.applicant.address)

    async def _admission(self, applicant: Applicant, document_id: UUID) -> Admission:
        async with self._doorway.asking():
            return await self._admit(applicant, document_id)

    async def rights_changed(self, document_id: UUID | None, person_id: UUID | None = None) -> None:
        """Asks again about everybody in the document, or the one person (None: in every document), on every node.

        Returns when those here have been dealt with: who lost the right to be there is out, who lost the right to
        write no longer writes. Call it after the change of rights is committed.
        """
        self._broker.publish(EVERYWHERE, RightsChanged(document_id, person_id))
        await self._ask_again(document_id, person_id)

    async def _ask_again(self, document_id: UUID | None, person_id: UUID | None) -> None:
        self._rights += 1
        everybody = [
            (room, participant)
            for room in self._rooms.values()
            if document_id in {None, room.document_id}
            for participant in room.participants
            if person_id in {None, participant.admission.person_id}
        ]
        # Some at a time: those who are in must not find the door too crowded to be asked about.
        for start in range(0, len(everybody), limits.ADMISSIONS):
            some = everybody[start : start + limits.ADMISSIONS]
            await asyncio.gather(*(self._ask_about(room, participant) for room, participant in some))

    async def _ask_about(self, room: Room, participant: Participant) -> None:
        try:
            admission = await self._admission(participant.applicant, room.document_id)
        except AppError as error:
            room.dismiss(participant, error.close_code, error.slug)
        except Exception:
            log.exception("rights_unknown")
            room.dismiss(participant, RESTART, "rights-unknown")
        else:
            room.readmit(participant, admission)

    def tell_pages(self, motion_id: UUID, parts: tuple[str, ...]) -> None:
        """Has the pages of the motion that are open on other nodes fetch these parts again (see PageChanged)."""
        self._broker.publish(EVERYWHERE, PageChanged(motion_id, parts))

    # The desk.

    async def read(self, document_id: UUID) -> MotionText:
        """The text as everybody sees it. Raises NotFound."""
        async with self._room(document_id) as room:
            return await room.text.read()

    async def edit(self, document_id: UUID, change: TextChange) -> MotionText:
        """Raises Frozen, NotFound, TooLarge, Invalid, NotStored."""
        return (await self.replace(document_id, change))[1]

    async def replace(self, document_id: UUID, change: TextChange) -> tuple[MotionText, MotionText]:
        require_no_writing_unit()
        async with self._room(document_id) as room:
            if room.frozen:
                raise Frozen
            return await room.text.edit(change)

    async def freeze(self, document_id: UUID) -> MotionText:
        """Stores what has gathered, refuses whatever is written later, and returns the final text."""
        require_no_writing_unit()
        async with self._room(document_id) as room:
            was_frozen = room.frozen
            room.freeze()
            try:
                await room.text.drained()
                await self._store.freeze(document_id)
            except BaseException:
                if not was_frozen:
                    room.thaw()
                raise
            self._broker.publish(document_id, FrozenNow())
            # Other nodes may have committed something just before.
            await self._follower.read(room)
            return await room.text.read()

    # Rooms are loaded and put away.

    @asynccontextmanager
    async def _room(self, document_id: UUID) -> AsyncIterator[Room]:
        """The loaded room, which stays loaded within the block. Raises NotFound, Closing."""
        room = await self._loaded(document_id)
        self._idle.pop(room, None)
        self._holds[room] = self._holds.get(room, 0) + 1
        try:
            yield room
        finally:
            self._holds[room] -= 1
            if not self._holds[room]:
                del self._holds[room]
                self.emptied(room)

    async def _loaded(self, document_id: UUID) -> Room:
        while True:
            if self._closing:
                raise Closing
            room = self._rooms.get(document_id)
            if room is not None:
                return room
            loading = self._loading.get(document_id)
            if loading is None:
                loading = self._loading[document_id] = asyncio.create_task(self._load(document_id))
                # Whoever waits is told of a failure; if they have all gone, nobody needs to be.
                loading.add_done_callback(lambda done: done.cancelled() or done.exception())
            # Shielded: the one who asked first may go away, the others still want the room.
            await asyncio.shield(loading)

    async def _load(self, document_id: UUID) -> None:
        early = self._early[document_id] = []
        try:
            # In this order nothing falls between what is stored and what is heard.
            await self._broker.subscribe(document_id)
            room = Room(document_id, await self._store.load(document_id), self)
        except BaseException:
            self._broker.unsubscribe(document_id)
            raise
        finally:
            del self._loading[document_id], self._early[document_id]
        self._rooms[document_id] = room
        metrics.ROOMS.inc()
        for sender, news in early:
            room.hear(sender, news)
        self._broker.publish(document_id, WhoIsThere())
        self.emptied(room)

    async def _put_away(self, room: Room) -> None:
        """Unloads the room unless somebody comes meanwhile."""
        if room.text.position.is_long(limits.COMPACT_UPDATES_IDLE, 0) and (snapshot := room.text.snapshot()):
            await self._compact(room, *snapshot)
        if room.participants or room in self._holds or room.text.busy:
            self.emptied(room)
        else:
            room.abandon(RESTART, "idle", Closing())

    async def _keep_house(self) -> None:
        """Once a second: idle rooms, presence that nobody renews, and what others have written unheard.

        While other nodes can't be heard, nor are changes of rights: everybody is asked about now and then.
        """
        looked = asked = self.now()
        while True:
            await asyncio.sleep(limits.HOUSEKEEPING_SECONDS)
            now = self.now()
            while self._idle and next(iter(self._idle.values())) <= now:
                room, _ = next(iter(self._idle.items()))
                del self._idle[room]
                self._spawn(self._put_away(room))
            for room in tuple(self._rooms.values()):
                room.presence.expire(now)
                room.wake()
            if now - looked >= limits.READ_LOG_SECONDS or not self._broker.connected:
                looked = now
                await self._follower.look()
            if not self._broker.connected and now - asked >= limits.ASK_AGAIN_SECONDS:
                asked = now
                self._spawn(self._ask_again(None, None))
            metrics.NODES_REACHABLE.set(self._broker.connected)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task_failed", exc_info=error)

    # What rooms ask for (`app.collab.room.Host`).

    def now(self) -> float:
        return self._loop.time()

    def call_at(self, when: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_at(when, callback)

    def to_commit(self, room: Room) -> None:
        self._writer.add(room)

    def publish(self, room: Room, news: News) -> None:
        self._broker.publish(room.document_id, news)

    def emptied(self, room: Room) -> None:
        if room.participants or room in self._holds or room.closed or self._closing:
            return
        self._idle.pop(room, None)
        self._idle[room] = self.now() + limits.IDLE_ROOM_SECONDS
        while len(self._idle) > limits.IDLE_ROOMS:
            oldest = next(iter(self._idle))
            del self._idle[oldest]
            self._spawn(self._put_away(oldest))

    def abandoned(self, room: Room) -> None:
        self._idle.pop(room, None)
        if self._rooms.get(room.document_id) is room:
            del self._rooms[room.document_id]
            self._broker.unsubscribe(room.document_id)
            metrics.ROOMS.dec()

    def restore(self, room: Room) -> None:
        self._spawn(self._restore(room))

    async def _restore(self, room: Room) -> None:
        try:
            stored = await self._store.load(room.document_id)
        except NotFound as error:
            room.abandon(NO_SUCH_DOCUMENT, error.slug, error)
        except Exception:
            log.exception("restore_failed document=%s", room.document_id)
            room.abandon(RESTART, "not-stored", NotStored())
        else:
            room.restored(stored)

    def compact(self, room: Room, seq: int, state: bytes) -> None:
        self._spawn(self._compact(room, seq, state))

    async def _compact(self, room: Room, seq: int, state: bytes) -> None:
        async with self._compacting:
            try:
                await self._store.compact(room.document_id, seq, state)
            except Exception:
                # The log stays longer than it had to be; the next time is soon enough.
                log.exception("compaction_failed document=%s", room.document_id)

    def catch_up(self, room: Room, *, unless_it_arrives: bool = False) -> None:
        self._follower.catch_up(room, unless_it_arrives=unless_it_arrives)

    def blame(self, participant: Participant) -> None:
        self._doorway.hold_off(participant.admission.person_id, self.now())

    # What the broker tells (`app.collab.broker.Node`).

    def hear(self, document_id: UUID, sender: bytes, news: News) -> None:
        if document_id == EVERYWHERE:
            if isinstance(news, PageChanged):
                if self.pages is not None:
                    self.pages.changed(news.motion_id, news.parts)
            elif isinstance(news, RightsChanged):
                self._spawn(self._ask_again(news.document_id, news.person_id))
            else:
                for room in tuple(self._rooms.values()):
                    room.hear(sender, news)
        elif (room_here := self._rooms.get(document_id)) is not None:
            room_here.hear(sender, news)
        elif (early := self._early.get(document_id)) is not None:
            early.append((sender, news))

    def missed(self) -> None:
        for room in tuple(self._rooms.values()):
            self.catch_up(room)
            self._broker.publish(room.document_id, WhoIsThere())
        self._spawn(self._ask_again(None, None))
        if self.pages is not None:
            self.pages.missed()
