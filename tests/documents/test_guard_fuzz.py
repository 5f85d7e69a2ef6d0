"""Updates of real editors, damaged in thousands of ways, and nonsense that is well formed."""

from collections import Counter
from random import Random

import pytest

from app.documents.decoding import Refused, parse, parse_state_vector
from app.documents.engine import Replica
from app.documents.guard import Guard
from tests.documents.conftest import Victim
from tests.documents.recorded import sessions
from tests.documents.wire import uint

_HUGE = [uint(number) for number in (2**31 - 1, 2**31, 2**32, 2**53, 2**63, 2**64 - 1)] + [b"\xff" * 20 + b"\x01"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each batch is made from its number, so that one that finds something can be run again by its name."""
    if "batch" in metafunc.fixturenames:
        metafunc.parametrize("batch", range(4 * metafunc.config.getoption("fuzz")))


def damaged(update: bytes, pool: list[bytes], chance: Random) -> bytes:
    """`update` with something wrong in it, mostly."""
    raw = bytearray(update)
    at = chance.randrange(len(raw))
    match chance.randrange(8):
        case 0:
            for _ in range(chance.randint(1, 8)):
                raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        case 1:
            del raw[at:]
        case 2:
            other = chance.choice(pool)
            raw[at:] = other[chance.randrange(len(other)) :]
        case 3:
            raw[:] = chance.randbytes(chance.randint(0, 80))
        case 4:
            raw[at : at + 1] = chance.choice(_HUGE)
        case 5:
            raw[at] = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
        case 6:
            raw[at:at] = chance.randbytes(chance.randint(1, 12))
        case _:
            del raw[at : at + chance.randint(1, 12)]
    return bytes(raw)


def test_ten_thousand_damaged_updates_are_read_or_refused() -> None:
    """The guard itself never stumbles, whatever it is given."""
    chance = Random(1)  # noqa: S311 - the same again each time
    pool = [update for session in sessions() for update in session.updates]
    replica = Replica(sessions()[0].updates)
    guard = Guard(parse_state_vector(replica.state_vector()), [], sessions()[0].updates, replica.state)
    outcomes: Counter[str] = Counter()
    for _ in range(10_000):
        raw = damaged(chance.choice(pool), pool, chance)
        for check in (guard.check, parse, parse_state_vector, guard.check_state_vector):
            try:
                check(raw)
                outcomes[f"{check.__name__} taken"] += 1
            except Refused:
                outcomes[f"{check.__name__} refused"] += 1
    assert outcomes["check refused"] > 5_000
    assert outcomes["parse taken"] > 500


def test_damaged_updates_harm_no_document(victim: Victim, batch: int) -> None:
    chance = Random(batch)  # noqa: S311 - the same again each time
    pool = [update for session in sessions() for update in session.updates]
    for _ in range(200):
        session = chance.choice(sessions())
        done = chance.randrange(len(session.updates))
        sent = [damaged(chance.choice(session.updates[done:]), pool, chance) for _ in range(5)]
        answer = victim.take(session.updates[:done], sent)
        assert answer["wrong"] == []
        assert not [outcome for outcome in answer["outcomes"] if outcome.startswith("fault")], sent


def test_well_formed_nonsense_harms_no_document(victim: Victim, batch: int) -> None:
    """Any content anywhere: what is taken can be read and edited, and the guard knows what the engine knows."""
    for number in range(batch * 100, batch * 100 + 100):
        assert victim.babble(number) == [], number
