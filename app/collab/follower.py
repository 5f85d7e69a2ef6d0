"""Reads in the logs what the rooms of this node were not told: by nodes that are not heard, and by commands."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from uuid import UUID

from app.collab import limits, metrics
from app.collab.room import Room
from app.collab.store import RoomStore

log = logging.getLogger("verkstad.collab")


class Follower:
    """`rooms` are those that are loaded; `spawn` has work done in the background."""

    def __init__(
        self, store: RoomStore, rooms: Mapping[UUID, Room], spawn: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._spawn = spawn
        #: Rooms whose log is about to be read, and whether also if what is missing arrives by itself.
        self._behind: dict[Room, bool] = {}

    async def look(self) -> None:
        """Has the logs read that have gone on without their rooms."""
        try:
            places = await self._store.places(tuple(self._rooms))
        except Exception:
            log.exception("looking_into_the_logs_failed")
            return
        for room in tuple(self._rooms.values()):
            behind = places.get(room.document_id, 0) - room.text.position.seq
            if behind > 0:
                metrics.LAG_UPDATES.observe(behind)
                self.catch_up(room)

    def catch_up(self, room: Room, *, unless_it_arrives: bool = False) -> None:
        if room in self._behind:
            self._behind[room] |= not unless_it_arrives
        else:
            self._behind[room] = not unless_it_arrives
            self._spawn(self._catch_up(room))

    async def _catch_up(self, room: Room) -> None:
        try:
            # What is missing is mostly on its way.
            await asyncio.sleep(limits.CATCH_UP_DELAY)
        finally:
            must = self._behind.pop(room)
        try:
            if must or room.text.position.has_hole:
                await self.read(room)
        except Exception:
            log.exception("catching_up_failed document=%s", room.document_id)

    async def read(self, room: Room) -> None:
        """Shows the room what the log holds beyond its place. Raises what the store raises."""
        if not room.closed:
            metrics.CATCH_UPS.inc()
            room.text.caught_up(await self._store.since(room.document_id, room.text.position.seq))
