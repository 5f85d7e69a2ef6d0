"""Every bound on what a client can make the server do or hold. Sizes in bytes, times in seconds.

What one update and one document may hold is in `app.documents.limits`; the room closes who goes beyond (1007, 4413).
A limit that is reached has one stated consequence, named beside it; nothing grows without one.
"""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

#: One message from a client; a longer one closes its sender (1009, by the transport before the message is read).
MESSAGE_BYTES: Final = 2 * MIB
#: The pieces that a message may come in (1009).
MESSAGE_FRAGMENTS: Final = 1_024

#: Messages and bytes a client may send a second, and at once. More is held back by not reading on.
MESSAGES_PER_SECOND: Final = 3_000
MESSAGE_BURST: Final = 10_000
BYTES_PER_SECOND: Final = 2 * MIB
BYTE_BURST: Final = 8 * MIB
SHORTEST_PAUSE: Final = 0.005
#: A client that is held back without a pause for this long is closed (4429).
FLOOD_SECONDS: Final = 600.0

#: Updates of one client that wait for their commit; more are left in the socket until a batch has been stored.
PENDING_UPDATES: Final = 256
PENDING_BYTES: Final = 1 * MIB
#: What one batch of a document may hold; the rest waits for the next.
BATCH_UPDATES: Final = 512
BATCH_BYTES: Final = 4 * MIB

#: Updates that build on something missing, between two that fit; more close their sender (4429).
GAPS: Final = 1_000
#: Updates of somebody who may not write, answered with a refusal; then the connection is closed (4403).
REFUSED_UPDATES: Final = 3

#: What waits in a connection for a slow reader; above it the reader is sent nothing more until it has caught up.
WRITE_BUFFER_BYTES: Final = 1 * MIB
#: A reader that takes nothing from a full buffer for this long is cut off; it resynchronises when it comes back.
STALLED_SECONDS: Final = 20.0

#: A client that has said nothing for PING_INTERVAL is asked whether it is there; clients renew presence every 15 s
#: anyway. A dead connection is noticed after twice the one and the other, at the most.
PING_INTERVAL: Final = 20.0
PING_TIMEOUT: Final = 20.0

#: One state of presence after JSON encoding; a larger one closes its sender (4413).
PRESENCE_STATE_BYTES: Final = 4 * KIB
#: Client ids that one connection may speak for; others are not relayed.
PRESENCE_CLIENTS: Final = 2
#: Presence that is not renewed is forgotten after this long (clients renew every 15 s).
PRESENCE_SECONDS: Final = 30.0
#: How long a client id that left stays its owner's, so that an echo of others can't bring it back.
PRESENCE_MEMORY_SECONDS: Final = 60.0
#: Presence alone, such as those who come while nobody writes, is gathered for so long for each recipient, and at the
#: most; the first after a quiet moment goes out at once, and all of it goes out with what is written.
PRESENCE_PACE_PER_RECIPIENT: Final = 0.000_5
PRESENCE_PACE: Final = 0.1
#: A renewal that changes nothing may wait this long for company. Clients forget each other after 30 s.
PRESENCE_RENEWAL_PACE: Final = 5.0

#: Between two flushes of one room, for each recipient, and at the most. An idle room is never made to wait.
FLUSH_PACE_PER_RECIPIENT: Final = 0.000_15
FLUSH_PACE: Final = 0.035
#: Between the beginnings of two commits. A commit after a quiet moment is never made to wait.
COMMIT_PACE: Final = 0.02
#: How long the writer applies batches before it lets the event loop turn.
TURN_SECONDS: Final = 0.005
#: A document whose copy is lost to faults of the engine so often, with nothing committed in between, is closed (1011).
RESTORES: Final = 5
#: Processor time that the updates of one connection may take in the engine, a second and at once. A client that takes
#: more is not read on from; one that has taken as much again is closed (4429) and held off. An editor's keystroke takes
#: 0.000,05 s, and what somebody typed in a day's absence 0.1 s.
EFFORT_PER_SECOND: Final = 0.25
EFFORT_BURST: Final = 4.0
#: How long applying one batch may take before it is committed as it is; the rest waits for the next.
BATCH_SECONDS: Final = 0.1
#: Whose update the engine failed at or spent too long on, stays outside: first so long, then each time twice as long.
HOLD_OFF_SECONDS: Final = 10.0
HOLD_OFF_LONGEST: Final = 900.0
#: A failed commit is tried again after these pauses; then the clients are sent away to resend (1012).
COMMIT_RETRIES: Final = (0.05, 0.25, 1.0)

#: How long a database server may take over one request of a room; then it counts as lost.
STORE_SILENCE_SECONDS: Final = 6.0

#: A room without people is kept loaded this long, and at the most so many of them.
IDLE_ROOM_SECONDS: Final = 20.0
IDLE_ROOMS: Final = 64
#: The log of a document is folded into a snapshot when it has grown by so much.
COMPACT_UPDATES: Final = 1_000
COMPACT_BYTES: Final = 256 * KIB
#: A room that is put away leaves at the most so long a log.
COMPACT_UPDATES_IDLE: Final = 8

#: People at the door whose rights are being looked up, and those waiting behind them; more are refused (4429).
ADMISSIONS: Final = 256
ADMISSIONS_WAITING: Final = 1_000
#: Newcomers who wait to be let on; the last of the longest line from one address is refused (4429). They wait before
#: the handshake is answered, so that one who waits costs a socket and little more. After a restart everybody comes at
#: once, and must not be refused.
LINE: Final = 3_000
#: One newcomer is let on in each LINE_PACE seconds, LINE_EXTRA more when the event loop is not behind by as much; when
#: it is behind by more than twice that through its own work, nobody for LINE_PAUSES of them.
LINE_PACE: Final = 0.004
LINE_EXTRA: Final = 2
LINE_PAUSES: Final = 2
#: So many come in at that pace; this is a meeting to which the link is read out. Room for another crowd grows by
#: LINE_CROWD_PER_SECOND.
LINE_CROWD: Final = 300
LINE_CROWD_PER_SECOND: Final = 10.0
#: Seconds between two of those beyond the crowd: at the least, and what it may become so that the process is busy for
#: LINE_SHARE of the time and the event loop LINE_LATE seconds behind. Those who are in need the rest: whatever they do
#: goes through the event loop several times.
LINE_QUICKEST: Final = 0.005
LINE_SLOWEST: Final = 0.04
LINE_SHARE: Final = 0.5
LINE_LATE: Final = 0.003
#: How often the share is looked at, and a line that is too long for those who have gone away.
LINE_LOOK: Final = 0.25
#: How much of the time looking up the rights of those at the door may take. One who comes alone is never made to wait.
ADMISSION_SHARE: Final = 0.5

#: News that waits to go to the other nodes; above it the queue is dropped and they read the log instead.
NEWS_QUEUED: Final = 20_000
NEWS_QUEUED_BYTES: Final = 32 * MIB
#: How long the broker may be silent when asked, and until it is tried again.
BROKER_SILENCE_SECONDS: Final = 3.0
BROKER_RETRY_SECONDS: Final = 0.5
#: What a room is told by other nodes while a commit of its own is in flight waits for that; more is dropped and read
#: from the log instead.
HEARD_BYTES: Final = 4 * MIB
#: How often the places of the logs are looked at although no news seems to be missing: commands write there as well.
READ_LOG_SECONDS: Final = 5.0
#: How long a node waits for news that is missing, before it reads the log.
CATCH_UP_DELAY: Final = 0.05
#: How often everybody's rights are asked about while other nodes, and with them changes of rights, can't be heard.
ASK_AGAIN_SECONDS: Final = 10.0
#: How often idle rooms, stale presence and missing news are looked for.
HOUSEKEEPING_SECONDS: Final = 1.0
#: How long storing what has gathered may take when the process ends.
CLOSING_SECONDS: Final = 5.0
