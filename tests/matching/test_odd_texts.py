"""Texts that are no Swedish motions: they find nothing by accident, and draw no other motion after them."""

import pytest

from app.matching.cards import MotionCard, Query
from app.matching.engine import Engine
from app.matching.routes import SURE_ENOUGH
from tests.matching.corpus import CARDS, GROUP, asking, demands

SKOLMAT = Query(
    "Egen kock i skolans kök",
    "Skolmaten ska lagas på plats av en utbildad kock.",
    demands(["att skolmaten lagas i skolans eget kök"]),
)
FOREIGN = {
    "English": Query(
        "Cooks in every school kitchen",
        "We believe that warm meals ought to be cooked where children eat them. Transport makes food dull, and much of "
        "it is thrown away. A trained cook in each kitchen would change that within a year.",
    ),
    "Finnish": Query(
        "Oma kokki jokaiseen keittiöön",
        "Lämmin ruoka pitäisi valmistaa siellä, missä lapset syövät. Kuljetus tekee ruoasta mautonta, ja paljon päätyy "
        "jätteeksi. Koulutettu kokki muuttaisi asian vuodessa.",
    ),
    "Arabic": Query("طباخ في كل مطبخ", "يجب أن تُطهى الوجبات الدافئة حيث يأكل الأطفال. النقل يجعل الطعام بلا طعم."),
}
TABLE = "\n".join(f"Kommun {row}\t{row * 17}\t{row * 3},5 %\t2026-0{row % 9 + 1}-01" for row in range(300))
MARKUP = {
    "script": "<script>document.title='{{ 7*7 }}'</script><style>*{color:red}</style>",
    "attribute": '"><img src=x onerror="alert(1)"> %s %n ${jndi} \'; DROP TABLE motions;--',
    "invisible": "\u200b\u202e\ufeff\x00\ud83d" * 50,
}


@pytest.mark.parametrize("language", FOREIGN)
def test_a_text_in_another_language_is_offered_no_motion(language: str) -> None:
    assert [match for match in Engine(CARDS).rank(FOREIGN[language]) if match.score >= SURE_ENOUGH] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_text_in_another_language_finds_its_like(language: str) -> None:
    text = FOREIGN[language]
    engine = Engine([*CARDS, MotionCard("lik", text.title, text.body)])
    assert engine.rank(text)[0].id == "lik"


@pytest.mark.parametrize("kind", MARKUP)
def test_markup_is_read_as_words_and_turns_no_order(kind: str) -> None:
    engine = Engine(CARDS)
    plain, with_markup = (
        [match.id for match in engine.rank(Query(SKOLMAT.title, body, SKOLMAT.demands), limit=3)]
        for body in (SKOLMAT.body, f"{MARKUP[kind]} {SKOLMAT.body} {MARKUP[kind]}")
    )
    assert plain[0] == with_markup[0]
    assert GROUP[with_markup[0]] == "skolmat"


def test_a_pasted_table_drowns_neither_the_text_nor_the_other_motions() -> None:
    engine = Engine(CARDS)
    found = engine.rank(Query(SKOLMAT.title, f"{SKOLMAT.body}\n{TABLE}", SKOLMAT.demands))
    assert GROUP[found[0].id] == "skolmat"
    before = {card.id: engine.rank(asking(card), {other.id for other in CARDS} - {card.id}, 1) for card in CARDS}
    engine.put(MotionCard("tabell", "Tabell", TABLE))
    engine.refit()
    after = {card.id: engine.rank(asking(card), {other.id for other in CARDS} - {card.id}, 1) for card in CARDS}
    same = sum(bool(before[id_]) and before[id_][0].id == after[id_][0].id for id_ in before)
    assert same >= 0.9 * len(CARDS)


def test_odd_motions_are_not_offered_to_others() -> None:
    odd = [
        *(MotionCard(name, text.title, text.body) for name, text in FOREIGN.items()),
        *(MotionCard(name, "Utan namn", text * 20) for name, text in MARKUP.items()),
        MotionCard("tabell", "Tabell", TABLE),
        MotionCard("tomt", ""),
    ]
    engine = Engine([*CARDS, *odd])
    own = {card.id for card in CARDS}
    offered = {
        match.id
        for card in CARDS
        for match in engine.rank(asking(card))
        if match.score >= SURE_ENOUGH and match.reasons
    }
    assert offered >= own
    assert not offered - own


def test_a_text_as_long_as_a_book_is_read_within_bounds() -> None:
    body = " ".join(card.body for card in CARDS) * 400
    found = Engine(CARDS).rank(Query(SKOLMAT.title, body, demands([SKOLMAT.demands[0].text] * 300)))
    assert found
    assert all(len(match.demand_pairs) <= 30 for match in found)
