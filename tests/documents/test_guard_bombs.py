"""Nothing that strangers send kills, hangs or bloats the process, or leaves a document damaged."""

import pytest

from app.documents.limits import MAX_SECONDS
from tests.documents.bombs import bombs
from tests.documents.conftest import Victim
from tests.documents.recorded import sessions
from tests.documents.wire import item, section, string, update

BOMBS = list(bombs())


@pytest.mark.parametrize(("name", "bomb"), BOMBS, ids=[name for name, _ in BOMBS])
def test_bomb_does_no_harm(victim: Victim, name: str, bomb: bytes) -> None:
    outcome = victim.take(sessions()[0].updates[:20], [bomb])
    # A fault costs a replica, so it is the answer only where the engine would have searched for long.
    searching = {"fault: takes too long"} if "at one spot" in name else set()
    assert outcome["outcomes"][0] in {"refused", "gap", "taken", "too large"} | searching
    assert outcome["wrong"] == []
    assert outcome["seconds"] < MAX_SECONDS + 1.5
    assert outcome["kilobytes"] < 600 * 1024


def test_bombs_in_many_small_parts_meet_the_same_limits(victim: Victim) -> None:
    """Depth and roots are counted across the document, not only within one message."""
    nested = [update(section(9, 0, [b"\x07\x01\x04body\x03\x01p"]))]
    nested += [update(section(9, at, [b"\x07\x00\x09" + bytes([at - 1]) + b"\x03\x01p"])) for at in range(1, 100)]
    outcomes = victim.take([], nested)["outcomes"]
    assert outcomes[:65] == ["taken"] * 65
    assert outcomes[65] == "refused"
    named = [update(section(9, at, [item(string("x"), root=f"root {at}")])) for at in range(60)]
    outcomes = victim.take([], named)["outcomes"]
    assert outcomes.count("refused") + outcomes.count("gap") >= 60 - 32


def test_depth_is_remembered_when_the_document_is_loaded(victim: Victim) -> None:
    first = [update(section(9, 0, [b"\x07\x01\x04body\x03\x01p"]))]
    first += [update(section(9, at, [b"\x07\x00\x09" + bytes([at - 1]) + b"\x03\x01p"])) for at in range(1, 65)]
    deeper = update(section(8, 0, [b"\x07\x00\x09\x40\x03\x01p"]))
    assert victim.take(first, [deeper])["outcomes"] == ["refused"]
    beside = update(section(8, 0, [b"\x07\x00\x09\x3f\x03\x01p"]))
    assert victim.take(first, [beside])["outcomes"] == ["taken"]
