"""What is quoted stands in the text, and what is marked in it is shared."""

from collections.abc import Sequence

import pytest

from app.matching.quoting import LONGEST, quotation

SHARED = {"bussen", "byn", "kvällen"}


def text_of(quoted: Sequence[tuple[str, bool]]) -> str:
    return "".join(text for text, _shared in quoted)


def test_the_sentence_with_most_shared_words_is_quoted_and_they_are_marked() -> None:
    text = "Bussen går. På kvällen går bussen inte till byn, kl. 18.30 är det slut! Byn är liten."
    quoted = quotation(text, SHARED)
    assert text_of(quoted).startswith("På kvällen går bussen inte till byn")
    assert [word for word, shared in quoted if shared] == ["kvällen", "bussen", "byn"]


@pytest.mark.parametrize("text", ["", "   \n\n", "Bussen går varje dag.", "Inget här.", "….!?", "." * 5000])
def test_a_text_that_shares_too_little_is_not_quoted(text: str) -> None:
    assert quotation(text, SHARED) == []


def test_a_long_sentence_is_quoted_around_what_is_shared_and_says_what_it_leaves_out() -> None:
    text = "ord " * 200 + "till byn går bussen på kvällen " + "ord " * 200
    quoted = quotation(text, SHARED)
    said = text_of(quoted)
    assert len(said) <= LONGEST + 4
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert said[2:-2] in " ".join(text.split())
    assert {word for word, shared in quoted if shared} == SHARED


def test_a_word_as_long_as_a_page_is_quoted_within_bounds() -> None:
    assert len(text_of(quotation("bussen " + "x" * 9000 + " byn", SHARED))) <= LONGEST + 4


def test_a_very_long_text_without_a_full_stop_takes_no_time() -> None:
    for text in ("a?b" * 100_000, "a" + "." * 100_000 + "b", "a." + " " * 100_000 + "b", "A. " * 100_000):
        assert quotation(text, SHARED) == []
