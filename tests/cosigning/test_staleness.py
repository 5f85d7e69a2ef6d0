"""When a backing still stands, and what is shown when it does not."""

from collections.abc import Sequence

from app.cosigning.models import BackedDemand, CoSignature, State
from app.cosigning.staleness import differences
from app.documents.text import Demand, demand_digest

BUS = Demand("bus", "att bussen går varje timme")
STOP = Demand("stop", "att hållplatsen får belysning")
LAMP = Demand("lamp", "att lamporna är av led")


def pinned(*demands: Demand) -> list[BackedDemand]:
    return [
        BackedDemand(demand_id=each.id, position=number, text=each.text, digest=demand_digest(each.text))
        for number, each in enumerate(demands, start=1)
    ]


def found(
    now: Sequence[Demand], backed: Sequence[BackedDemand], *, covers_all: bool = True, state: State = State.DECIDED
) -> list[tuple[str, int]]:
    row = CoSignature(state=state, covers_all=covers_all)
    return [(each.kind, each.number) for each in differences(row, backed, now)]


def test_a_backing_stands_while_the_demands_read_the_same() -> None:
    assert found([BUS, STOP], pinned(BUS, STOP)) == []


def test_moving_a_demand_changes_nothing() -> None:
    assert found([STOP, BUS], pinned(BUS, STOP)) == []


def test_white_space_changes_nothing() -> None:
    assert found([Demand("bus", "att  bussen går varje timme ")], pinned(BUS)) == []


def test_a_reworded_demand_needs_to_be_confirmed_and_shows_the_words() -> None:
    changed = Demand("bus", "att bussen går varje halvtimme")
    (difference,) = differences(CoSignature(state=State.DECIDED, covers_all=True), pinned(BUS), [changed])
    assert (difference.kind, difference.number) == ("changed", 1)
    assert ("struck", "timme") in difference.pieces
    assert ("added", "halvtimme") in difference.pieces


def test_a_struck_demand_needs_to_be_confirmed() -> None:
    assert found([STOP], pinned(BUS, STOP)) == [("struck", 1)]


def test_a_new_demand_matters_only_to_those_who_back_the_whole_motion() -> None:
    assert found([BUS, LAMP], pinned(BUS)) == [("added", 2)]
    assert found([BUS, LAMP], pinned(BUS), covers_all=False) == []


def test_a_change_elsewhere_leaves_the_backing_of_other_demands_alone() -> None:
    changed = Demand("stop", "att hållplatsen rivs")
    assert found([BUS, changed], pinned(BUS), covers_all=False) == []


def test_only_a_backing_that_stands_can_need_confirming() -> None:
    for state in (State.REQUESTED, State.DECLINED, State.WITHDRAWN):
        assert found([], pinned(BUS), state=state) == []
    assert found([], pinned(BUS), state=State.INTENDS) == [("struck", 1)]
