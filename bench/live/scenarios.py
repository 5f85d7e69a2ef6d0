"""What happens to a server in each scenario. Each starts it on fresh data, and gives figures by name."""

import random
import time
from dataclasses import dataclass
from typing import Any

from bench.live import generator
from bench.live.generator import Found
from bench.live.servers import Server


@dataclass(frozen=True, slots=True)
class Plenary:
    """One document that many have open and some type in; seconds, and keystrokes a second and typist."""

    connected: int = 200
    typing: int = 20
    rate: float = 5
    documents: int = 10
    warmup: float = 2
    duration: float = 12

    def __call__(self, server: Server) -> Found:
        server.start()
        try:
            return generator.run("plenary", server, server.rooms(1), **_options(self))
        finally:
            server.kill()


@dataclass(frozen=True, slots=True)
class JoinStorm:
    """All open the document within so many seconds: just after the server has started, or while somebody types."""

    joining: int = 200
    within: float = 1
    characters: int = 100_000
    is_warm: bool = False
    #: Time for a peer to store what was written before it is asked to end.
    storing: float = 3

    def __call__(self, server: Server) -> Found:
        server.start()
        try:
            rooms = server.rooms(2)
            filled = generator.run("fill", server, rooms, characters=self.characters)
            if not self.is_warm:
                time.sleep(self.storing)
                server.stop()
                server.start()
            told = {"characters": filled["characters"], "state_bytes": filled["state_bytes"], "isWarm": self.is_warm}
            found = generator.run("joinStorm", server, rooms, joining=self.joining, within=self.within, **told)
            return found | {"state_bytes": filled["state_bytes"]}
        finally:
            server.kill()


@dataclass(frozen=True, slots=True)
class Crash:
    """Killed at a random moment (seconds) while people type in several documents; then a newcomer looks. Over again."""

    kills: int = 20
    documents: int = 4
    typing: int = 3
    rate: float = 5
    earliest: float = 1
    latest: float = 6

    def __call__(self, server: Server) -> Found:
        server.start()
        rounds = []
        try:
            for number in range(1, self.kills + 1):
                rounds.append(self._round(server))
                print(f"bench: killed {number} times, {rounds[-1]['seen_lost']} keystrokes lost", flush=True)
        finally:
            server.kill()
        counts = {key: sum(each[key] for each in rounds) for key in COUNTS}
        worst = max(each["seen_lost"] for each in rounds)
        return {"problems": [said for each in rounds for said in each["problems"]], "worst": worst, **counts}

    def _round(self, server: Server) -> Found:
        rooms = server.rooms(self.documents)
        with generator.running("typeUntilTheEnd", server, rooms, typing=self.typing, rate=self.rate) as said:
            next(said)
            time.sleep(random.uniform(self.earliest, self.latest))  # noqa: S311 - a moment, not a secret
            server.kill()
            typed = next(said)
        server.launch()
        return compare(typed, generator.run("read", server, rooms))


#: What is counted of each kill.
COUNTS = ("kills", "kills_with_loss", "typed", "seen", "acknowledged", "seen_lost", "acknowledged_lost")


def compare(typed: Found, left: Found) -> Found:
    """How many keystrokes were typed, seen by others, acknowledged; and of these how many a newcomer doesn't find."""
    found = dict.fromkeys(COUNTS, 0)
    for each in typed["clients"]:
        first = each["first"]
        kept = max(first, left["clocks"].get(str(each["client"]), 0))
        found["typed"] += each["typed"]
        for what in ("seen", "acknowledged"):
            found[what] += max(0, each[what] - first)
            found[f"{what}_lost"] += max(0, each[what] - kept)
    found["kills"] = 1
    found["kills_with_loss"] = int(found["seen_lost"] + found["acknowledged_lost"] > 0)
    return {"problems": typed["problems"] + left["problems"], **found}


def _options(scenario: Any) -> dict[str, Any]:
    return {name: getattr(scenario, name) for name in scenario.__slots__}
