"""Every reason is true: what it names stands in the texts."""

import json
import re
import unicodedata
from dataclasses import replace

from app.kit.i18n import using_locale
from app.matching.cards import Marks, MotionCard, Query, Reason
from app.matching.engine import Engine
from app.matching.marks import pieces
from app.matching.sentences import say
from app.matching.words import stem
from tests.architecture.sources import APP
from tests.matching.corpus import CARDS, GROUP, asking, demands, whole

DEMO = [
    MotionCard(row["key"], row["title"], row["body"], demands(row["demands"]))
    for row in json.loads((APP / "demo" / "motions.json").read_text())["motions"]
]
DRAFTS = [
    Query("Skolmat", "Vi vill ha en kock i köket på skolan i Ljungmora."),
    Query("AVGIFTSFRIA BUSSAR", "för UNGDOMAR under 20 år"),
    Query("Hemtjänstens scheman", demands=demands(["att minutschemat avskaffas"])),
    Query("Cafe\u0301 pa\u030a biblioteket", "Ett o\u0308ppet bibliotek med fika."),
]


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).lower()))


def named(reasons: tuple[Reason, ...], query: Query, card: MotionCard) -> int:
    """How many words the reasons name; each was checked to stand where it is said to stand."""
    mine, theirs = words_of(whole(query)), words_of(whole(card))
    count = 0
    for reason in reasons:
        assert reason.mine
        count += len(reason.mine)
        assert {word.lower() for word in reason.mine} <= mine
        if reason.kind == "words":
            assert {word.lower() for word in reason.mine} <= theirs
        else:
            assert len(reason.mine) == len(reason.theirs)
            assert {word.lower() for word in reason.theirs} <= theirs
        assert "{" not in say(reason)
    return count


def test_every_word_named_stands_in_the_texts() -> None:
    cards = {card.id: card for card in [*CARDS, *DEMO]}
    engine = Engine(cards.values())
    count = 0
    for query in [*map(asking, cards.values()), *DRAFTS]:
        for match in engine.rank(query, limit=50):
            count += named(match.reasons, query, cards[match.id])
            for pair in match.demand_pairs:
                assert pair.mine in query.demands
                assert pair.theirs in cards[match.id].demands
    assert count > 1000


def test_every_word_marked_stands_in_the_text_it_is_marked_in() -> None:
    cards = {card.id: card for card in [*CARDS, *DEMO]}
    engine = Engine(cards.values())
    count = 0
    for query in [*map(asking, cards.values()), *DRAFTS]:
        for match in engine.rank(query, limit=50):
            card, marked = cards[match.id], match.marks
            assert set(marked.mine) <= words_of(whole(query))
            assert set(marked.theirs) <= words_of(whole(card))
            for text, words in ((whole(query), marked.mine), (whole(card), marked.theirs)):
                cut = list(pieces(text, frozenset(words)))
                assert "".join(piece.text for piece in cut) == unicodedata.normalize("NFC", text)
                assert {piece.text.lower() for piece in cut if piece.is_shared} == set(words)
            named = {word.lower() for reason in match.reasons for word in reason.mine}
            assert named <= set(marked.mine)
            alike = set(map(stem, marked.theirs))
            assert all(word in named or stem(word) in alike for word in marked.mine)
            count += len(marked.mine)
    assert count > 3000


def test_a_word_is_marked_in_whatever_form_it_stands_and_no_part_of_another() -> None:
    cut = list(pieces("Skolan, SKOLANS skola\u0308r o\u0308ppet <b>", {"skolan", "öppet"}))
    assert [(piece.text, piece.is_shared) for piece in cut] == [
        ("Skolan", True),
        (", SKOLANS skolär ", False),
        ("öppet", True),
        (" <b>", False),
    ]


def test_a_close_match_has_a_reason() -> None:
    engine = Engine(CARDS)
    for card in CARDS:
        for match in engine.rank(asking(card), set(GROUP) - {card.id}):
            assert match.reasons or match.score < 0.3


def test_a_reason_is_a_plain_sentence() -> None:
    with using_locale("sv"):
        assert (
            say(Reason("words", ("skolmat", "kock", "Ljungmora"))) == "Ni skriver båda om skolmat, kock och Ljungmora."
        )
        assert say(Reason("kindred", ("bussar",), ("bussarna",))) == "Ni skriver om ”bussar”, de om ”bussarna”."


def test_words_that_stand_in_every_text_are_no_reason() -> None:
    engine = Engine(CARDS)
    query = Query("Kommunen ska ta ansvar varje dag", "Det behövs pengar, tid, plats och ett år till för skolmaten.")
    told = {word for match in engine.rank(query) for reason in match.reasons for word in reason.mine}
    assert told <= {"skolmaten", "ansvar"}


def test_whoever_shows_no_marks_is_spared_them_and_nothing_else() -> None:
    engine = Engine(CARDS)
    for card in CARDS[:5]:
        marked = engine.rank(asking(card))
        assert all(match.marks.mine for match in marked[:2])
        assert engine.rank(asking(card), marked=False) == [replace(match, marks=Marks()) for match in marked]
