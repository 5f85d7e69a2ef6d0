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
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError

from app.collab import limits
from app.collab.broker import EVERYWHERE, Node
from app.collab.news import Lost, News, decode, encode
from app.collab.protocol import Malformed

log = logging.getLogger("verkstad.collab.broker")

_NAME_BYTES = 16


class RedisBroker:
    """One node's connection to the others. `prefix` keeps installations apart that share a server."""

    may_lose = True

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
        self._confirming: dict[str, asyncio.Future[None]] = {}
        self._outbox: list[tuple[str, bytes]] = []
        self._outbox_bytes = 0
        self._lost = False
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def connected(self) -> bool:
        return self._listening and self._sending

    async def start(self, node: Node) -> None:
        self._node = node
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]
        # So that a process that is ready also hears; without the server it starts all the same.
        await self._confirmed(self._channel(EVERYWHERE))

    async def close(self) -> None:
        if self._sending:
            await self._send_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    def _channel(self, document_id: UUID) -> str:
        return self._prefix + document_id.hex

    # Hearing.

    async def subscribe(self, document_id: UUID) -> None:
        self._wanted.add(document_id)
        channel = self._channel(document_id)
        if self._pubsub is not None and self._listening:
            with suppress(RedisError, OSError):
                await self._pubsub.subscribe(channel)
                await self._confirmed(channel)

    async def _confirmed(self, channel: str) -> None:
        confirming = self._confirming.setdefault(channel, asyncio.get_running_loop().create_future())
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.BROKER_SILENCE_SECONDS):
                await asyncio.shield(confirming)

    def unsubscribe(self, document_id: UUID) -> None:
        self._wanted.discard(document_id)
        if self._pubsub is not None and self._listening:
            self._tasks = [task for task in self._tasks if not task.done()]
            self._tasks.append(asyncio.create_task(self._unsubscribe(document_id)))

    async def _unsubscribe(self, document_id: UUID) -> None:
        with suppress(RedisError, OSError):
            if self._pubsub is not None and document_id not in self._wanted:
                await self._pubsub.unsubscribe(self._channel(document_id))

    async def _listen(self) -> None:
        was_cut_off = False
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(*map(self._channel, self._wanted))
                    self._pubsub = pubsub
                    await self._hear(pubsub, was_cut_off=was_cut_off)
            except (RedisError, OSError) as problem:
                if self._listening or not was_cut_off:
                    log.warning("broker_lost problem=%s", type(problem).__name__)
                was_cut_off = True
            finally:
                self._pubsub = None
                self._listening = False
                for confirming in self._confirming.values():
                    confirming.cancel()
                self._confirming.clear()
            await asyncio.sleep(limits.BROKER_RETRY_SECONDS)

    async def _hear(self, pubsub: PubSub, *, was_cut_off: bool) -> None:
        """Until the connection fails, or says nothing when it is asked whether it is still there."""
        asked = False
        while True:
            message = await pubsub.get_message(timeout=limits.BROKER_SILENCE_SECONDS)
            if message is None:
                if asked:
                    raise Disconnected("the broker is silent")
                asked = True
                await pubsub.ping()
                continue
            asked = False
            if message["type"] == "subscribe":
                channel = message["channel"].decode()
                if confirming := self._confirming.pop(channel, None):
                    confirming.set_result(None)
                if channel == self._channel(EVERYWHERE):
                    self._listening = True
                    if was_cut_off:
                        log.warning("broker_found")
                        self._missed()
            elif message["type"] == "message":
                self._understand(message)

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
        while True:
            await self._woken.wait()
            self._woken.clear()
            if not await self._send_all():
                await asyncio.sleep(limits.BROKER_RETRY_SECONDS)
                self._woken.set()

    async def _send_all(self) -> bool:
        """Whether all that there was to tell has been told."""
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
