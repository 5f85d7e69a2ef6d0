"""What of a motion's demands has been decided already: sentences of programmes that say the same, fall short of it, or
go against it. Saying nothing is allowed, and usual."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from app.documents.text import Demand
from app.kit.compute import compute
from app.kit.db import Database
from app.library.models import Passage, Programme
from app.matching.marks import Piece, pieces
from app.matching.quoting import sentences
from app.matching.reading import read
from app.matching.relations import coverage, relation
from app.matching.words import is_everyday, spelled, stem

#: decided: the programme says the same; further: the demand asks for all that it says, and for more; against: for the
#: contrary.
Verdict = Literal["decided", "further", "against"]

#: Words that both must have; how alike a contrary must be; how much of the sentence a demand that goes further must
#: hold, and how much of the demand the sentence.
FEWEST_WORDS = 2
CONTRARY = 0.7
HELD_OF_SENTENCE = 0.9
HELD_OF_DEMAND = 0.5
#: Letters of a sentence that can be a position: no headline, no enumeration of a page.
SHORTEST, LONGEST = 20, 400
#: Demands that are looked at, sentences that each is compared with, and what is shown.
MOST_DEMANDS = 30
MOST_COMPARED = 200
SHOWN = 3
#: Sentences of all programmes together.
MOST_SENTENCES = 40_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` stands byte for byte in the passage."""

    programme_id: UUID
    programme: str
    decided_on: date
    position: int
    heading: str
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a programme beside a demand, with the words marked that both have."""

    sentence: Sentence
    verdict: Verdict
    demand: Demand
    mine: Sequence[Piece]
    theirs: Sequence[Piece]
    likeness: float


class Shelf:
    """The programmes of one process; read anew when one has come or gone, wherever that happened."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._state: tuple[int, datetime | None] | None = None
        self._sentences: list[Sentence] = []
        self._by_stem: dict[str, list[int]] = {}
        self._lock = asyncio.Lock()

    async def find(self, demands: Sequence[Demand]) -> list[Quoted]:
        """The sentences that say something about these demands, the most telling first; often none."""
        async with self._lock:
            await self._refresh()
        if not self._sentences or not demands:
            return []
        return await compute(self._find, demands[:MOST_DEMANDS])

    async def _refresh(self) -> None:
        async with self._database.reading() as session:
            count, latest = (
                await session.execute(select(func.count(Programme.id), func.max(Programme.imported_at)))
            ).one()
            if (count, latest) == self._state:
                return
            rows = await session.execute(
                select(Passage, Programme)
                .join(Programme, Programme.id == Passage.programme_id)
                .order_by(Programme.id, Passage.position)
            )
            held = [(passage, programme) for passage, programme in rows]
        self._sentences, self._by_stem = await compute(_indexed, held)
        self._state = (count, latest)

    def _find(self, demands: Sequence[Demand]) -> list[Quoted]:
        found: list[Quoted] = []
        for demand in demands:
            judged = (self._judged(demand, number) for number in self._near(demand))
            best = max((each for each in judged if each is not None), key=lambda each: each.likeness, default=None)
            if best is not None:
                found.append(best)
        found.sort(key=lambda each: -each.likeness)
        return found[:SHOWN]

    def _near(self, demand: Demand) -> list[int]:
        """The sentences that share most of what the demand is about."""
        shared: dict[int, int] = defaultdict(int)
        for thing in read(demand.text).things:
            for number in self._by_stem.get(thing, ()):
                shared[number] += 1
        near = [number for number, count in shared.items() if count >= FEWEST_WORDS]
        return sorted(near, key=lambda number: (-shared[number], number))[:MOST_COMPARED]

    def _judged(self, demand: Demand, number: int) -> Quoted | None:
        sentence = self._sentences[number]
        judged = verdict(demand.text, sentence.text)
        if judged is None:
            return None
        words = shared_words(demand.text, sentence.text)
        if len(words) < FEWEST_WORDS:
            return None
        mine, theirs = ({form for pair in words.values() for form in pair[side]} for side in range(2))
        return Quoted(
            sentence,
            judged[0],
            demand,
            tuple(pieces(demand.text, mine)),
            tuple(pieces(sentence.text, theirs)),
            judged[1],
        )


def verdict(demand: str, sentence: str) -> tuple[Verdict, float] | None:
    """(what the sentence says of the demand, how alike they are); None for nothing that one can be sure of."""
    related = relation(demand, sentence)
    if related is None:
        return None
    kind, likeness = related
    of_demand, of_sentence = coverage(demand, sentence)
    if kind == "same":
        return ("decided" if of_demand >= HELD_OF_SENTENCE else "further"), likeness
    if kind == "opposite":
        # A word that turns what only the one of them is about makes no contrary.
        return ("against", likeness) if min(of_demand, of_sentence) >= CONTRARY else None
    first, second = read(demand), read(sentence)
    holds_it = of_sentence >= HELD_OF_SENTENCE and HELD_OF_DEMAND <= of_demand < HELD_OF_SENTENCE
    if kind == "similar" and holds_it and first.act is second.act and first.is_inquiry == second.is_inquiry:
        return "further", likeness
    return None


def shared_words(one: str, other: str) -> dict[str, tuple[set[str], set[str]]]:
    """The telling words that both have, by their stem: (as the one has them, as the other has them), in lower case."""
    forms: dict[str, tuple[set[str], set[str]]] = {}
    for side, text in enumerate((one, other)):
        for word in spelled(text):
            lower = word.lower()
            if len(lower) > 2 and not is_everyday(lower):
                forms.setdefault(stem(lower), (set(), set()))[side].add(lower)
    return {stemmed: both for stemmed, both in forms.items() if both[0] and both[1]}


def _indexed(held: Sequence[tuple[Passage, Programme]]) -> tuple[list[Sentence], dict[str, list[int]]]:
    found = list(_sentences(held))[:MOST_SENTENCES]
    by_stem: dict[str, list[int]] = defaultdict(list)
    for number, sentence in enumerate(found):
        for thing in read(sentence.text).things:
            by_stem[thing].append(number)
    return found, dict(by_stem)


def _sentences(held: Sequence[tuple[Passage, Programme]]) -> Iterator[Sentence]:
    for passage, programme in held:
        for text in sentences(passage.text):
            if SHORTEST <= len(text) <= LONGEST:
                yield Sentence(
                    programme.id,
                    programme.title,
                    programme.decided_on,
                    passage.position,
                    passage.heading,
                    passage.page,
                    text,
                )
