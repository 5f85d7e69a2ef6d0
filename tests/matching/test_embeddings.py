"""A model of sentences that somebody brings along: what it changes, what it can't, and what becomes of its failures."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.access.roles import Visibility
from app.matching.cards import MotionCard, Query
from app.matching.embeddings import LONGEST, TEXTS_AT_ONCE, Encoder, encoder_of
from app.matching.engine import Engine
from app.matching.search import find
from app.matching.wiring import create_index
from tests.cast import Cast
from tests.matching.corpus import CARDS, GROUP, asking, demands
from tests.matching.sentence_model import MADE, HashingModel

WAGES = MotionCard("löner", "Höj lärarnas löner", "Lärarnas löner har halkat efter.", demands(["att löner höjs"]))
ASKS = Query("Pedagogers ersättning", "Pedagogers ersättning släpar.")
SKOLMAT = Query("Egen kock i skolans kök", "Skolmaten ska lagas på plats av en utbildad kock.")


def scores(engine: Engine, query: Query) -> dict[str, float]:
    return {match.id: match.score for match in engine.rank(query, None, 50)}


def test_a_model_finds_what_shares_no_word_with_the_text() -> None:
    plain, knowing = Engine([*CARDS, WAGES]), Engine([*CARDS, WAGES], Encoder(HashingModel))
    assert "löner" not in [match.id for match in plain.rank(ASKS, None, 3)]
    assert knowing.rank(ASKS)[0].id == "löner"


def test_a_motion_that_comes_later_is_found_by_its_meaning_as_well() -> None:
    engine = Engine(CARDS, Encoder(HashingModel))
    engine.put(WAGES)
    assert engine.rank(ASKS)[0].id == "löner"
    engine.refit(from_nothing=True)
    assert engine.rank(ASKS)[0].id == "löner"


def test_reasons_and_pairs_are_as_without_a_model() -> None:
    plain, knowing = Engine(CARDS), Engine(CARDS, Encoder(HashingModel))
    compared = 0
    for card in CARDS:
        shown = {match.id: (match.reasons, match.demand_pairs, match.marks) for match in plain.rank(asking(card))}
        for match in knowing.rank(asking(card)):
            if match.id in shown:
                compared += 1
                assert (match.reasons, match.demand_pairs, match.marks) == shown[match.id]
    assert compared > 100


def test_those_who_may_not_be_seen_change_no_score_with_a_model_either() -> None:
    engine = Engine([*CARDS, WAGES], Encoder(HashingModel))
    some = {card.id for card in CARDS[::2]}
    allowed = {match.id: match.score for match in engine.rank(SKOLMAT, some, 50)}
    assert allowed == {id_: score for id_, score in scores(engine, SKOLMAT).items() if id_ in some}
    assert "löner" not in {match.id for match in engine.rank(ASKS, lambda id_: id_ != "löner", 50)}


def test_a_text_that_asks_leaves_no_trace_in_a_model_s_vectors() -> None:
    engine = Engine(CARDS, Encoder(HashingModel))
    before = scores(engine, SKOLMAT)
    for _again in range(3):
        engine.rank(ASKS)
    engine.refit(from_nothing=True)
    assert scores(engine, SKOLMAT) == pytest.approx(before, abs=1e-5)


def test_the_nearest_are_still_found_and_grouped() -> None:
    engine = Engine(CARDS, Encoder(HashingModel))
    asked = [card for card in CARDS if sum(group == GROUP[card.id] for group in GROUP.values()) > 1]
    first = [engine.rank(asking(card), lambda id_, own=card.id: id_ != own, 1)[0].id for card in asked]  # type: ignore[misc]
    right = sum(GROUP[found] == GROUP[card.id] for found, card in zip(first, asked, strict=True))
    assert right >= 0.7 * len(asked)
    assert {id_ for cluster in engine.clusters(sorted(GROUP)) for id_ in cluster.members} == set(GROUP)
    assert len(engine.layout(sorted(GROUP))) == len(GROUP)
    assert {id_ for cluster in engine.clusters_of(CARDS[:8]) for id_ in cluster.members} == {c.id for c in CARDS[:8]}


def test_a_model_is_given_few_short_texts_at_a_time_and_each_motion_once() -> None:
    model = HashingModel()
    many = [MotionCard(f"m{number}", f"Buss {number} till byn", "ord " * 5_000) for number in range(70)]
    engine = Engine(many, Encoder(lambda: model))
    engine.put_all(many)
    engine.refit()
    assert [len(texts) for texts in model.asked] == [TEXTS_AT_ONCE, TEXTS_AT_ONCE, 6]
    assert max(len(text) for texts in model.asked for text in texts) == LONGEST


def test_vectors_are_kept_in_unit_length_and_half_precision() -> None:
    (vector,) = Encoder(HashingModel).encode([WAGES])
    assert vector is not None
    assert vector.dtype == np.float16
    assert float(np.linalg.norm(vector.astype(np.float32))) == pytest.approx(1.0, abs=1e-2)


def test_without_the_setting_there_is_no_model_and_no_vector() -> None:
    assert encoder_of("") is None
    assert all(held.encoded.meaning is None for held in Engine(CARDS)._held.values())


class Faulty:
    def __init__(self, answer: Callable[[list[str]], Any]) -> None:
        self._answer = answer

    def encode(self, texts: list[str]) -> Any:
        return self._answer(texts)


def raising(texts: list[str]) -> Any:
    raise RuntimeError(texts[0])


def no_model() -> HashingModel:
    raise OSError("the folder of the model is gone")


@pytest.mark.parametrize(
    "encoder",
    [
        Encoder(no_model),
        encoder_of("no_such_package.at_all:make"),
        encoder_of("without a colon"),
        Encoder(lambda: Faulty(raising)),
        Encoder(lambda: Faulty(lambda texts: np.full((len(texts), 8), np.nan))),
        Encoder(lambda: Faulty(lambda texts: np.ones((len(texts) + 1, 8)))),
        Encoder(lambda: Faulty(lambda texts: np.ones(len(texts)))),
        Encoder(lambda: Faulty(lambda _texts: "no numbers")),
        Encoder(lambda: Faulty(lambda _texts: None)),
    ],
)
def test_a_model_that_fails_is_logged_and_left_out(encoder: Encoder, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        engine = Engine(CARDS, encoder)
        found = scores(engine, SKOLMAT)
    assert found == scores(Engine(CARDS), SKOLMAT)
    said = [record.getMessage() for record in caplog.records if record.name == "verkstad.matching"]
    assert len(said) == 1
    assert said[0].startswith("embeddings_failed error=")
    assert not any(card.title in caplog.text for card in CARDS)


def test_a_model_that_fails_at_the_question_alone_leaves_the_order_to_the_rest() -> None:
    model = HashingModel()
    engine = Engine(CARDS, Encoder(lambda: model))
    model.encode = raising  # type: ignore[method-assign]
    assert engine.rank(SKOLMAT)[0].id == Engine(CARDS).rank(SKOLMAT)[0].id
    assert all(0 < match.score < 1 for match in engine.rank(SKOLMAT))


def test_motions_that_a_model_failed_at_are_given_to_it_again(caplog: pytest.LogCaptureFixture) -> None:
    faulty = Faulty(raising)
    engine = Engine([*CARDS, WAGES], Encoder(lambda: faulty))
    assert "löner" not in [match.id for match in engine.rank(ASKS, None, 3)]
    faulty.encode = HashingModel().encode  # type: ignore[method-assign]
    with caplog.at_level(logging.INFO):
        engine.refit()
    assert engine.rank(ASKS)[0].id == "löner"
    assert "embeddings_work_again" in caplog.text


def test_a_text_that_a_model_fails_at_takes_no_other_with_it() -> None:
    model = HashingModel()
    poison = MotionCard("gift", "Xyzzy", "Xyzzy bränner modellen.")

    def choosy(texts: list[str]) -> Any:
        return raising(texts) if any("Xyzzy" in text for text in texts) else model.encode(texts)

    engine = Engine([*CARDS, WAGES], Encoder(lambda: Faulty(choosy)))
    engine.put(poison)
    engine.refit()
    assert engine.rank(ASKS)[0].id == "löner"
    assert engine.rank(Query("Xyzzy bränner", "Modellen bränner."))[0].id == "gift"


async def test_the_setting_names_the_model_and_it_is_never_asked_on_the_event_loop(cast: Cast) -> None:
    MADE.clear()
    await cast.another_motion("Höj lärarnas löner", cast.bo, body="De i Ljungmora.", visibility=Visibility.TEXT)
    feed = create_index(cast.database, "tests.matching.sentence_model:make")
    assert MADE == []
    await feed.build()
    (model,) = MADE
    actor = await cast.actor(cast.astrid)
    assert await find(cast.database, feed, actor, ASKS) == [], "for want of a reason that can be shown"
    found = await find(cast.database, feed, actor, Query(ASKS.title, f"{ASKS.body} Också i Ljungmora."))
    assert [each.motion.title for each in found] == ["Höj lärarnas löner"]
    assert len(model.asked) == 3
    assert threading.main_thread() not in model.threads
