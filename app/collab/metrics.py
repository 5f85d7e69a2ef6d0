"""What can be seen of the live rooms from outside, for Prometheus."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

CONNECTIONS: Final = Gauge("verkstad_collab_connections", "Open connections to live text")
ROOMS: Final = Gauge("verkstad_collab_rooms", "Documents that are loaded")
_MESSAGES: Final = Counter("verkstad_collab_messages", "Messages from clients", ["kind"])
UPDATES_IN: Final = _MESSAGES.labels("update")
AWARENESS_IN: Final = _MESSAGES.labels("awareness")
OTHER_IN: Final = _MESSAGES.labels("other")
BYTES_IN: Final = Counter("verkstad_collab_received_bytes", "Bytes of messages from clients")
BYTES_OUT: Final = Counter("verkstad_collab_sent_bytes", "Bytes of messages handed to connections")
REFUSALS: Final = Counter("verkstad_collab_refusals", "Connections and updates that were refused", ["reason"])
FLUSH_SECONDS: Final = Histogram(
    "verkstad_collab_flush_seconds",
    "From the arrival of the oldest update of a batch until the batch was sent to everybody",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
BATCH_UPDATES: Final = Histogram(
    "verkstad_collab_batch_updates", "Updates merged into one batch", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
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
