"""Markdown and plain text."""

import pytest
from markdown_it import MarkdownIt

from app.documents.text import Block, Span
from app.exchange.markdown import markdown
from app.exchange.plain import plain
from tests.exchange.samples import SHA256, motion_text, paragraphs, sample

MARKDOWN = """\
# Bussar som går på kvällen

Motion till Distriktskongressen 2026

Sista bussen från Vallsta går 18.10. Den som arbetar kväll på **äldreboendet** får *alltid* köra bil. \
Se [tidtabellen](<https://exempel.se/tider?linje=12&dag=1>).

## Bakgrund

- Kvällsturer
  - på vardagar
  - på helger
- Nattbuss

### Kostnad

1. Förarna
   1. lön
2. Drivmedlet

Mellan listorna.

1. Börjar om på ett

> Utan buss finns det ingen kväll.\\
> Så är det.

***Fet och kursiv*** i samma mening.

## Förslag till beslut

Vi föreslår att distriktskongressen beslutar

1. att Socialdemokraterna i länet verkar för kvällsturer till varje tätort
2. att kostnaden redovisas före nästa budget
3. att distriktsstyrelsen rapporterar till nästa kongress

Den 3 juni 2026\\
**Vallsta socialdemokratiska förening**\\
Astrid Åkesson\\
Bo Öberg

## Föreningar som ställer sig bakom motionen

| Förening | Beslutat av | Datum | Protokoll | Att-satser |
| --- | --- | --- | --- | --- |
| Norrby förening | medlemsmötet | 2026-05-02 | § 7 | alla |
| Hamnens förening | styrelsen | 2026-05-12 | § 12 b | 1, 3 |
"""

HOSTILE = [
    "# ingen rubrik", "C #", "C ##", "#",
    "- ingen punkt", "+ ingen punkt", "1. inget nummer", "12) inget nummer", "> inget citat", "=====",
    "---", "***", "    ingen kod", "~~~", "```", "<script>alert(1)</script>", "<!-- -->", "&lt;b&gt; &amp; &#60;",
    "[a](b)",
    "![a](b)", "[a]: b", "a_b_c *d* __e__ ~f~ `g`", "\\*", "| a | b |", "slut  ", "http://a.se <http://b.se>", "a\n---",
    "a\n# b", "a\n1. b", "| a |\n| - |", "!", "*", "_", "`", "\\",
]  # fmt: skip


def test_markdown_is_what_a_person_would_write() -> None:
    assert markdown(sample(receipt=None)) == MARKDOWN


def test_plain_text_has_everything_in_reading_order() -> None:
    text = plain(sample())
    assert text.startswith("Bussar som går på kvällen\n\nMotion till Distriktskongressen 2026\n\nSista bussen")
    assert "Se tidtabellen <https://exempel.se/tider?linje=12&dag=1>." in text
    assert "- Kvällsturer\n  - på vardagar\n  - på helger\n- Nattbuss" in text
    assert "1. Förarna\n   1. lön\n2. Drivmedlet" in text
    assert "> Utan buss finns det ingen kväll.\n> Så är det." in text
    assert "\n1. att Socialdemokraterna" in text
    assert "\n3. att distriktsstyrelsen" in text
    assert "Den 3 juni 2026\nVallsta socialdemokratiska förening\nAstrid Åkesson\nBo Öberg" in text
    assert "- Hamnens förening: styrelsen 2026-05-12, § 12 b, att-satser: 1, 3" in text
    assert text.endswith(f"Inlämnad 3 juni 2026 kl. 14:05\nSHA-256: {SHA256}\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_shown_as_typed(text: str) -> None:
    """Title, body, list, quote and demand, each read by a Markdown reader that allows HTML."""
    blocks = tuple(Block(kind, (Span(text),)) for kind in ("paragraph", "bullet", "ordered", "quote"))
    written = markdown(sample(text=motion_text(text, blocks, (f"att {text}",)), signatories=(), receipt=None))
    tokens = MarkdownIt("commonmark").parse(written)
    assert [token.type for token in tokens if token.type.endswith("_open")] == [
        "heading_open", "paragraph_open", "paragraph_open", "bullet_list_open", "list_item_open", "paragraph_open",
        "ordered_list_open", "list_item_open", "paragraph_open", "blockquote_open", "paragraph_open", "heading_open",
        "paragraph_open", "ordered_list_open", "list_item_open", "paragraph_open", "paragraph_open",
    ]  # fmt: skip
    shown = [
        "".join("\n" if child.type == "hardbreak" else child.content for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    ]
    lines = "\n".join(line.strip() for line in text.strip().split("\n"))
    one_line = " ".join(text.split())
    assert [shown[0], *shown[2:6], shown[8]] == [one_line, lines, lines, lines, lines, f"att {one_line}"]
    marks = {child.type for token in tokens for child in token.children or ()}
    assert marks <= {"text", "hardbreak", "strong_open", "strong_close"}


def test_marks_that_markdown_cannot_express_give_way_to_the_words() -> None:
    spans = (Span("skol"), Span("(mat)", bold=True), Span("en"))
    written = markdown(sample(text=motion_text(body=(Block("paragraph", spans),))))
    assert "skol(mat)en" in written
    assert "*" not in written.split("## Förslag")[0]


def test_half_a_word_in_bold_is_kept() -> None:
    spans = (Span("skol"), Span("mat", bold=True), Span("en"))
    assert "skol**mat**en" in markdown(sample(text=motion_text(body=(Block("paragraph", spans),))))


def test_marks_do_not_begin_or_end_with_spaces() -> None:
    spans = (Span("en "), Span(" fet ", bold=True), Span(" rad"))
    assert "en  **fet**  rad" in markdown(sample(text=motion_text(body=(Block("paragraph", spans),))))


def test_pipe_in_a_name_stays_in_its_cell() -> None:
    signatory = sample().signatories[0]
    written = markdown(sample(signatories=(signatory.__class__("A | B", "C|D", signatory.decided_on, "|", None),)))
    assert "| A \\| B | C\\|D | 2026-05-02 | § \\| | alla |" in written


def test_link_that_is_not_a_plain_web_or_mail_address_is_text_only() -> None:
    for href in ("javascript:alert(1)", "https://a.se/> <b", "data:text/html,x", "//a.se", "https://a b.se"):
        spans = (Span("länk", link=href),)
        export = sample(text=motion_text(body=(Block("paragraph", spans),)))
        assert "\nlänk\n" in markdown(export)
        assert "\nlänk\n" in plain(export)


def test_exclamation_mark_before_a_link_makes_no_picture() -> None:
    spans = (Span("Läs!"), Span("här", link="https://a.se"))
    assert "Läs\\![här](<https://a.se>)" in markdown(sample(text=motion_text(body=(Block("paragraph", spans),))))


def test_motion_without_body_is_still_a_motion() -> None:
    assert plain(sample(text=motion_text(body=paragraphs()), signatories=(), receipt=None)).count("\n\n") == 5
