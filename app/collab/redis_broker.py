"""News between nodes by the pub/sub of Redis or Valkey: a channel for each document that is loaded, and one for all.

Pub/sub forgets what nobody heard. A node that was cut off therefore reads the log when it hears again (`missed()`),
and one that could not tell something tells the others to read it (`Lost`).
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.collab import limits
from app.collab.batch import resolve
from app.collab.broker import EVERYWHERE, Node
from app.collab.news import Lost, News, decode, encode
from app.collab.protocol import Malformed

log = logging.getLogger("verkstad.collab.broker")

_NAME_BYTES = 16


class RedisBroker:
    """One node's connection to the others. `prefix` keeps installations apart that share a server."""

    def __init__(self, url: str, *, prefix: str = "verkstad:live:") -> None:
        # Retried here and not by the client, which would not say that something was missed meanwhile.
        self._redis: Redis = Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=limits.BROKER_SILENCE_SECONDS,
            socket_keepalive=True,
        )
        self._prefix = prefix
        self._name = uuid4().bytes
        self._node: Node | None = None
        self._pubsub: PubSub | None = None
        self._listening = False
        self._sending = True
        self._wanted: set[UUID] = {EVERYWHERE}
        self._hearing: asyncio.Future[None]
        self._confirming: dict[str, asyncio.Future[None]] = {}
        self._outbox: list[tuple[str, bytes]] = []
        self._outbox_bytes = 0
        self._lost = False
        self._woken = asyncio.Event()
        self._closing = False
        self._listener: asyncio.Task[None]
        self._sender: asyncio.Task[None]
        self._unsubscribing: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        return self._listening and self._sending

    async def start(self, node: Node) -> None:
        self._node = node
        self._hearing = asyncio.get_running_loop().create_future()
        self._listener = asyncio.create_task(self._listen())
        self._sender = asyncio.create_task(self._send())
        # So that a process that is ready also hears; without the server it starts all the same.
        await asyncio.wait([self._hearing], timeout=limits.BROKER_SILENCE_SECONDS)

    async def close(self) -> None:
        """Tells what there still is to tell, if that is possible."""
        self._closing = True
        self._woken.set()
        await asyncio.wait([self._sender], timeout=limits.BROKER_SILENCE_SECONDS if self._sending else 0)
        for task in (self._sender, self._listener, *tuple(self._unsubscribing)):
            # The client library loses a cancellation that comes at the same moment as an answer.
            while not task.done():
                task.cancel()
                await asyncio.wait([task], timeout=limits.SHORTEST_PAUSE)
        await self._redis.aclose()

    def _channel(self, document_id: UUID) -> str:
        return self._prefix + document_id.hex

    # Hearing.

    async def subscribe(self, document_id: UUID) -> None:
        self._wanted.add(document_id)
        if self._pubsub is not None and self._listening:
            channel = self._channel(document_id)
            confirming = self._confirming.setdefault(channel, asyncio.get_running_loop().create_future())
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(limits.BROKER_SILENCE_SECONDS):
                    await self._pubsub.subscribe(channel)
                    # Others may wait for the same.
                    await asyncio.shield(confirming)

    def unsubscribe(self, document_id: UUID) -> None:
        self._wanted.discard(document_id)
        if self._pubsub is not None and self._listening:
            task = asyncio.create_task(self._unsubscribe(document_id))
            self._unsubscribing.add(task)
            task.add_done_callback(self._unsubscribing.discard)

    async def _unsubscribe(self, document_id: UUID) -> None:
        with suppress(RedisError, OSError):
            if self._pubsub is not None and document_id not in self._wanted:
                await self._pubsub.unsubscribe(self._channel(document_id))

    async def _listen(self) -> None:
        was_cut_off = False
        while not self._closing:
            try:
                async with self._redis.pubsub() as pubsub, asyncio.TaskGroup() as group:
                    await pubsub.subscribe(*map(self._channel, self._wanted))
                    self._pubsub = pubsub
                    group.create_task(self._ask_for_life(pubsub))
                    group.create_task(self._hear(pubsub, was_cut_off=was_cut_off))
            except* (RedisError, OSError, TimeoutError) as problems:
                if self._listening or not was_cut_off:
                    log.warning("broker_lost problem=%s", type(problems.exceptions[0]).__name__)
                was_cut_off = True
            finally:
                self._pubsub = None
                self._listening = False
                resolve(self._confirming.values(), None)
                self._confirming.clear()
            await asyncio.sleep(limits.BROKER_RETRY_SECONDS)

    async def _ask_for_life(self, pubsub: PubSub) -> None:
        while True:
            await asyncio.sleep(limits.BROKER_SILENCE_SECONDS / 2)
            await pubsub.ping()

    async def _hear(self, pubsub: PubSub, *, was_cut_off: bool) -> None:
        """Until the connection fails, or says nothing although it is asked."""
        now = asyncio.get_running_loop().time
        async with asyncio.timeout(limits.BROKER_SILENCE_SECONDS) as silence:
            while True:
                message = await pubsub.get_message(timeout=None)
                silence.reschedule(now() + limits.BROKER_SILENCE_SECONDS)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    channel = message["channel"].decode()
                    if confirming := self._confirming.pop(channel, None):
                        resolve([confirming], None)
                    if channel == self._channel(EVERYWHERE):
                        self._found(was_cut_off=was_cut_off)
                elif message["type"] == "message":
                    self._understand(message)

    def _found(self, *, was_cut_off: bool) -> None:
        self._listening = True
        resolve([self._hearing], None)
        if was_cut_off:
            log.warning("broker_found")
            self._missed()

    def _understand(self, message: dict[str, Any]) -> None:
        data: bytes = message["data"]
        sender = data[:_NAME_BYTES]
        if sender == self._name or self._node is None:
            return
        try:
            document_id = UUID(message["channel"].decode().removeprefix(self._prefix))
            news = decode(data[_NAME_BYTES:])
        except (Malformed, ValueError):
            log.warning("news_not_understood")
            return
        if isinstance(news, Lost):
            self._missed()
        else:
            self._node.hear(document_id, sender, news)

    def _missed(self) -> None:
        if self._node is not None:
            self._node.missed()

    # Telling.

    def publish(self, document_id: UUID, news: News) -> None:
        data = self._name + encode(news)
        self._outbox_bytes += len(data)
        if len(self._outbox) >= limits.NEWS_QUEUED or self._outbox_bytes > limits.NEWS_QUEUED_BYTES:
            self._outbox.clear()
            self._outbox_bytes = len(data)
            self._lost = True
        self._outbox.append((self._channel(document_id), data))
        self._woken.set()

    async def _send(self) -> None:
        while not self._closing or self._outbox:
            await self._woken.wait()
            self._woken.clear()
            if not await self._send_all():
                await asyncio.sleep(limits.BROKER_RETRY_SECONDS)
                self._woken.set()

    async def _send_all(self) -> bool:
        """Whether all that there was to tell has been told."""
        if not self._outbox and not self._lost:
            return True
        outbox, self._outbox = self._outbox, []
        self._outbox_bytes = 0
        if self._lost:
            outbox.append((self._channel(EVERYWHERE), self._name + encode(Lost())))
        try:
            async with asyncio.timeout(limits.BROKER_SILENCE_SECONDS):
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for channel, data in outbox:
                        pipeline.publish(channel, data)
                    await pipeline.execute()
        except (RedisError, OSError, TimeoutError):
            self._sending = False
            self._lost = True
            return False
        self._sending = True
        self._lost = False
        return True
