"""What differs between two texts, told as a person would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.text import Block, Demand, MotionText, Span
from app.history.differences import difference
from app.history.routes import stretches


def motion(*paragraphs: str, title: str = "Fler bussar", demands: dict[str, str] | None = None) -> MotionText:
    body = tuple(Block("paragraph", (Span(text),)) for text in paragraphs)
    return MotionText(title, body, tuple(Demand(id_, text) for id_, text in (demands or {}).items()))


def test_the_same_text_has_no_changes() -> None:
    text = motion("Bussen går sällan.", demands={"a": "att bussen går"})
    told = difference(text, text)
    assert told.changes == 0
    assert not told.title_changed


def test_a_changed_word_is_told_as_that_word_in_its_paragraph() -> None:
    told = difference(motion("Ett.", "Bussen går sällan."), motion("Ett.", "Bussen går aldrig."))
    assert [change.state for change in told.body] == ["same", "changed"]
    assert [(piece.kind, piece.text) for piece in told.body[1].pieces if piece.kind != "same"] == [
        ("struck", "sällan"),
        ("added", "aldrig"),
    ]


def test_paragraphs_that_come_and_go_stand_where_they_belong() -> None:
    told = difference(motion("Först.", "Helt borttaget stycke.", "Sist."), motion("Först.", "Sist.", "Nytt på slutet."))
    assert [(change.state, change.block.text) for change in told.body] == [
        ("same", "Först."),
        ("struck", "Helt borttaget stycke."),
        ("same", "Sist."),
        ("added", "Nytt på slutet."),
    ]


def test_a_paragraph_that_became_a_heading_has_changed_though_its_words_have_not() -> None:
    before = motion("Bakgrund")
    after = MotionText(before.title, (Block("heading", (Span("Bakgrund"),), 2),), ())
    told = difference(before, after)
    assert told.changes == 1
    assert [piece.kind for piece in told.body[0].pieces] == ["same"]


def test_demands_are_told_as_moved_reworded_struck_and_added() -> None:
    before = motion(demands={"a": "att a", "b": "att b", "c": "att c", "d": "att d"})
    after = motion(demands={"c": "att c", "a": "att a nu", "n": "att n", "d": "att d"})
    told = {change.after or -(change.before or 0): change for change in difference(before, after).demands}
    assert told[1].moved
    assert (told[1].before, told[1].state) == (3, "same")
    assert (told[2].before, told[2].state, told[2].moved) == (1, "changed", False)
    assert (told[3].before, told[3].state) == (None, "added")
    assert (told[-2].after, told[-2].state) == (None, "struck")
    assert (told[4].before, told[4].state, told[4].moved) == (4, "same", False)


texts = st.builds(
    motion,
    st.text(alphabet="ab .", max_size=12),
    st.text(alphabet="ab .", max_size=12),
    title=st.text(alphabet="ab ", max_size=6),
    demands=st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["att x", "att y", "att x y"]), max_size=5),
)


@settings(max_examples=200, deadline=None)
@given(texts, texts)
def test_both_texts_can_be_read_out_of_their_difference(before: MotionText, after: MotionText) -> None:
    told = difference(before, after)

    def side(kind: str) -> list[str]:
        read = ("".join(piece.text for piece in change.pieces if piece.kind in {"same", kind}) for change in told.body)
        return [text for text in read if text]

    assert side("struck") == [block.text for block in before.body if block.text]
    assert side("added") == [block.text for block in after.body if block.text]
    there = [change for change in told.demands if change.after is not None]
    assert [change.after for change in there] == list(range(1, len(after.demands) + 1))
    assert {change.before for change in told.demands} - {None} == set(range(1, len(before.demands) + 1))
    shown = [change for stretch in stretches(told.body) for change in stretch.changes]
    assert shown == list(told.body)
    assert not any(
        change.state != "same" for stretch in stretches(told.body) if stretch.folded for change in stretch.changes
    )
