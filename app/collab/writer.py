"""The one writer: commits what all rooms have ready in one transaction.

While a commit is in flight the rooms gather, so batches grow with load; after a quiet moment nothing is made to wait.
"""

import asyncio
import logging
from collections.abc import Mapping
from uuid import UUID

from app.collab import limits, metrics
from app.collab.batch import Batch
from app.collab.connection import FAULT, NO_SUCH_DOCUMENT, RESTART
from app.collab.errors import NotStored
from app.collab.room import Room
from app.collab.store import RoomStore
from app.documents.store import DocumentsFrozen, DocumentsNotFound

log = logging.getLogger("verkstad.collab")


class Writer:
    """Runs until it is cancelled. `add()` is how a room says that it has something."""

    def __init__(self, store: RoomStore) -> None:
        self._store = store
        self._rooms: dict[Room, None] = {}
        self._woken = asyncio.Event()
        self._began = float("-inf")
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = 0.0

    def add(self, room: Room) -> None:
        if room not in self._rooms:
            self._rooms[room] = None
            if self._alarm is None or max(self._began + limits.COMMIT_PACE, room.next_flush) < self._alarm_at:
                self._woken.set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._woken.wait()
            now = loop.time()
            if not self._rooms:
                self._woken.clear()
                continue
            start = max(self._began + limits.COMMIT_PACE, min(room.next_flush for room in self._rooms))
            if start > now:
                self._woken.clear()
                if self._alarm is not None:
                    self._alarm.cancel()
                self._alarm, self._alarm_at = loop.call_at(start, self._ring), start
                continue
            before, self._began = self._began, now
            due = [room for room in self._rooms if room.next_flush <= now]
            for room in due:
                del self._rooms[room]
            try:
                if not await self._flush(due):
                    # What was refused or held nothing makes nobody's commit wait.
                    self._began = before
            except Exception as fault:
                # The writer is for all rooms: it outlives whatever goes wrong with some.
                log.exception("flush_failed documents=%s", len(due))
                for room in due:
                    room.abandon(FAULT, "fault", fault)

    def _ring(self) -> None:
        self._alarm = None
        self._woken.set()

    async def _flush(self, rooms: list[Room]) -> bool:
        """Whether there was something to commit."""
        loop = asyncio.get_running_loop()
        taken: dict[Room, Batch] = {}
        for room in rooms:
            batch = room.text.take()
            if batch is None:
                continue
            if batch.update:
                taken[room] = batch
            else:
                room.text.settle(batch, None)
            if loop.time() - self._began > limits.TURN_SECONDS:
                # Applying a large batch takes its time; what arrives meanwhile is heard before the next.
                await asyncio.sleep(0)
        if taken:
            await self._commit(taken)
        return bool(taken)

    async def _commit(self, taken: dict[Room, Batch]) -> None:
        """Commits the batches, or gives them up; either way each room is told."""
        retries = iter(limits.COMMIT_RETRIES)
        while taken:
            try:
                with metrics.COMMIT_SECONDS.time():
                    updates = {room.document_id: batch.update for room, batch in taken.items()}
                    begun = {room.document_id: batch.credits for room, batch in taken.items() if batch.credits}
                    places = await self._store.append(updates, begun)
            except DocumentsFrozen as refused:
                for room in _those(taken, refused.document_ids):
                    batch = taken.pop(room)
                    room.freeze()
                    room.text.refuse_frozen(batch)
            except DocumentsNotFound as refused:
                for room in _those(taken, refused.document_ids):
                    del taken[room]
                    room.abandon(NO_SUCH_DOCUMENT, "not-found", refused)
            except Exception:
                pause = next(retries, None)
                log.exception("commit_failed documents=%s again=%s", len(taken), pause is not None)
                if pause is None:
                    metrics.COMMIT_FAILURES.inc()
                    for room in taken:
                        room.abandon(RESTART, "not-stored", NotStored())
                    return
                # A commit that succeeded and could not say so is written twice, which changes nothing.
                await asyncio.sleep(pause)
            else:
                metrics.COMMIT_DOCUMENTS.observe(len(taken))
                self._settle(taken, places)
                return

    def _settle(self, taken: Mapping[Room, Batch], places: Mapping[UUID, int]) -> None:
        for room, batch in taken.items():
            room.text.settle(batch, places[room.document_id])


def _those(taken: Mapping[Room, Batch], document_ids: frozenset[UUID]) -> list[Room]:
    """The rooms of these documents; all of them, if the store did not say which."""
    return [room for room in taken if room.document_id in document_ids] or list(taken)
