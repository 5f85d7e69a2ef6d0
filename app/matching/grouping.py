"""Motions, or ideas, sorted into clusters of those that are about one matter, and laid out on a plane.

Clusters are made by average linkage (Sokal and Michener, 1958): two are joined while the mean likeness of their members
is high enough. The plane shows the clusters as discs, near those that they resemble; what lies close together is about
one matter, while the distance between far ones says little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial import cKDTree

Id = TypeVar("Id", str, UUID)
Floats = NDArray[np.float32]
Points = NDArray[np.float64]

#: More than so many are not compared with each other: the others join the cluster of the one that is nearest to them.
MOST_COMPARED = 2_500
#: Mean probability of being about one matter from which clusters are joined.
JOINED = 0.3
#: Mean cosine from which ideas are joined; the more the latent space can be trusted, which also sees kinship where no
#: word is shared, the more is asked.
IDEAS_JOINED = 0.06
IDEAS_JOINED_BY_LATENT = 0.3

#: On the plane, in distances between two members of a cluster: the free space around a cluster; the side of the area
#: that they begin on, in sides of a square that they would fill; and to how many others each is drawn, how strongly,
#: and how often.
GAP = 1.2
ROOM = 1.3
DRAWN_TO = 4
PULL = 0.12
ROUNDS = 160
SETTLING = 100
_GOLDEN = np.pi * (3 - 5**0.5)


@dataclass(frozen=True, slots=True)
class Cluster(Generic[Id]):
    """Those that are about one matter, the most typical first; `words` are telling ones that stand in their texts."""

    members: tuple[Id, ...]
    words: tuple[str, ...]


def grouped(likeness: Floats, joined: float) -> list[list[int]]:
    """The places 0 … n - 1 in clusters, the largest first, in each the most typical first.

    `likeness` is n × n and symmetric, at most 1; clusters have a mean likeness of `joined` and more.
    """
    count = len(likeness)
    if count < 2:
        return [[place] for place in range(count)]
    apart = 1.0 - likeness[np.triu_indices(count, 1)].astype(np.float64)
    numbers = fcluster(linkage(np.clip(apart, 0.0, 1.0), "average"), 1.0 - joined, "distance")
    clusters = []
    for number in range(1, int(numbers.max()) + 1):
        places = np.flatnonzero(numbers == number)
        typical = likeness[np.ix_(places, places)].sum(axis=1)
        clusters.append(places[np.argsort(-typical, kind="stable")].tolist())
    clusters.sort(key=lambda places: (-len(places), min(places)))
    return clusters


def placed(clusters: Sequence[Sequence[int]], latent: Floats) -> Points:
    """n × 2: where each place of the clusters lies, x and y from 0 to 1, no two at the same point.

    `latent` is n × dimensions. The same clusters are placed the same way.
    """
    count = sum(map(len, clusters))
    if count < 2:
        return np.full((count, 2), 0.5)
    centres = np.stack([latent[list(places)].mean(axis=0) for places in clusters]).astype(np.float64)
    sizes = np.array([len(places) for places in clusters])
    radii = 0.6 * np.sqrt(sizes) + GAP / 2
    middles = _relaxed(_flat(centres, radii), radii, *_springs(centres))
    points = np.zeros((count, 2))
    for places, middle in zip(clusters, middles, strict=True):
        turn = np.arange(len(places))
        # As seeds lie in a sunflower: evenly, the most typical in the middle.
        ring = np.stack([np.cos(turn * _GOLDEN), np.sin(turn * _GOLDEN)], axis=1)
        points[list(places)] = middle + 0.6 * np.sqrt(turn)[:, None] * ring
    points -= points.min(axis=0)
    widest = points.max()
    points /= widest
    centred: Points = points + (1.0 - points.max(axis=0)) / 2
    return centred


def _flat(centres: Points, radii: Points) -> Points:
    """The centres in the two directions in which they differ most, on an area on which they have room."""
    spread = centres - centres.mean(axis=0)
    directions = np.linalg.eigh(spread.T @ spread)[1][:, ::-1][:, :2]
    # A direction's sign is a matter of the algebra's whim: the largest part counts as positive.
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(directions.shape[1])])
    flat = np.zeros((len(centres), 2))
    flat[:, : directions.shape[1]] = spread @ directions
    # By rank, so that a few that differ from all others do not crowd these together.
    ranks = np.stack([np.lexsort((np.arange(len(flat)), column)).argsort() for column in flat.T], axis=1)
    side = np.sqrt(np.pi * (radii**2).sum()) * ROOM
    room: Points = (ranks / max(len(flat) - 1, 1) - 0.5) * side
    return room


def _springs(centres: Points) -> tuple[NDArray[np.int64], Points]:
    """(pairs × 2, the strength of each): every cluster is drawn to those that it resembles most."""
    lengths = np.linalg.norm(centres, axis=1, keepdims=True)
    unit = centres / np.where(lengths > 0, lengths, 1.0)
    near = unit @ unit.T
    np.fill_diagonal(near, -2.0)
    wanted = min(DRAWN_TO, len(centres) - 1)
    if not wanted:
        return np.zeros((0, 2), np.int64), np.zeros(0)
    first = np.argsort(-near, axis=1, kind="stable")[:, :wanted]
    pairs = np.stack([np.repeat(np.arange(len(centres)), wanted), first.ravel()], axis=1)
    return pairs, np.maximum(near[pairs[:, 0], pairs[:, 1]], 0.0)


def _relaxed(points: Points, radii: Points, pairs: NDArray[np.int64], strengths: Points) -> Points:
    """The discs drawn together along the pairs, and pushed apart until hardly two overlap."""
    points = points.copy()
    reach = 2 * float(radii.max())
    for turn in range(ROUNDS + SETTLING):
        if turn < ROUNDS:
            _move(points, pairs, PULL * strengths, radii, only_overlapping=False)
        close = cKDTree(points).query_pairs(reach, output_type="ndarray")
        close = close[np.lexsort((close[:, 1], close[:, 0]))]
        _move(points, close, np.full(len(close), 0.5), radii, only_overlapping=True)
    return points


def _move(
    points: Points, pairs: NDArray[np.int64], strengths: Points, radii: Points, *, only_overlapping: bool
) -> None:
    """Moves both discs of each pair towards touching, by this share of what is between them."""
    between = points[pairs[:, 1]] - points[pairs[:, 0]]
    lengths = np.maximum(np.linalg.norm(between, axis=1), 1e-9)
    excess = lengths - radii[pairs].sum(axis=1)
    excess = np.minimum(excess, 0.0) if only_overlapping else np.maximum(excess, 0.0)
    step = between / lengths[:, None] * (excess * strengths / 2)[:, None]
    # Many pulls on one disc are shared, so that it does not leap.
    many = np.maximum(np.bincount(pairs.ravel(), minlength=len(points)), 1) ** 0.5
    for own, direction in ((0, 1.0), (1, -1.0)):
        np.add.at(points, pairs[:, own], direction * step / many[pairs[:, own]][:, None])
