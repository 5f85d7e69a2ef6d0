"""A process that takes hostile updates in, so that a death of it is an outcome and not the end of the tests.

Reads lines of JSON from standard input and answers each with a line. Its memory is limited.

    {"base": [...], "updates": [...]}   applies them and says what became of each, and whether all is whole after that
    {"babble": number}                  a session of well-formed nonsense, with reading and editing in between
"""

import base64
import json
import re
import resource
import secrets
import sys
import time
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from app.documents.decoding import parse_state_vector
from app.documents.editing import TextChange
from app.documents.engine import EngineFault, Gap, Refused, Replica
from app.documents.seeding import seed
from app.documents.text import collapse, normalise_demand
from app.kit.errors import TooLarge
from tests.documents.wire import Babble

MEMORY = 3 * 1024**3
NEXT = b"\x01\x01\x0b\x00\x04\x01\x05title\x04nest\x00"


def attempt(replica: Replica, update: bytes) -> str:
    try:
        replica.apply(update)
    except Gap:
        return "gap"
    except Refused:
        return "refused"
    except TooLarge:
        return "too large"
    except EngineFault as fault:
        return f"fault: {fault}"
    return "taken"


def take(base: list[bytes], updates: list[bytes]) -> dict[str, Any]:
    replica = Replica(base)
    before = replica.state()
    begin = time.thread_time()
    outcomes = [attempt(replica, update) for update in updates]
    seconds = time.thread_time() - begin
    faulty = any(outcome.startswith("fault") for outcome in outcomes)
    return {"outcomes": outcomes, "seconds": seconds, "wrong": [] if faulty else wrongs(replica, before, outcomes)}


def wrongs(replica: Replica, before: bytes, outcomes: list[str]) -> list[str]:
    """What is not as it should be after these outcomes."""
    wrong = []
    if "taken" not in outcomes and replica.state() != before:
        wrong.append("changed though refused")
    if parse_state_vector(replica.state_vector()) != replica._guard.known:
        wrong.append("the guard and the engine differ")
    replica.read()
    if attempt(replica, NEXT) != "taken":
        wrong.append("the next honest update was not taken")
    loaded = Replica([replica.state()])
    if loaded.state_vector() != replica.state_vector() and loaded._guard.known != replica._guard.known:
        wrong.append("loads as something else")
    return wrong


def babble(number: int) -> list[str]:
    chance = Random(number)  # noqa: S311 - the same again for the same number
    secrets.randbits = chance.getrandbits  # type: ignore[assignment]
    replica = Replica([seed("Rubrik", "Ett\nTvå 😀", ["att a"], UUID(int=1))] if number % 2 else [])
    source = Babble(chance, dict(replica._guard.known))
    for step in range(chance.choice([3, 10, 40])):
        outcome = attempt(replica, source.make())
        if outcome.startswith("fault"):
            return [outcome]
        if chance.random() < 0.2:
            wanted = ["Ett", "Nytt", f"Två 😀 {step}"]
            wished = TextChange("Ny 😀", "\n".join(wanted), wishes(replica))
            replica.edit(wished)
            text = replica.read()
            demands = tuple(demand.text for demand in text.demands)
            lines = [collapse(line) for line in text.body_text.split("\n")]
            if (text.title, lines, demands) != (wished.title, wanted, spoken(wished)):
                return ["an edit was not what was asked for"]
        if parse_state_vector(replica.state_vector()) != replica._guard.known:
            return ["the guard and the engine differ"]
        source.known = dict(replica._guard.known)
    Replica([replica.state()]).read()
    return []


def wishes(replica: Replica) -> tuple[tuple[str | None, str], ...]:
    return (*((demand.id, f"{demand.text}x") for demand in replica.read().demands), (None, "ny"))


def spoken(change: TextChange) -> tuple[str, ...]:
    return tuple(normalise_demand(text) for _, text in change.demands or ())


def peak() -> int:
    """The most memory that this program has had, in KiB; what getrusage says is that of whoever started it, if more."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        case = json.loads(line)
        if "babble" in case:
            answer: dict[str, Any] = {"wrong": babble(case["babble"])}
        else:
            answer = take(*([base64.b64decode(part) for part in case[name]] for name in ("base", "updates")))
        answer["kilobytes"] = peak()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
