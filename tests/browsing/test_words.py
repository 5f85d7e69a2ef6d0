"""The words of a search are found in other forms and in compounds, and nowhere else."""

import pytest

from app.browsing.words import EXCERPT, Words, base
from app.matching.words import Splitter

SPLITTER = Splitter({"kväll": 5, "buss": 9, "skol": 4, "mat": 6, "tåg": 5, "trafik": 4, "el": 9, "bil": 6, "skola": 8})
FIELDS = {"title": 4.0, "body": 1.0}


def words(typed: str) -> Words:
    return Words(typed, SPLITTER.parts)


def score(typed: str, title: str = "", body: str = "") -> float:
    return words(typed).score(FIELDS, {"title": title, "body": body})


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("buss", "Bussarna går inte"),
        ("bussar", "en buss till"),
        ("buss", "Kvällsbussar till byn"),
        ("buss", "busstrafiken"),
        ("mat", "skolmat i alla skolor"),
        ("tåg", "tågtrafik"),
        ("kvällsbussar", "Bussen ska gå om kvällen"),
        ("BUSSAR", "bussen"),
        ("bussar till skolan", "skolor utan buss"),
        ("2030", "klimatneutralt 2030"),
        ("5g", "Utbyggt 5G"),
        ("äldre", "ÄLDRE behöver vila"),
        ("kollektivtr", "Kollektivtrafik"),
        ("för", "för alla"),
    ],
)
def test_a_word_is_found_in_other_forms_and_in_compounds(typed: str, text: str) -> None:
    assert score(typed, text) > 0


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("el", "elva delar"),
        ("bil", "en mobil bildning"),
        ("mat", "tomater och matematik"),
        ("buss tåg", "bussen"),
        ("kvällsbussar", "bussen på morgonen"),
        ("trafikljus", "trafik"),
        ("buss", ""),
    ],
)
def test_letters_that_happen_to_stand_in_a_word_are_not_that_word(typed: str, text: str) -> None:
    assert score(typed, text) == 0


def test_the_word_itself_counts_more_than_a_compound_and_that_more_than_its_pieces() -> None:
    alone, compound, pieces = (
        score("kvällsbuss", "kvällsbussar"),
        score("buss", "kvällsbuss"),
        score("kvällsbuss", "buss på kvällen"),
    )
    assert alone > compound > pieces > 0
    assert score("buss", "Bussen") > score("buss", "", "Bussen " * 30)


def test_what_holds_no_word_is_told_apart_from_nothing() -> None:
    assert not words("")
    assert not words("").is_noise
    for typed in ("%", "_", "\\", "'", "  -- "):
        assert not words(typed)
        assert words(typed).is_noise == bool(typed.strip())


def test_the_words_that_answer_are_marked_and_the_text_stays_as_it_was() -> None:
    text = "Kvällsbussar, och bussar <b>nu</b>!"
    marked = words("buss").marked(text)
    assert "".join(piece for piece, _is_marked in marked) == text
    assert [piece for piece, is_marked in marked if is_marked] == ["Kvällsbussar", "bussar"]


def test_an_excerpt_is_short_and_holds_what_was_sought() -> None:
    long = "Ord som inget säger. " * 40 + "Här står bussen och väntar. " + "Mer som inget säger. " * 40
    excerpt = words("buss").excerpt(["Inget här", long])
    assert excerpt is not None
    shown = "".join(piece for piece, _is_marked in excerpt)
    assert ("bussen", True) in excerpt
    assert len(shown) <= EXCERPT + 4
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert words("tåg").excerpt(["Inget här", long]) is None


def test_a_stem_stands_at_the_beginning_of_its_word() -> None:
    """What the database looks for before the words are read holds for every word that answers."""
    for word in (
        "löst",
        "fullt",
        "bussarna",
        "heterna",
        "kvinnlig",
        "möjligheterna",
        "trafiken",
        "friskt",
        "skolan",
        "gatans",
    ):
        assert word.startswith(base(word))
