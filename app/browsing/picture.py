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
#: The least height of a picture, as a share of its width, and the share by which it grows while groups touch.
FLATTEST = 0.4
GROWTH = 1.12
MOST_GROWTH = 12
#: A picture that is narrower than so many of the widest group has no room to push anything about.
ROOMY = 3.0
_ROUNDS = 300

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
    tall = max(width * FLATTEST, float(sizes.prod(axis=1).sum()) / width, float(sizes[:, 1].max()))
    # Spread over all the room there is, whatever part of it the layout uses.
    low, span = wished.min(axis=0), np.ptp(wished, axis=0)
    wished = np.where(span > 1e-9, (wished - low) / np.where(span > 1e-9, span, 1.0), 0.5)
    for _try in range(MOST_GROWTH if width >= ROOMY * sizes[:, 0].max() else 0):
        centres = _pushed(wished * (width, tall), sizes, (width, tall))
        if _overlap(centres, sizes)[0].max(initial=0.0) <= 1.0:
            break
        tall *= GROWTH
    else:
        centres, tall = _in_rows(sizes, width)
    bottom = float((centres[:, 1] + sizes[:, 1] / 2).max())
    top = float((centres[:, 1] - sizes[:, 1] / 2).min())
    centres[:, 1] -= top
    return centres, round(bottom - top, 1)


def _overlap(centres: Floats, sizes: Floats) -> tuple[Floats, Floats, Floats]:
    """(how far each pair overlaps, by its lesser way; from each to each, across and down)."""
    across = centres[:, None, 0] - centres[None, :, 0]
    down = centres[:, None, 1] - centres[None, :, 1]
    shared = np.minimum(
        (sizes[:, None, 0] + sizes[None, :, 0]) / 2 - np.abs(across),
        (sizes[:, None, 1] + sizes[None, :, 1]) / 2 - np.abs(down),
    )
    np.fill_diagonal(shared, 0.0)
    return np.maximum(shared, 0.0), across, down


def _pushed(centres: Floats, sizes: Floats, room: tuple[float, float]) -> Floats:
    """The boxes pushed off each other inside the room, until they have settled or there is no more patience."""
    count = len(sizes)
    # Of two at one point, the first goes left and up.
    order = np.sign(np.arange(count)[:, None] - np.arange(count)[None, :])
    half, most = sizes / 2, np.array(room)
    for _round in range(_ROUNDS):
        centres = np.clip(centres, half, np.maximum(most - half, half))
        shared, across, down = _overlap(centres, sizes)
        if shared.max(initial=0.0) <= 0.5:
            break
        wide = (sizes[:, None, 0] + sizes[None, :, 0]) / 2 - np.abs(across)
        high = (sizes[:, None, 1] + sizes[None, :, 1]) / 2 - np.abs(down)
        sideways = wide < high
        push = 0.5 * shared
        centres = centres + np.stack(
            [
                np.where(sideways, push * np.where(across != 0, np.sign(across), order), 0.0).sum(axis=1),
                np.where(sideways, 0.0, push * np.where(down != 0, np.sign(down), order)).sum(axis=1),
            ],
            axis=1,
        )
    return np.clip(centres, half, np.maximum(most - half, half))


def _in_rows(sizes: Floats, width: float) -> tuple[Floats, float]:
    """For a narrow picture, or a crowd that finds no peace: row after row, in the order given."""
    rows: list[list[int]] = [[]]
    taken = 0.0
    for n, across in enumerate(sizes[:, 0].tolist()):
        if rows[-1] and taken + across > width:
            rows.append([])
            taken = 0.0
        rows[-1].append(n)
        taken += across
    centres = np.zeros_like(sizes)
    bottom = 0.0
    for row in rows:
        bottom += float(sizes[row, 1].max())
        space = (width - float(sizes[row, 0].sum())) / (len(row) + 1)
        x = space
        for n in row:
            centres[n] = x + sizes[n, 0] / 2, bottom - sizes[n, 1] / 2
            x += float(sizes[n, 0]) + space
    return centres, bottom
