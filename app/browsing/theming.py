"""Which themes a motion may have: those of the motions that it is like, and those that its own words tell of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.access.actor import Actor
from app.browsing.theme_words import TELLS_OF
from app.browsing.words import Parts, base
from app.kit.db import Database
from app.matching.cards import Query
from app.matching.feed import Feed
from app.matching.search import Found, find
from app.matching.words import telling
from app.motions.themes import THEMES

#: Themes suggested at most, motions asked, and how sure it is to be that they are about the same matter.
MOST = 3
ASKED = 10
SURE_ENOUGH = 0.15
#: What a word counts in the title and the demands beside one in the body, and what stands for one half of certainty.
PROMINENT = 2.0
HALF = 3.0
#: How much there must be to say for a theme, of 2 at most: likeness and words can each give one.
ENOUGH = 0.4
#: Letters of a text that are read.
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme, and how many of the motions that this one is like have it."""

    theme: str
    alike: int


async def suggested(
    database: Database, feed: Feed, actor: Actor, query: Query, *, leave_out: Sequence[UUID]
) -> list[Suggestion]:
    """The themes that fit best, best first. Only motions that the actor may see are asked."""
    nearest = await find(database, feed, actor, query, leave_out=leave_out, limit=ASKED)
    found = [each for each in nearest if each.score >= SURE_ENOUGH]
    alike, told = _of_alike(found), _of_words(query, feed.engine.parts)
    weights = {theme: alike.get(theme, 0.0) + told.get(theme, 0.0) for theme in THEMES}
    best = sorted((theme for theme in THEMES if weights[theme] >= ENOUGH), key=lambda theme: -weights[theme])
    return [Suggestion(theme, sum(each.motion.theme == theme for each in found)) for theme in best[:MOST]]


def _of_alike(found: Sequence[Found]) -> dict[str, float]:
    """The share of the likeness that each theme has, less while there is little of it."""
    weights: dict[str, float] = {}
    for each in found:
        if each.motion.theme:
            weights[each.motion.theme] = weights.get(each.motion.theme, 0.0) + each.score
    total = sum(weights.values())
    return {theme: weight / (total + SURE_ENOUGH) for theme, weight in weights.items()}


def _of_words(query: Query, parts: Parts) -> dict[str, float]:
    """How certainly the words tell of each theme: each word once, where it counts most."""
    prominent = set(telling(" ".join([query.title, *(demand.text for demand in query.demands)])[:LONGEST]))
    counts: dict[str, float] = {}
    for word in sorted(prominent | set(telling(query.body[:LONGEST]))):
        weight = PROMINENT if word in prominent else 1.0
        for theme in {theme for term in (base(word), *parts(word)) for theme in TELLS_OF.get(term, ())}:
            counts[theme] = counts.get(theme, 0.0) + weight
    return {theme: 1 - math.exp(-count * math.log(2) / HALF) for theme, count in counts.items()}
