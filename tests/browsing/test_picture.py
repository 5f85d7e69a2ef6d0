"""On a map nothing stands on anything else, in whatever width, and the same motions stand at the same places."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest

from app.browsing.picture import GAP, LETTER, LINE, Plot, drawn
from app.matching.cards import MotionCard
from app.matching.engine import Engine
from tests.matching.corpus import CARDS, demands

DEMO = Path(__file__).parent.parent.parent / "app" / "demo" / "motions.json"


def scene(sizes: list[int]) -> tuple[list[Plot[str]], dict[str, tuple[float, float]]]:
    plots: list[Plot[str]] = []
    layout: dict[str, tuple[float, float]] = {}
    for n, size in enumerate(sizes):
        members = tuple(f"{n}-{k}" for k in range(size))
        plots.append(Plot(members, 2 if size > 1 else 0, 20 if size > 1 else 0))
        # Many lie at the very same point: the hardest case.
        layout |= dict.fromkeys(members, (0.5 + 0.01 * (n % 3), 0.4))
    return plots, layout


@pytest.mark.parametrize("width", [1080.0, 360.0])
@pytest.mark.parametrize(
    "sizes", [[], [1], [7], [2, 2], [1] * 40, [5, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1] * 2, [60] + [1] * 100]
)
def test_nothing_stands_on_anything_else_and_nothing_sticks_out(width: float, sizes: list[int]) -> None:
    plots, layout = scene(sizes)
    picture = drawn(plots, layout, width=width, radius=15)
    assert picture.points.keys() == layout.keys()
    for (_a, one), (_b, other) in combinations(picture.points.items(), 2):
        assert math.dist(one, other) >= 2 * 15
    for (first, plot), (second, other_plot) in combinations(zip(picture.discs, plots, strict=True), 2):
        across = abs(first.x - second.x)
        half = [max(2 * disc.radius, each.letters * LETTER) / 2 for disc, each in ((first, plot), (second, other_plot))]
        is_beside = across >= sum(half) - 1
        is_below = abs(first.y - second.y) >= first.radius + second.radius - 1
        assert is_beside or is_below
    for disc in picture.discs:
        assert disc.radius - 1 <= disc.x <= width - disc.radius + 1
        assert disc.y + disc.radius <= picture.height + 1
        assert 0 < disc.label_y <= disc.y - disc.radius + LINE + GAP


def test_those_that_lie_apart_are_drawn_apart() -> None:
    plots = [Plot((name,)) for name in "abcd"]
    layout = {"a": (0.1, 0.1), "b": (0.9, 0.1), "c": (0.1, 0.9), "d": (0.9, 0.9)}
    points = drawn(plots, layout, width=1000, radius=15).points
    assert points["a"][0] < points["b"][0]
    assert points["a"][1] < points["c"][1]
    assert points["c"][0] < points["d"][0]


def test_the_same_motions_stand_at_the_same_places() -> None:
    plots, layout = scene([4, 3, 2, 1, 1])
    first, second = (drawn(plots, layout, width=700, radius=15) for _twice in range(2))
    assert first == second
    assert Counter(first.points.values()).most_common(1)[0][1] == 1


def nearest(places: Mapping[int, tuple[float, float]], count: int) -> dict[int, set[int]]:
    return {
        n: set(sorted(places.keys() - {n}, key=lambda other: math.dist(places[n], places[other]))[:count])
        for n in places
    }


@pytest.mark.parametrize(("width", "radius", "letters", "floor"), [(1080.0, 17.0, 26, 0.85), (360.0, 15.0, 19, 0.85)])
def test_kin_stay_neighbours_however_many_there_are(width: float, radius: float, letters: int, floor: float) -> None:
    texts = json.loads(DEMO.read_text("utf-8"))["motions"]
    written = [MotionCard(each["key"], each["title"], each["body"], demands(each["demands"])) for each in texts]
    cards = [*CARDS, *written]
    assert len(cards) >= 60
    engine, ids = Engine(cards), [card.id for card in cards]
    groups, layout = engine.clusters(ids), engine.layout(ids)
    labels = [min(len(", ".join(group.words[:2])), letters) for group in groups]
    plots = [
        Plot(group.members, 2, label) if len(group.members) > 1 else Plot(group.members)
        for group, label in zip(groups, labels, strict=True)
    ]
    picture = drawn(plots, layout, width=width, radius=radius)
    meant = {
        n: (
            sum(layout[id_][0] for id_ in group.members) / len(group.members),
            sum(layout[id_][1] for id_ in group.members) / len(group.members),
        )
        for n, group in enumerate(groups)
    }
    stand = {n: (disc.x, disc.y) for n, disc in enumerate(picture.discs)}
    # The layout is stretched to the picture.
    meant = {n: (x * picture.width, y * picture.height) for n, (x, y) in meant.items()}
    wanted, near = nearest(meant, 3), nearest(stand, 6)
    kept = sum(len(wanted[n] & near[n]) for n in wanted) / (3 * len(wanted))
    assert kept >= floor, f"{kept:.2f} of the three nearest are among the six nearest in the picture"


def test_a_few_stand_together_in_the_middle() -> None:
    picture = drawn([Plot(("a",)), Plot(("b",))], {"a": (0.0, 0.0), "b": (1.0, 1.0)}, width=1080, radius=17)
    (x, y), (other_x, other_y) = picture.points.values()
    assert math.dist((x, y), (other_x, other_y)) < 250
    assert (x + other_x) / 2 == pytest.approx(540, abs=1)
    assert picture.height < 200
