"""Where everything stands on a map of motions: groups side by side without touching, their motions on seats in them.

Pure geometry. Lengths are units of the picture, which are about CSS pixels where it is shown; y grows downwards.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Id = TypeVar("Id", bound=Hashable)

#: Between the edges of two points on neighbouring seats, of a group and its outermost points, and of two groups.
SEAT_GAP = 6.0
RIM = 8.0
GAP = 14.0
#: Room for each line of a group's label, and for each of its letters.
LINE = 21.0
LETTER = 8.6
#: Seats around the middle, times the number of the ring.
RING = 6
#: The height of a picture that does not fill its width, as a share of the part that it takes; its area, in areas of
#: the groups, so that they need not leave their places; and the share by which it grows until all have found one.
FLATTEST = 0.55
AIR = 1.7
GROWTH = 1.12
#: How often groups that overlap are pushed apart, and the share of the overlap at first and at last.
ROUNDS = 200
FIRST_PUSH, LAST_PUSH = 0.5, 0.1
#: Between two places that are tried for a group.
STEP = 6.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plot(Generic[Id]):
    """A group to be drawn: its motions, how many lines its label has and how many letters the longest of them."""

    members: tuple[Id, ...]
    lines: int = 0
    letters: int = 0


@dataclass(frozen=True, slots=True)
class Disc:
    """A group's place: its middle, its radius, and the base line of the first line of its label."""

    x: float
    y: float
    radius: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Picture(Generic[Id]):
    """`discs` are in the order of the plots; `radius` is that of every point."""

    width: float
    height: float
    radius: float
    discs: tuple[Disc, ...]
    points: Mapping[Id, tuple[float, float]]


def drawn(
    plots: Sequence[Plot[Id]], layout: Mapping[Id, tuple[float, float]], *, width: float, radius: float
) -> Picture[Id]:
    """The plots side by side, each near where `layout` (0 to 1 both ways) has its motions."""
    apart = 2 * radius + SEAT_GAP
    seats = [_seats(len(plot.members), apart) for plot in plots]
    reach = [max(math.hypot(x, y) for x, y in each) + radius + RIM for each in seats]
    labels = [LINE * plot.lines for plot in plots]
    sizes = np.array(
        [
            (max(2 * reach[n], plot.letters * LETTER if plot.lines else 0) + GAP, 2 * reach[n] + labels[n] + GAP)
            for n, plot in enumerate(plots)
        ],
        np.float64,
    ).reshape(-1, 2)
    sizes[:, 0] = np.minimum(sizes[:, 0], width)
    wished = np.array(
        [np.mean([layout.get(id_, (0.5, 0.5)) for id_ in plot.members], axis=0) for plot in plots], np.float64
    ).reshape(-1, 2)
    centres, height = _apart(wished, sizes, width)
    discs = []
    points: dict[Id, tuple[float, float]] = {}
    for n, plot in enumerate(plots):
        x, top = float(centres[n, 0]), float(centres[n, 1]) - float(sizes[n, 1]) / 2 + GAP / 2
        disc = Disc(x, top + labels[n] + reach[n], reach[n], top + LINE * 0.75)
        discs.append(disc)
        for id_, (dx, dy) in zip(plot.members, seats[n], strict=True):
            points[id_] = (round(disc.x + dx, 1), round(disc.y + dy, 1))
    return Picture(width, height, radius, tuple(discs), points)


def _seats(count: int, apart: float) -> list[tuple[float, float]]:
    """As many places around a middle, each at least `apart` from the next."""
    if count == 1:
        return [(0.0, 0.0)]
    if count < RING:
        return _ring(count, apart / (2 * math.sin(math.pi / count)))
    seats = [(0.0, 0.0)]
    ring = 1
    while len(seats) < count:
        seats += _ring(min(RING * ring, count - len(seats)), ring * apart)
        ring += 1
    return seats


def _ring(count: int, radius: float) -> list[tuple[float, float]]:
    # Two stand beside each other; more begin at the top.
    first = math.pi if count == 2 else -math.pi / 2
    angles = [first + 2 * math.pi * n / count for n in range(count)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def _apart(wished: Floats, sizes: Floats, width: float) -> tuple[Floats, float]:
    """(the middles of boxes of these sizes, near where they are wished and none on another; the height it takes)."""
    if not len(sizes):
        return np.zeros((0, 2)), width * FLATTEST
    area = AIR * float(sizes.prod(axis=1).sum())
    # A few stand together in the middle.
    wide = min(max(math.sqrt(area / FLATTEST), float(sizes[:, 0].max())), width)
    tall = max(area / wide, float(sizes[:, 1].max()))
    # Spread over all the room there is, whatever part of it the layout uses.
    low, span = wished.min(axis=0), np.ptp(wished, axis=0)
    wished = np.where(span > 1e-9, (wished - low) / np.where(span > 1e-9, span, 1.0), 0.5)
    while True:
        pushed = _pushed(wished * (wide, tall), sizes, (wide, tall))
        if (centres := _settled(pushed, sizes, (wide, tall))) is not None:
            break
        tall *= GROWTH
    bottom = float((centres[:, 1] + sizes[:, 1] / 2).max())
    top = float((centres[:, 1] - sizes[:, 1] / 2).min())
    centres += (width - wide) / 2, -top
    return centres, round(bottom - top, 1)


def _pushed(centres: Floats, sizes: Floats, room: tuple[float, float]) -> Floats:
    """The boxes pushed off each other inside the room, ever more gently; some may still overlap at the end."""
    count = len(sizes)
    # Of two at one point, the first goes left and up.
    order = np.sign(np.arange(count)[:, None] - np.arange(count)[None, :])
    half, most = sizes / 2, np.array(room)
    for turn in range(ROUNDS):
        centres = np.clip(centres, half, np.maximum(most - half, half))
        away = centres[:, None, :] - centres[None, :, :]
        shared = half[:, None, :] + half[None, :, :] - np.abs(away)
        lesser = np.minimum(shared[..., 0], shared[..., 1])
        np.fill_diagonal(lesser, 0.0)
        if lesser.max(initial=0.0) <= 0.5:
            break
        share = FIRST_PUSH + (LAST_PUSH - FIRST_PUSH) * turn / ROUNDS
        push = share * np.maximum(lesser, 0.0)
        sideways = shared[..., 0] < shared[..., 1]
        direction = np.where(away != 0, np.sign(away), order[..., None])
        centres = centres + (direction * (push[..., None] * np.stack([sideways, ~sideways], axis=2))).sum(axis=1)
    return np.clip(centres, half, np.maximum(most - half, half))


def _settled(wished: Floats, sizes: Floats, room: tuple[float, float]) -> Floats | None:
    """Each box at the free place that is nearest to where it is wished, the largest first; None if one finds none."""
    centres = np.zeros_like(sizes)
    taken: list[int] = []
    for n in np.argsort(-sizes.prod(axis=1), kind="stable").tolist():
        across, down = (_places(float(sizes[n, way]), room[way]) for way in (0, 1))
        blocked = np.zeros((len(down), len(across)), np.bool_)
        if taken:
            apart = (sizes[taken] + sizes[n]) / 2 - 1e-6
            beside = np.abs(across - centres[taken, 0][:, None]) < apart[:, 0][:, None]
            level = np.abs(down - centres[taken, 1][:, None]) < apart[:, 1][:, None]
            blocked = level.T.astype(np.float32) @ beside.astype(np.float32) > 0
        if blocked.all():
            return None
        away = (across - wished[n, 0])[None, :] ** 2 + (down - wished[n, 1])[:, None] ** 2
        row, column = divmod(int(np.where(blocked, np.inf, away).argmin()), len(across))
        centres[n] = across[column], down[row]
        taken.append(n)
    return centres


def _places(length: float, room: float) -> Floats:
    """Where the middle of a box may stand along one way, from edge to edge."""
    return np.linspace(length / 2, max(room - length / 2, length / 2), 1 + int(max(room - length, 0.0) / STEP))
