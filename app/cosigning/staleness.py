"""Whether a backing still stands for the text as it is now, and if not, what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.cosigning.models import BackedDemand, CoSignature, State
from app.documents.text import Demand, demand_digest
from app.kit.diff import Piece, word_diff


@dataclass(frozen=True, slots=True)
class Difference:
    """One demand that reads otherwise than when it was backed. `number` counts from 1: its place now, or then if it
    was struck."""

    kind: Literal["changed", "struck", "added"]
    number: int
    pieces: tuple[Piece, ...]


def differences(
    co_signature: CoSignature, backed: Sequence[BackedDemand], demands: Sequence[Demand]
) -> tuple[Difference, ...]:
    """What has changed in the demands that were backed. Nothing when the backing stands.

    A body or a title that was changed, a demand that was moved, and white space count for nothing. A backing of the
    whole motion covers what is added to it, and so has to be confirmed then.
    """
    if co_signature.state not in {State.INTENDS, State.DECIDED}:
        return ()
    now = {demand.id: (number, demand.text) for number, demand in enumerate(demands, start=1)}
    found: list[Difference] = []
    for was in backed:
        number, text = now.get(was.demand_id, (0, ""))
        if number == 0:
            found.append(Difference("struck", was.position, tuple(word_diff(was.text, ""))))
        elif demand_digest(text) != was.digest:
            found.append(Difference("changed", number, tuple(word_diff(was.text, text))))
    if co_signature.covers_all:
        known = {was.demand_id for was in backed}
        found += [
            Difference("added", number, tuple(word_diff("", text)))
            for id_, (number, text) in now.items()
            if id_ not in known
        ]
    return tuple(sorted(found, key=lambda difference: difference.number))
