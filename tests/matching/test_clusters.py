"""Motions and ideas sorted by what they are about, and laid out on a map."""

import random
from uuid import UUID, uuid5

import numpy as np
import pytest

from app.matching.cards import MotionCard
from app.matching.engine import Engine
from app.matching.grouping import MOST_COMPARED
from app.matching.words import stem
from tests.matching.corpus import CARDS, GROUP, demands, whole

BY_ID = {card.id: card for card in CARDS}
IDEAS = {
    "kock-1": "Skolmaten ska lagas av en egen kock",
    "kock-2": "Bättre skolmat! Egna kockar i varje skolkök",
    "kock-3": "Laga skolmaten på skolan",
    "buss-1": "Gratis buss för ungdomar",
    "buss-2": "Fria bussresor för alla unga i länet",
    "moln": "Fler drakflygare på himlen över sjön",
}


def pairs(clusters: list[tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(one, other) for members in clusters for one in members for other in members if one < other}


def test_motions_on_one_matter_come_together_and_others_do_not() -> None:
    found = pairs([cluster.members for cluster in Engine(CARDS).clusters(list(BY_ID))])
    truth = {(one, other) for one in BY_ID for other in BY_ID if one < other and GROUP[one] == GROUP[other]}
    assert len(found & truth) >= 0.8 * len(found), sorted(found - truth)
    assert len(found & truth) >= 0.4 * len(truth), sorted(truth - found)


def test_every_motion_is_in_one_cluster_and_the_largest_come_first() -> None:
    clusters = Engine(CARDS).clusters(list(BY_ID))
    assert sorted(id_ for cluster in clusters for id_ in cluster.members) == sorted(BY_ID)
    sizes = [len(cluster.members) for cluster in clusters]
    assert sizes == sorted(sizes, reverse=True)


def test_the_words_of_a_cluster_stand_in_its_texts_and_in_several_of_them() -> None:
    for cluster in Engine(CARDS).clusters(list(BY_ID)):
        texts = [whole(BY_ID[id_]) for id_ in cluster.members]
        assert cluster.words
        assert len({word.lower() for word in cluster.words}) == len(cluster.words)
        for word in cluster.words:
            assert any(word in text or word.capitalize() in text for text in texts), (word, texts)
            having = sum(stem(word.lower()) in {stem(each) for each in text.lower().split()} for text in texts)
            assert having or len(texts) == 1 or word.lower() in " ".join(texts).lower()


def test_neither_the_order_of_the_ids_nor_what_else_came_in_last_matters() -> None:
    engine, ids = Engine(CARDS[:-5]), list(BY_ID)
    for card in CARDS[-5:]:
        engine.put(card)
    clusters, layout = engine.clusters(ids), engine.layout(ids)
    random.Random(3).shuffle(ids)  # noqa: S311 - it guards nothing
    assert engine.clusters(ids + ids[:3]) == clusters
    assert engine.layout(ids) == layout


def test_only_the_motions_that_are_given_take_part() -> None:
    engine = Engine(CARDS)
    some = [card.id for card in CARDS[::3]]
    found = engine.clusters([*some, "hidden"])
    assert sorted(id_ for cluster in found for id_ in cluster.members) == sorted(some)
    assert engine.layout([*some, "hidden"]).keys() == set(some)
    left_out = {word for card in CARDS for word in whole(card).lower().split()} - {
        word for id_ in some for word in whole(BY_ID[id_]).lower().split()
    }
    assert not left_out & {word.lower() for cluster in found for word in cluster.words}


def test_ids_come_back_as_they_were_given() -> None:
    ids = [uuid5(UUID(int=1), card.id) for card in CARDS]
    engine = Engine(
        MotionCard(str(id_), card.title, card.body, card.demands) for id_, card in zip(ids, CARDS, strict=True)
    )
    assert {id_ for cluster in engine.clusters(ids) for id_ in cluster.members} == set(ids)
    assert engine.layout(ids).keys() == set(ids)


def test_the_map_keeps_clusters_together_and_its_points_apart() -> None:
    engine = Engine(CARDS)
    layout = engine.layout(list(BY_ID))
    points = {id_: np.array(point) for id_, point in layout.items()}
    assert all(0 <= part <= 1 for point in layout.values() for part in point)
    apart = [float(np.linalg.norm(points[one] - points[other])) for one in points for other in points if one < other]
    assert min(apart) > 0.02
    within = [
        float(np.linalg.norm(points[one] - points[other]))
        for one, other in pairs([cluster.members for cluster in engine.clusters(list(BY_ID))])
    ]
    assert np.mean(within) < 0.5 * np.mean(apart)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_map_of_hardly_any_motions_is_a_map(count: int) -> None:
    engine = Engine(CARDS)
    ids = [card.id for card in CARDS[:count]]
    layout = engine.layout(ids)
    assert len(set(layout.values())) == count
    assert all(0 <= part <= 1 for point in layout.values() for part in point)
    assert sum(len(cluster.members) for cluster in engine.clusters(ids)) == count


def test_empty_motions_are_alone_and_have_a_place() -> None:
    engine = Engine([*CARDS, *(MotionCard(f"tom-{number}", "") for number in range(3))])
    ids = [f"tom-{number}" for number in range(3)]
    assert [cluster.members for cluster in engine.clusters(ids)] == [("tom-0",), ("tom-1",), ("tom-2",)]
    assert [cluster.words for cluster in engine.clusters(ids)] == [()] * 3
    assert len(set(engine.layout(ids).values())) == 3


@pytest.mark.parametrize("known", [0, 30, 60])
def test_ideas_of_a_line_each_come_together(known: int) -> None:
    more = [MotionCard(f"{card.id}-b", card.title, card.body, card.demands) for card in CARDS]
    engine = Engine([*CARDS, *more][:known])
    before = len(engine)
    clusters = engine.clusters_of([MotionCard(id_, text) for id_, text in IDEAS.items()])
    found = pairs([cluster.members for cluster in clusters])
    assert all(one[:4] == other[:4] for one, other in found), found
    assert ("kock-1", "kock-2") in found
    assert ("buss-1", "buss-2") in found
    assert ("moln",) in {cluster.members for cluster in clusters}
    assert len(engine) == before
    for cluster in clusters:
        text = " ".join(IDEAS[id_] for id_ in cluster.members).lower()
        assert cluster.words
        assert all(word.lower() in text for word in cluster.words)


def test_very_many_are_sorted_within_bounds() -> None:
    cards = [
        MotionCard(f"{number}", card.title, "", demands([card.demands[0].text if card.demands else "att"]))
        for number in range(MOST_COMPARED + 300)
        for card in [CARDS[number % len(CARDS)]]
    ]
    engine = Engine(cards)
    clusters = engine.clusters([card.id for card in cards])
    assert sum(len(cluster.members) for cluster in clusters) == len(cards)
    assert len(clusters) <= len(CARDS)
