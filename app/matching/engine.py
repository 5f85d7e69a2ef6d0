"""The matching engine: holds the motions that every member may see, and finds those that a text resembles.

Pure: no database, no clock, no network. What it learns (how telling a word is, what goes together) comes from the
motions that were put in and from nothing else, and a text that asks leaves no trace; so whoever puts in only what all
may see can't leak the rest.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from app.matching.cards import Marks, Match, MotionCard, Query
from app.matching.embeddings import Encoder, Meaning
from app.matching.features import Batch, Encoded, Lexicon, encode, fields_of
from app.matching.grouping import (
    IDEAS_JOINED,
    IDEAS_JOINED_BY_LATENT,
    JOINED,
    MOST_COMPARED,
    Cluster,
    Id,
    grouped,
    placed,
)
from app.matching.labels import label, weights_of, weights_of_encoded
from app.matching.lookup import Answers, Grade, Lookup, Spelled, is_longer_than_read
from app.matching.marks import marks
from app.matching.reasons import Asking, Told, plainer_reasons, reasons
from app.matching.relations import corresponding
from app.matching.space import Row, Rows, Space, probabilities, probability
from app.matching.view import Held, View, frequencies, having, held_among, rows_of, view_of
from app.matching.words import Splitter

#: A text with fewer distinct telling words than this resembles nothing yet.
FEWEST_WORDS = 2
#: Scores below this are as good as none.
FAINTEST = 0.02
#: With fewer motions than this, ideas are judged by each other alone.
FEWEST_TO_JUDGE_BY = 50
#: The splitter of compounds is learnt anew when the number of words has changed by this share; the lexicon, when this
#: share of its words is no longer in use.
CHANGED_ENOUGH = 0.1
UNUSED_ENOUGH = 0.5


class Engine:
    """May be used from several threads: a query never waits for a refit, and a refit never for a query."""

    def __init__(self, cards: Iterable[MotionCard] = (), encoder: Encoder | None = None) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._fitting = threading.Lock()
        self._lexicon = Lexicon()
        self._held: dict[str, Held] = {}
        self._space = Space([], self._lexicon, Splitter({}))
        self._lookup, self._spelled = Lookup((), [], self._lexicon), Spelled(())
        self._ids: tuple[str, ...] = ()
        self._learnt_words = 0
        self._later: dict[str, Row | None] = {}
        self._gone: set[str] = set()
        self._cut: set[str] = set()
        self._view: View | None = None
        self.put_all(cards)
        self.refit()

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, motion_id: str) -> bool:
        return motion_id in self._held

    @property
    def pending(self) -> int:
        """How many motions came, changed or went since the last refit. They are found, or not, all the same."""
        return len(self._later) + len(self._gone)

    def card(self, motion_id: str) -> MotionCard | None:
        held = self._held.get(motion_id)
        return held.card if held is not None else None

    def ids(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._held)

    def parts(self, word: str) -> tuple[str, ...]:
        """The stems of the parts of a compound (lower case), as the motions teach; () for any other word."""
        return self._space.splitter.parts(word)

    def put(self, card: MotionCard) -> None:
        """Adds a motion, or replaces the one with its id. It is found from now on."""
        self.put_all([card])

    def put_all(self, cards: Iterable[MotionCard]) -> None:
        new = [card for card in cards if (held := self._held.get(card.id)) is None or held.card != card]
        for card, meaning in zip(new, self._meanings(new), strict=True):
            with self._lock:
                self._held[card.id] = Held(card, encode(card, self._lexicon, meaning))
                self._later[card.id] = None
                self._gone.discard(card.id)
                (self._cut.add if is_longer_than_read(card) else self._cut.discard)(card.id)
                self._view = None

    def _meanings(self, texts: Sequence[MotionCard | Query]) -> list[Meaning | None]:
        """What the model makes of the texts, where there is one. Takes its time: not to be waited for with the lock."""
        return [None] * len(texts) if self._encoder is None else self._encoder.encode(texts)

    def remove(self, motion_id: str) -> None:
        """Takes a motion out. It is not found from now on, and after the next refit nothing is learnt from it."""
        with self._lock:
            if self._held.pop(motion_id, None) is not None:
                self._later.pop(motion_id, None)
                self._gone.add(motion_id)
                self._cut.discard(motion_id)
                self._view = None

    def rank(
        self,
        query: Query,
        allowed: Container[str] | Callable[[str], bool] | None = None,
        limit: int = 10,
        apart: Collection[str] = (),
        marked: bool = True,
    ) -> list[Match]:
        """The `limit` motions among the allowed that `query` resembles most, best first, each with its reasons.

        `allowed` decides by id who takes part at all (None: every motion); it is asked before anything is scored, and
        those that it leaves out change no score. A text of fewer than FEWEST_WORDS telling words resembles nothing.
        Motions of the calls named in `apart` take no other motion's place: `limit` of them follow after the others.
        Unless `marked`, the words that both share are not sought, which is a third of the work.
        """
        view, fields = self._current(), fields_of(query)
        asking = Asking(query, fields)
        return [
            _match(query, asking, held, score, view, marked=marked)
            for _is_apart, score, id_ in self._ranked(view, query, fields, allowed, limit, apart)
            if (held := view.held.get(id_)) is not None
        ]

    def nearest(self, query: Query, limit: int) -> list[str]:
        """The ids that `rank` would give, for whoever needs no reasons: they are most of the work."""
        return [id_ for _, _, id_ in self._ranked(self._current(), query, fields_of(query), None, limit, ())]

    def _ranked(
        self,
        view: View,
        query: Query,
        fields: tuple[Counter[str], Counter[str], Counter[str]],
        allowed: Container[str] | Callable[[str], bool] | None,
        limit: int,
        apart: Collection[str],
    ) -> list[tuple[bool, float, str]]:
        """(whether it is of a call in `apart`, score, id), the best first; those apart after the others."""
        if len({word for said in fields for word in said}) < FEWEST_WORDS or limit <= 0:
            return []
        may = _permits(allowed)
        text = Batch.of_text(fields, view.lexicon, *self._meanings([query]))
        found: list[tuple[bool, float, str]] = []
        for ids, rows, hidden in ((view.ids, view.space.rows, view.gone), (view.later_ids, view.later, frozenset())):
            permitted = [place for place, id_ in enumerate(ids) if id_ not in hidden and may(id_)]
            if permitted and rows is not None:
                scores = view.space.scores(text, rows, np.array(permitted, np.int64))
                found += _best(scores, [ids[place] for place in permitted], view.held, limit, apart)
        found.sort(key=lambda each: (each[0], -each[1], each[2]))
        return [each for each in found if not each[0]][:limit] + [each for each in found if each[0]][:limit]

    def having(self, terms: Sequence[str], grade: Grade) -> Answers:
        """Which motions have words that `grade` gives a grade for one of the terms, and where. A word has the term in
        it, or is not asked about. Those of `cut()` are answered for as far as they are read."""
        return having(terms, grade, self._current())

    def cut(self) -> frozenset[str]:
        """The motions that go on beyond what is read of them."""
        with self._lock:
            return frozenset(self._cut)

    def clusters(self, ids: Sequence[Id]) -> list[Cluster[Id]]:
        """The motions with these ids in clusters of those on one matter, the largest first; alone, who has no kin.

        Nobody else takes part: which motions the reader may see is for the caller to know. Ids that the engine does
        not hold are left out; the order of the ids does not matter.
        """
        view = self._current()
        known = held_among(ids, view)
        rows = rows_of([str(id_) for id_ in known], view)
        return [
            Cluster(
                tuple(known[place] for place in places),
                label(
                    [held.card for held in members],
                    [weights_of_encoded(held.encoded, view.lexicon) for held in members],
                    view.space.words,
                ),
            )
            for places in _grouped(rows, view.space)
            for members in [[view.held[str(known[place])] for place in places]]
        ]

    def clusters_of(self, cards: Sequence[MotionCard]) -> list[Cluster[str]]:
        """The same for texts that are not in the engine, and may be short: ideas. They leave no trace."""
        view = self._current()
        ordered = sorted({card.id: card for card in cards}.values(), key=lambda card: card.id)
        meanings = self._meanings(ordered[:MOST_COMPARED])
        if len(view.ids) < FEWEST_TO_JUDGE_BY:
            # Too few to tell which words are common: the ideas, too, are asked.
            held = {id_: (each.card, each.encoded.meaning) for id_, each in view.held.items()}
            view = view_of([*held.values(), *zip_longest(ordered, meanings)])
        return [
            Cluster(
                tuple(card.id for card in members),
                label(members, [weights_of(card) for card in members], view.space.words),
            )
            for places in _grouped_ideas(ordered, meanings, view)
            for members in [[ordered[place] for place in places]]
        ]

    def layout(self, ids: Sequence[Id]) -> dict[Id, tuple[float, float]]:
        """Where each of these motions lies on a map, x and y from 0 to 1: clusters together, near those that they
        resemble. The same motions always lie the same way; no two lie at one point. Ids as for `clusters`."""
        view = self._current()
        known = held_among(ids, view)
        rows = rows_of([str(id_) for id_ in known], view)
        if rows is None:
            return {}
        points = placed(_grouped(rows, view.space), rows.latent)
        return {id_: (float(x), float(y)) for id_, (x, y) in zip(known, points, strict=True)}

    def _current(self) -> View:
        """The view of this moment; what came since the last one is laid out now."""
        with self._lock:
            if self._view is None:
                new = [id_ for id_, row in self._later.items() if row is None]
                rows = self._space.lay([self._held[id_].encoded for id_ in new], self._lexicon)
                self._later.update(zip(new, rows, strict=True))
                later_ids = tuple(sorted(self._later))
                held_rows = [row for id_ in later_ids if (row := self._later[id_]) is not None]
                self._view = View(
                    self._space,
                    self._lookup,
                    self._spelled,
                    self._lexicon,
                    self._held,
                    self._ids,
                    Rows.of(held_rows) if held_rows else None,
                    later_ids,
                    frozenset(self._gone).union(later_ids),
                )
            return self._view

    def refit(self, *, from_nothing: bool = False) -> None:
        """Learns anew from the motions as they are now. Takes a while, and may run beside everything else.

        `from_nothing`: also forgets how compounds were split and the words of motions that are gone, as a new engine
        would.
        """
        with self._fitting:
            self._ask_again()
            with self._lock:
                before, lexicon = dict(self._held), self._lexicon
            ids = tuple(sorted(before))
            motions = [before[id_].encoded for id_ in ids]
            used = np.unique(np.concatenate([each.distinct() for each in motions])) if motions else np.zeros(0, int)
            renumbered = from_nothing or len(used) < (1 - UNUSED_ENOUGH) * len(lexicon)
            if renumbered:
                lexicon, motions = _renumbered(motions, lexicon, used)
            splitter = self._space.splitter
            if from_nothing or abs(len(used) - self._learnt_words) > CHANGED_ENOUGH * self._learnt_words:
                splitter = Splitter(frequencies(motions, lexicon))
                self._learnt_words = len(used)
            space, lookup = Space(motions, lexicon, splitter), Lookup(ids, motions, lexicon)
            spelled = Spelled(lexicon.words[: len(lexicon)])
            with self._lock:
                changed = [id_ for id_, each in self._held.items() if each is not before.get(id_)]
                if renumbered:
                    moved = {id_: Held(before[id_].card, each) for id_, each in zip(ids, motions, strict=True)}
                    moved |= {id_: _again(self._held[id_], lexicon) for id_ in changed}
                    self._held = {id_: moved[id_] for id_ in self._held}
                self._lexicon, self._space, self._ids = lexicon, space, ids
                self._lookup, self._spelled = lookup, spelled
                self._later = dict.fromkeys(changed)
                self._gone = {id_ for id_ in ids if id_ not in self._held}
                self._view = None

    def _ask_again(self) -> None:
        """Has the model try those once more that it failed at."""
        if self._encoder is not None:
            with self._lock:
                without = [each.card for each in self._held.values() if each.encoded.meaning is None]
            for card, meaning in zip(without, self._meanings(without), strict=True):
                with self._lock:
                    held = self._held.get(card.id)
                    if meaning is not None and held is not None and held.card is card:
                        self._held[card.id] = Held(card, replace(held.encoded, meaning=meaning))


def _again(held: Held, lexicon: Lexicon) -> Held:
    """The motion in the numbers of another lexicon, to which its words are added."""
    return Held(held.card, encode(held.card, lexicon, held.encoded.meaning))


def _best(
    scores: NDArray[np.float32], ids: Sequence[str], held: Mapping[str, Held], limit: int, apart: Collection[str]
) -> Iterator[tuple[bool, float, str]]:
    """(whether it is of a call in `apart`, score, id) of the `limit` best of either kind."""
    wanted = {False: limit, True: limit if apart else 0}
    for place in np.argsort(-scores, kind="stable").tolist():
        if scores[place] <= FAINTEST or not any(wanted.values()):
            break
        one = held.get(ids[place])
        if one is not None and wanted[is_apart := one.card.call in apart]:
            wanted[is_apart] -= 1
            yield is_apart, float(scores[place]), ids[place]


def _match(query: Query, asking: Asking, held: Held, score: float, view: View, *, marked: bool) -> Match:
    told = Told(held.encoded, view.lexicon)
    pairs = corresponding(query.demands, held.card.demands)
    why = reasons(asking, told, view.space.words) or plainer_reasons(asking, told, pairs)
    shared = marks(asking, told, view.space.words, why) if marked else Marks()
    return Match(held.card.id, probability(score), why, pairs, shared)


def _grouped(rows: Rows | None, space: Space) -> list[list[int]]:
    """The places of the rows in clusters. Beyond MOST_COMPARED, each joins the cluster of its nearest."""
    if rows is None:
        return []
    count = len(rows)
    first = np.arange(count) if count <= MOST_COMPARED else np.arange(MOST_COMPARED) * count // MOST_COMPARED
    compared = rows.some(first) if count > MOST_COMPARED else rows
    clusters = [
        [int(first[place]) for place in places]
        for places in grouped(probabilities(compared.likeness(space.latent_weight)), JOINED)
    ]
    rest = np.setdiff1d(np.arange(count), first)
    if rest.size:
        cluster_of = {place: number for number, places in enumerate(clusters) for place in places}
        nearest = (rows.latent[rest] @ compared.latent.T).argmax(axis=1)
        for place, near in zip(rest.tolist(), nearest.tolist(), strict=True):
            clusters[cluster_of[int(first[near])]].append(place)
        clusters.sort(key=lambda places: (-len(places), min(places)))
    return clusters


def _grouped_ideas(cards: Sequence[MotionCard], meanings: Sequence[Meaning | None], view: View) -> list[list[int]]:
    if not cards:
        return []
    space = view.space
    compared = zip(cards[:MOST_COMPARED], meanings, strict=True)
    rows = Rows.of([space.row(Batch.of_text(fields_of(card), view.lexicon, said)) for card, said in compared])
    likeness = rows.likeness(space.latent_weight, holding_back=False)
    alone = [[place] for place in range(MOST_COMPARED, len(cards))]
    return grouped(likeness, IDEAS_JOINED + IDEAS_JOINED_BY_LATENT * space.latent_trust) + alone


def _permits(allowed: Container[str] | Callable[[str], bool] | None) -> Callable[[str], bool]:
    if allowed is None:
        return lambda _id: True
    return allowed if callable(allowed) else allowed.__contains__


def _renumbered(motions: list[Encoded], lexicon: Lexicon, used: NDArray[np.int64]) -> tuple[Lexicon, list[Encoded]]:
    """The motions in the numbers of a new lexicon, which has only the words in use."""
    smaller = Lexicon()
    moved = np.full(len(lexicon), -1, np.int32)
    for number in sorted(used.tolist(), key=lexicon.words.__getitem__):
        moved[number] = smaller.add(lexicon.words[number])
    return smaller, [
        Encoded((moved[each.numbers[0]], moved[each.numbers[1]], moved[each.numbers[2]]), each.counts, each.meaning)
        for each in motions
    ]
