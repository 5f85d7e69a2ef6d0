"""The engine: what it finds, from the first motion on, and what it must never give away."""

import threading
from collections.abc import Container
from dataclasses import replace

import pytest

from app.matching.cards import Match, MotionCard, Query
from app.matching.engine import Engine
from tests.matching.corpus import CARDS, GROUP, asking, demands

SKOLMAT = Query("Egen kock i skolans kök", "Skolmaten ska lagas på plats av en utbildad kock.")


def scores(engine: Engine, query: Query, allowed: Container[str] | None = None) -> dict[str, float]:
    return {match.id: match.score for match in engine.rank(query, allowed, 50)}


def others(engine: Engine, card: MotionCard, limit: int = 10) -> list[Match]:
    return engine.rank(asking(card), lambda id_: id_ != card.id, limit)


def test_the_nearest_motion_is_on_the_same_matter() -> None:
    engine = Engine(CARDS)
    asked = [card for card in CARDS if sum(group == GROUP[card.id] for group in GROUP.values()) > 1]
    first = sum(GROUP[others(engine, card)[0].id] == GROUP[card.id] for card in asked)
    among_three = sum(GROUP[card.id] in {GROUP[match.id] for match in others(engine, card, 3)} for card in asked)
    assert first >= 0.75 * len(asked), f"{first} of {len(asked)}"
    assert among_three >= 0.85 * len(asked), f"{among_three} of {len(asked)}"


def test_a_draft_of_a_title_and_a_line_finds_its_matter() -> None:
    engine = Engine(CARDS)
    for title, line, group in (
        ("Billigare buss för unga", "Ungdomar utan inkomst ska kunna åka gratis.", "buss"),
        ("Tandvård för alla", "Högkostnadsskyddet ska gälla hos tandläkaren.", "tand"),
        ("Fast kontakt", "I hemtjänsten kommer nya ansikten varje dag.", "hemtjanst"),
    ):
        assert GROUP[engine.rank(Query(title, line))[0].id] == group


def test_the_engine_works_with_no_motion_and_with_one() -> None:
    engine = Engine()
    assert engine.rank(SKOLMAT) == []
    engine.put(CARDS[0])
    assert [match.id for match in engine.rank(SKOLMAT)] == [CARDS[0].id]
    engine.refit()
    assert [match.id for match in engine.rank(SKOLMAT)] == [CARDS[0].id]
    engine.remove(CARDS[0].id)
    assert engine.rank(SKOLMAT) == []
    engine.refit()
    assert engine.rank(SKOLMAT) == []


@pytest.mark.parametrize("count", [2, 3, 5, 30])
def test_on_the_first_day_of_a_call_the_right_one_of_few_is_first(count: int) -> None:
    engine = Engine(CARDS[:count])
    assert engine.rank(SKOLMAT)[0].id == "skolmat-1"
    assert all(0 < match.score < 1 for match in engine.rank(SKOLMAT))


def test_the_nearest_are_those_that_rank_finds() -> None:
    engine = Engine(CARDS)
    for card in CARDS[::5]:
        assert engine.nearest(asking(card), 7) == [match.id for match in engine.rank(asking(card), limit=7)]
    assert engine.nearest(Query("Hej"), 7) == []


def test_a_motion_on_another_matter_scores_low_also_among_few() -> None:
    engine = Engine([card for card in CARDS if GROUP[card.id] in {"vatten", "ombud", "tand"}])
    assert all(match.score < 0.2 for match in engine.rank(SKOLMAT))


def test_a_motion_is_found_as_soon_as_it_is_put() -> None:
    engine = Engine(CARDS)
    new = MotionCard(
        "ny", "Rusta Kvarnbron", "Kvarnbron är avstängd sedan våren.", demands(["att Kvarnbron rustas upp"])
    )
    asks = Query("Laga Kvarnbron", "Utan Kvarnbron blir vägen till skolan lång.")
    assert "ny" not in scores(engine, asks)
    engine.put(new)
    assert engine.rank(asks)[0].id == "ny"
    engine.put(MotionCard("ny", "Rent vatten i viken", "Algerna kommer tidigare varje sommar."))
    assert engine.rank(asks)[0].id != "ny" if engine.rank(asks) else True
    assert engine.rank(Query("Alger i viken", "Vattnet i viken är grönt av alger."))[0].id in {"ny", "vatten-28"}
    engine.remove("ny")
    assert "ny" not in scores(engine, Query("Alger i viken", "Vattnet i viken är grönt av alger."))


def test_what_came_bit_by_bit_equals_what_was_built_at_once() -> None:
    order = CARDS[1::2] + CARDS[0::2][::-1]
    engine = Engine(order[:4])
    engine.put(MotionCard("borta", "Något helt annat", "Om segelflyg och bin i gamla hangarer."))
    for number, card in enumerate(order):
        engine.put(MotionCard(card.id, "Under arbete", "Här ska det stå något om brandstationen.", ()))
        if number % 7 == 0:
            engine.refit()
        engine.put(card)
    engine.remove("borta")
    engine.refit(from_nothing=True)
    assert engine.pending == 0
    fresh = Engine(CARDS)
    for card in CARDS:
        expected = scores(fresh, asking(card))
        assert scores(engine, asking(card)) == pytest.approx(expected, abs=2e-3)


def test_before_a_refit_the_order_is_nearly_that_after_it() -> None:
    engine = Engine(CARDS[:-6])
    for card in CARDS[-6:]:
        engine.put(card)
    before = [others(engine, card)[0].id for card in CARDS]
    engine.refit(from_nothing=True)
    after = [others(engine, card)[0].id for card in CARDS]
    assert sum(one == other for one, other in zip(before, after, strict=True)) >= 0.8 * len(CARDS)


def test_those_left_out_change_no_score() -> None:
    engine = Engine(CARDS)
    everything = scores(engine, SKOLMAT)
    some = {card.id for card in CARDS[::2]}
    assert scores(engine, SKOLMAT, some) == {id_: score for id_, score in everything.items() if id_ in some}


def test_motions_of_a_call_that_is_over_take_no_other_motions_place() -> None:
    over = [replace(card, id=f"förr-{card.id}", call="Förra kongressen") for card in CARDS]
    engine = Engine([*CARDS, *over])
    alone = [match.id for match in engine.rank(SKOLMAT, {card.id for card in CARDS}, 3)]
    found = engine.rank(SKOLMAT, None, 3, apart={"Förra kongressen"})
    assert [match.id for match in found[:3]] == alone
    assert [match.id for match in found[3:]] == [f"förr-{id_}" for id_ in alone]
    assert any(match.id.startswith("förr") for match in engine.rank(SKOLMAT, None, 3))


def test_permission_is_asked_of_every_motion_before_any_is_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(CARDS)
    asked: list[str] = []

    def allowed(id_: str) -> bool:
        asked.append(id_)
        return False

    def score(*_: object) -> None:
        raise AssertionError("a motion that nobody may see was scored")

    monkeypatch.setattr("app.matching.space.Rows.scores", score)
    assert engine.rank(SKOLMAT, allowed) == []
    assert sorted(asked) == sorted(GROUP)


def test_among_very_many_the_best_are_found_by_way_of_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = Engine(CARDS)
    best = {card.id: [match.id for match in others(exact, card, 3)] for card in CARDS}
    monkeypatch.setattr("app.matching.space.EXACT_UP_TO", 10)
    monkeypatch.setattr("app.matching.space.CANDIDATES", 9)
    engine = Engine(CARDS)
    found = {card.id: [match.id for match in others(engine, card, 3)] for card in CARDS}
    assert sum(found[id_][0] == best[id_][0] for id_ in best) >= 0.95 * len(best)
    assert sum(len(set(found[id_]) & set(best[id_])) for id_ in best) >= 0.9 * sum(map(len, best.values()))
    some = {card.id for card in CARDS[::2]}
    alone = scores(engine, SKOLMAT, some)
    for card in CARDS[1::2]:
        engine.put(replace(card, title=SKOLMAT.title, body=SKOLMAT.body))
    assert scores(engine, SKOLMAT, some) == pytest.approx(alone)


def test_a_text_that_asks_leaves_no_trace() -> None:
    engine = Engine(CARDS)
    before = [scores(engine, asking(card)) for card in CARDS]
    words = len(engine._lexicon), engine._lexicon.gram_count
    secret = Query(
        "Hemlig plan för skolköket", "Skolmat, kockar, kantiner och xylofoner. " * 200, demands(["att skolmaten"])
    )
    for _again in range(5):
        engine.rank(secret)
    engine.refit(from_nothing=True)
    for card, expected in zip(CARDS, before, strict=True):
        assert scores(engine, asking(card)) == pytest.approx(expected, abs=1e-5)
    assert (len(engine._lexicon), engine._lexicon.gram_count) == words


def test_what_is_removed_is_unlearnt() -> None:
    engine = Engine(CARDS)
    before = [scores(engine, asking(card)) for card in CARDS]
    engine.put(MotionCard("dold", "Skolmat och kockar", "Kantiner, kockar, bussar, tänder och kalhyggen. " * 40))
    engine.refit(from_nothing=True)
    assert [scores(engine, asking(card), set(GROUP)) for card in CARDS] != before
    engine.remove("dold")
    engine.refit(from_nothing=True)
    for card, expected in zip(CARDS, before, strict=True):
        assert scores(engine, asking(card)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query("Skolmat"),
        Query("skolmat", "Skolmat! Skolmat?"),
        Query("Att vi och de", "Det är så att man ska få ha det."),
        Query("12 345", "67,8 % av 9 000 000"),
        Query("学校给食", "学校 给食"),
        Query("\u202e\ufeff\x00", "\ud800"),
    ],
)
def test_a_text_that_says_too_little_resembles_nothing(query: Query) -> None:
    assert Engine(CARDS).rank(query) == []


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert('skolmat')</script><b>" * 500,
        "\n".join("\t".join(str(cell * row) for cell in range(12)) for row in range(400)),
        "a" * 200_000,
        "skolmatslagningskökspersonalutbildningssatsning" * 1_000,
        "The canteens of our schools should cook their own food. " * 300,
        "kock " * 50_000,
    ],
)
def test_odd_bodies_neither_break_nor_drown_the_title(body: str) -> None:
    engine = Engine(CARDS)
    query = Query("Egen kock lagar skolmaten i skolans kök", body, demands(["att skolmaten lagas i skolans eget kök"]))
    assert GROUP[engine.rank(query)[0].id] == "skolmat"
    engine.put(MotionCard("udda", "Udda", body))
    engine.refit()
    assert len(engine.rank(SKOLMAT)) > 0


def test_queries_go_on_while_the_engine_learns_and_changes() -> None:
    engine = Engine(CARDS)
    stop = threading.Event()
    failures: list[Exception] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                found = engine.rank(SKOLMAT)
                assert found[0].id in {"skolmat-1", "skolmat-2"}
        except Exception as failure:  # noqa: BLE001 - the test shows whatever it is
            failures.append(failure)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for turn in range(12):
        engine.put(MotionCard("går", f"Utkast {turn}", f"Om brandstation nummer {turn} och pumpar" * turn))
        engine.refit(from_nothing=turn % 3 == 0)
        engine.remove("går")
    stop.set()
    for asker in askers:
        asker.join()
    assert failures == []
