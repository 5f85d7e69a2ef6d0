"""What can be seen of the live rooms from outside, for Prometheus."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector


class Traffic(Collector):
    """What is counted with every message: as plain numbers, since the library's counters cost more than a message."""

    def __init__(self) -> None:
        self.updates_in = 0
        self.awareness_in = 0
        self.others_in = 0
        self.bytes_in = 0
        self.bytes_out = 0

    def collect(self) -> Iterator[CounterMetricFamily]:
        messages = CounterMetricFamily("verkstad_collab_messages", "Messages from clients", labels=["kind"])
        messages.add_metric(["update"], self.updates_in)
        messages.add_metric(["awareness"], self.awareness_in)
        messages.add_metric(["other"], self.others_in)
        yield messages
        yield CounterMetricFamily("verkstad_collab_received_bytes", "Bytes of messages from clients", self.bytes_in)
        yield CounterMetricFamily("verkstad_collab_sent_bytes", "Bytes handed to connections", self.bytes_out)


class Distribution(Collector):
    """A histogram of what happens with every batch of every room: plain numbers, for the same reason."""

    def __init__(
        self, name: str, documentation: str, bounds: tuple[float, ...], registry: CollectorRegistry = REGISTRY
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds = bounds
        #: How many fell at or below each bound and above the one before; the last is for what is above all.
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0
        registry.register(self)

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def collect(self) -> Iterator[HistogramMetricFamily]:
        names = [*map(str, map(float, self._bounds)), "+Inf"]
        buckets = list(zip(names, accumulate(self._counts), strict=True))
        yield HistogramMetricFamily(self._name, self._documentation, buckets=buckets, sum_value=self._sum)


TRAFFIC: Final = Traffic()
REGISTRY.register(TRAFFIC)

CONNECTIONS: Final = Gauge("verkstad_collab_connections", "Open connections to live text")
ROOMS: Final = Gauge("verkstad_collab_rooms", "Documents that are loaded")
REFUSALS: Final = Counter("verkstad_collab_refusals", "Connections and updates that were refused", ["reason"])
FLUSH_SECONDS: Final = Distribution(
    "verkstad_collab_flush_seconds",
    "From the arrival of the oldest update of a batch until the batch was sent to everybody",
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
BATCH_UPDATES: Final = Distribution(
    "verkstad_collab_batch_updates", "Updates merged into one batch", (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
)
COMMIT_SECONDS: Final = Histogram(
    "verkstad_collab_commit_seconds",
    "How long the store took to commit the batches of all ready rooms",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
COMMIT_DOCUMENTS: Final = Histogram(
    "verkstad_collab_commit_documents", "Documents committed in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
COMMIT_FAILURES: Final = Counter("verkstad_collab_commit_failures", "Commits that were given up")
REBUILDS: Final = Counter("verkstad_collab_rebuilds", "Rooms rebuilt from the store after a fault of the engine")
SLOW_READERS: Final = Counter("verkstad_collab_slow_readers", "Readers that fell behind or were cut off", ["outcome"])
CATCH_UPS: Final = Counter("verkstad_collab_catch_ups", "Times that a node read the log for what it had missed")
NODES_REACHABLE: Final = Gauge("verkstad_collab_nodes_reachable", "1 when news from other nodes arrives, else 0")
LAG_UPDATES: Final = Histogram(
    "verkstad_collab_lag_updates",
    "Entries that the log of a room had gone on by without the room, each time that this was found",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
)
FAULTS: Final = Counter("verkstad_collab_engine_faults", "Faults of the engine, by what it was doing", ["doing"])
