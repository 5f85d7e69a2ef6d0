"""Swedish words and their parts."""

from collections import Counter

import pytest

from app.matching.words import Splitter, spelled, stem, telling

SEEN = Counter(
    {
        "bostad": 40,
        "bostaden": 20,
        "brist": 15,
        "skola": 60,
        "skolan": 50,
        "mat": 20,
        "maten": 12,
        "energi": 30,
        "kostnad": 12,
        "kostnader": 25,
        "arbete": 50,
        "liv": 20,
        "gata": 8,
        "gator": 5,
        "miljö": 30,
        "miljön": 20,
        "sjukhus": 40,
        "sjuk": 5,
        "hus": 12,
        "ung": 30,
    }
)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("bostadsbristen", ("bostad", "brist")),
        ("skolmaten", ("skol", "mat")),
        ("energikostnaderna", ("energi", "kostnad")),
        ("arbetslivet", ("arbet", "liv")),
        ("gatumiljön", ("gat", "miljön")),
    ],
)
def test_a_compound_falls_into_its_parts(word: str, parts: tuple[str, ...]) -> None:
    assert Splitter(SEEN).parts(word) == parts


@pytest.mark.parametrize("word", ["sjukhus", "bostaden", "kommun", "liv", "qwertyuiop", ""])
def test_what_is_no_compound_or_better_known_whole_stays_whole(word: str) -> None:
    assert Splitter(SEEN).parts(word) == ()


def test_nothing_is_split_before_anything_was_seen() -> None:
    assert Splitter({}).parts("bostadsbristen") == ()


def test_forms_of_a_word_share_a_stem() -> None:
    assert stem("hyresrätter") == stem("hyresrätt") == stem("hyresrätterna")


def test_stop_words_numbers_and_single_letters_say_nothing() -> None:
    assert list(telling("Att vi 2030 ska ha en bättre skolmat i a-kassan!")) == ["skolmat", "kassan"]


def test_composed_and_decomposed_letters_are_the_same_word() -> None:
    assert list(telling("fo\u0308rskola")) == list(telling("förskola")) == ["förskola"]


def test_names_keep_their_capitals_and_first_words_lose_theirs() -> None:
    assert list(spelled("Skolan i Ljungmora. Bussen: EU och Nato\nKöket")) == [
        "skolan", "i", "Ljungmora", "bussen", "EU", "och", "Nato", "köket",
    ]  # fmt: skip
