"""The plain form of a motion, and the frozen forms that are hashed."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.text import Block, Demand, MotionText, Span, canonical, clean, demand_digest, normalise_demand, thaw


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("att bussen går oftare", "att bussen går oftare"),
        ("Att bussen går oftare", "att bussen går oftare"),
        ("bussen går oftare", "att bussen går oftare"),
        ("att att  bussen\n går\toftare ", "att bussen går oftare"),
        ("1. att bussen går", "att bussen går"),
        ("– att bussen går", "att bussen går"),
        ("30 procent av bussarna går på el", "att 30 procent av bussarna går på el"),
        ("att-satsen ska vara kort", "att att-satsen ska vara kort"),
        ("attityden ska ändras", "att attityden ska ändras"),
        ("att ", ""),
        ("ATT", ""),
        ("  ", ""),
        ("\u200b\u202eatt\ufeff bussen\x00", "att bussen"),
    ],
)
def test_demand_has_exactly_one_leading_att(raw: str, wanted: str) -> None:
    assert normalise_demand(raw) == wanted


@settings(deadline=None)
@given(st.text())
def test_normalising_a_demand_twice_changes_nothing_more(raw: str) -> None:
    once = normalise_demand(raw)
    assert normalise_demand(once) == once
    assert once == "" or once.startswith("att ")


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_cleaned_text_can_be_stored_and_exported(raw: str) -> None:
    cleaned = clean(raw)
    cleaned.encode()
    assert not any(character in cleaned for character in "\x00\n\r\u2028\u202e\ufffe")


def test_clean_takes_half_a_surrogate_pair_out() -> None:
    assert clean("a\ud83db") == "ab"


def text(title: str = "Fler bussar", *spans: Span) -> MotionText:
    body = (Block("paragraph", spans or (Span("Bussen går sällan."),)),)
    return MotionText(title, body, (Demand("1", "att bussen går oftare"),))


def test_frozen_form_is_these_very_bytes() -> None:
    """Receipts that were given out hold the hash of this form. It never changes; a new form has a new number."""
    assert canonical(text("Fler bussar", Span("Bussen "), Span("går", bold=True, link="https://example.org"))) == (
        b'{"body":[["paragraph",0,[["Bussen ",false,false,null],["g\xc3\xa5r",true,false,"https://example.org"]]]],'
        b'"demands":["att bussen g\xc3\xa5r oftare"],"form":1,"title":"Fler bussar"}'
    )
    frozen = '{"demand":"att bussen går oftare","form":1}'.encode()
    assert demand_digest("att bussen går oftare") == sha256(frozen).hexdigest()


def test_frozen_form_does_not_depend_on_ids_spaces_or_how_a_letter_is_composed() -> None:
    same = MotionText(
        "Fler  bussar ",
        (Block("paragraph", (Span("Bussen ga\u030ar"), Span("  sällan."))),),
        (Demand("another", "Att bussen ga\u030ar oftare"),),
    )
    assert canonical(same) == canonical(text("Fler bussar", Span("Bussen går sällan.")))
    assert demand_digest("bussen  ga\u030ar oftare") == demand_digest("Att bussen går oftare")


@pytest.mark.parametrize(
    "other",
    [
        text("Färre bussar"),
        text("Fler bussar", Span("Bussen går ofta.")),
        text("Fler bussar", Span("Bussen går sällan.", bold=True)),
        MotionText("Fler bussar", (Block("quote", (Span("Bussen går sällan."),)),), text().demands),
        MotionText("Fler bussar", text().body, (Demand("1", "att bussen går"),)),
        MotionText("Fler bussar", text().body, ()),
    ],
)
def test_frozen_form_differs_when_the_text_does(other: MotionText) -> None:
    assert canonical(other) != canonical(text())


def test_body_text_has_a_line_for_each_line_that_is_read() -> None:
    body = (Block("heading", (Span("A"),), 2), Block("paragraph", (Span("b"), Span("\nc", italic=True))))
    assert MotionText("", body, ()).body_text == "A\nb\nc"


def test_a_motion_comes_back_from_its_frozen_form() -> None:
    text = MotionText(
        "Fler bussar",
        (
            Block("heading", (Span("Varför"),), 2),
            Block("bullet", (Span("ett", bold=True), Span(" till", link="https://a.se")), 1),
        ),
        (Demand("7f", "att bussen går"), Demand("9a", "att den går oftare")),
    )
    assert thaw(canonical(text), ["7f", "9a"]) == text
    assert [demand.id for demand in thaw(canonical(text)).demands] == ["1", "2"]
    with pytest.raises(ValueError, match="form 99"):
        thaw(b'{"form":99}')
