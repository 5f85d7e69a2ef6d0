"""Ids, differences, translations."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.kit.diff import word_diff
from app.kit.i18n import _, show_date, show_datetime, show_list, using_locale
from app.kit.ids import CODE_ALPHABET, join_code, uuid7


def test_uuids_are_of_version_7_and_sort_by_age() -> None:
    made = [uuid7() for _number in range(50)]
    assert all(each.version == 7 and each.variant == "specified in RFC 4122" for each in made)
    stamps = [each.int >> 80 for each in made]
    assert stamps == sorted(stamps)


def test_join_codes_hold_no_letters_that_are_mistaken_for_others() -> None:
    assert not set("01OILSZ25B8UV") & set(CODE_ALPHABET)
    assert len(join_code()) == 6
    assert set(join_code(200)) <= set(CODE_ALPHABET)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_difference_gives_both_texts_back(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "struck") == after


def test_a_difference_goes_by_words() -> None:
    pieces = word_diff("att bussen går varje timme", "att bussen går varje halvtimme")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "att bussen går varje "),
        ("struck", "timme"),
        ("added", "halvtimme"),
    ]


def test_times_are_shown_in_stockholm() -> None:
    at = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    assert show_datetime(at) == "1 december 2026 kl. 23:59"
    assert show_date(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == "1 juli 2026"


def test_english_is_what_the_code_says() -> None:
    with using_locale("en"):
        assert _("Signed in as {name}", name="Bo") == "Signed in as Bo"


def test_names_in_a_row_end_with_and_in_the_reader_s_language() -> None:
    assert show_list(["Storvik"]) == "Storvik"
    assert show_list(["Storvik", "Hofors", "Ockelbo"]) == "Storvik, Hofors och Ockelbo"
    with using_locale("en"):
        assert show_list([1, 2]) == "1 and 2"
