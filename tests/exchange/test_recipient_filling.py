"""A motion in the recipient's own Word document: what is filled in, how it looks, and what can't happen."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import given

from app.documents.text import Block, Span
from app.exchange.export import Export
from app.exchange.paper import compose
from app.exchange.recipient.example import SAMPLE, example
from app.exchange.recipient.filling import check, fill
from app.exchange.recipient.package import looked_over
from app.kit.errors import Invalid
from tests.exchange.samples import DEMANDS, motion_text, sample
from tests.exchange.test_any_text import EXPORTS, THOROUGH

NEEDED = ("{{ titel }}", "{{ text }}", "{{ att-satser }}")


def template(*paragraphs: str, document: DocumentObject | None = None) -> bytes:
    made = document or Document()
    for text in paragraphs:
        made.add_paragraph(text)
    out = BytesIO()
    made.save(out)
    return looked_over("mall.docx", out.getvalue())


def filled(held: bytes, export: Export | None = None) -> DocumentObject:
    check(held)
    return Document(BytesIO(fill(held, export or sample())))


def lines(document: DocumentObject) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_every_placeholder_of_the_example_is_filled_in() -> None:
    document = filled(looked_over("exempel.docx", example()))
    text = "\n".join(lines(document))
    assert "{{" not in text
    assert lines(document)[:3] == [
        "Motion till Distriktskongressen 2026",
        "Bussar som går på kvällen",
        "Från Vallsta socialdemokratiska förening till Distriktskongressen",
    ]
    for demand in DEMANDS:
        assert demand in lines(document)
    assert "Astrid Åkesson, Bo Öberg" in text
    assert "Hamnens förening (styrelsen 2026-05-12, § 12 b, att-satser 1, 3)" in lines(document)
    footer = document.sections[0].footer.paragraphs[0].text
    assert footer.startswith("Inlämnad 3 juni 2026 kl. 14:05. SHA-256: 5a5a")


def test_structure_of_the_body_is_in_the_styles_of_the_template() -> None:
    own = Document()
    heading = own.styles["Heading 2"]
    heading.font.size = Pt(31)
    own.styles.add_style("Brödtext", WD_STYLE_TYPE.PARAGRAPH)
    own.add_paragraph("{{ text }}", style="Brödtext")
    document = filled(template("{{ titel }}", "{{ att-satser }}", document=own))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None}
    assert styles["Bakgrund"] == "Heading 2"
    assert document.styles["Heading 2"].font.size == Pt(31)
    assert styles["Kvällsturer"] == "List Bullet"
    assert styles["Förarna"] == "List Number"
    assert styles["Utan buss finns det ingen kväll.\nSå är det."] == "Quote"
    assert styles["Mellan listorna."] == "Brödtext"
    runs = {run.text: run for paragraph in document.paragraphs for run in paragraph.runs}
    assert runs["äldreboendet"].bold
    assert runs["alltid"].italic
    links = [link.address for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert links == ["https://exempel.se/tider?linje=12&dag=1"]


def test_template_without_styles_and_lists_gets_real_ones() -> None:
    bare = Document()
    for style in list(bare.styles.element):
        if style.get(qn("w:styleId")) in {"Heading2", "Heading3", "ListBullet", "ListNumber", "Quote"}:
            bare.styles.element.remove(style)
    for relation in [key for key, each in bare.part.rels.items() if each.reltype.endswith("/numbering")]:
        del bare.part.rels[relation]
    document = filled(template(*NEEDED, document=bare))
    heading = next(paragraph for paragraph in document.paragraphs if paragraph.text == "Bakgrund")
    assert heading.style is not None
    assert heading.style.name == "Heading 2"
    numbers = {_number(document, text) for text in ("Förarna", "Börjar om på ett")}
    assert len(numbers) == 2, "each ordered list begins at 1"


def _number(document: DocumentObject, text: str) -> Any:
    paragraph = next(each for each in document.paragraphs if each.text == text)
    element: Any = paragraph._p
    return element.pPr.numPr.numId.val


def test_demands_go_on_in_the_numbering_that_the_template_has() -> None:
    own = Document()
    own.add_paragraph("{{ att-satser }}", style="List Number")
    document = filled(template("{{ titel }}", "{{ text }}", document=own))
    found = [paragraph for paragraph in document.paragraphs if paragraph.text in DEMANDS]
    assert [paragraph.text for paragraph in found] == list(DEMANDS)
    assert {paragraph.style.name for paragraph in found if paragraph.style} == {"List Number"}
    elements: list[Any] = [paragraph._p for paragraph in found]
    assert all(element.pPr.numPr is None for element in elements)


def test_placeholder_that_word_has_cut_into_runs_is_filled_in_its_first_look() -> None:
    own = Document()
    paragraph = own.add_paragraph("Från ")
    for text, bold in (("{", True), ("{ fören", None), ("ing }", None), ("} till {{mottagare}}.", None)):
        paragraph.add_run(text).bold = bold
    document = filled(template(*NEEDED, document=own))
    assert lines(document)[0] == "Från Vallsta socialdemokratiska förening till Distriktskongressen."
    in_bold = [run.text for run in document.paragraphs[0].runs if run.bold]
    assert in_bold == ["Vallsta socialdemokratiska förening"]


def test_placeholders_copied_from_the_page_hold_spaces_that_do_not_break() -> None:
    text = lines(filled(template("{{\u00a0titel\u00a0}}", *NEEDED[1:], "{{\u00a0föreningar\u00a0bakom\u00a0}}")))
    assert text[0] == "Bussar som går på kvällen"
    assert text[-2].startswith("Norrby förening (medlemsmötet 2026-05-02")


def test_placeholders_in_tables_and_headers_are_filled_in() -> None:
    own = Document()
    cells = own.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "{{ association }}", "{{ text }}"
    own.sections[0].header.paragraphs[0].text = "{{ call }}"
    document = filled(template("{{ titel }}", "{{ demands }}", document=own))
    row = document.tables[0].rows[0].cells
    assert row[0].text == "Vallsta socialdemokratiska förening"
    assert "Bakgrund" in row[1].text
    assert document.sections[0].header.paragraphs[0].text == "Distriktskongressen 2026"


def test_what_is_written_in_a_motion_is_never_taken_for_a_placeholder() -> None:
    sly = motion_text(
        title="{{ kvitto }}",
        body=(Block("paragraph", (Span("{{ författare }} {% for x in y %}"),)),),
        demands=("att {{ text }}",),
    )
    text = lines(filled(template(*NEEDED), sample(text=sly)))
    assert text[:3] == ["{{ kvitto }}", "{{ författare }} {% for x in y %}", "att {{ text }}"]


@pytest.mark.parametrize("sly", ["{{ ''.__class__ }}", "{{ 7*7 }}", "{{ config }}", "{{ titel.upper }}"])
def test_template_is_never_evaluated(sly: str) -> None:
    with pytest.raises(Invalid):
        check(template(*NEEDED, sly))
    assert "{% import os %}" in lines(filled(template(*NEEDED, "{% import os %}")))


def test_unknown_missing_and_misplaced_placeholders_are_named() -> None:
    for paragraphs, named in (
        ((*NEEDED, "{{ orten }}"), "{{ orten }}"),
        (NEEDED[:2], "{{ att-satser }}"),
        (("{{ titel }}", "Text: {{ text }}", "{{ att-satser }}"), "{{ text }}"),
    ):
        with pytest.raises(Invalid) as refused:
            check(template(*paragraphs))
        assert named in str(refused.value)
    own = Document()
    own.sections[0].footer.paragraphs[0].text = "{{ text }}"
    with pytest.raises(Invalid):
        check(template(*NEEDED, document=own))


def test_motion_without_demands_or_receipt_leaves_no_placeholder() -> None:
    export = sample(text=motion_text(demands=()), receipt=None, signatories=())
    assert "{{" not in "\n".join(lines(filled(looked_over("m.docx", example()), export)))


@given(EXPORTS)
@THOROUGH
def test_template_holds_every_word_of_any_motion(export: Export) -> None:
    document = filled(_EXAMPLE, export)
    written = "".join("".join(lines(document)).split())
    for demand in compose(export).demands:
        assert "".join(demand.split()) in written


_EXAMPLE = looked_over("exempel.docx", example())


def test_sample_is_a_motion_with_everything_in_it() -> None:
    kinds = {block.kind for block in SAMPLE.text.body}
    assert kinds == {"heading", "paragraph", "quote", "bullet", "ordered"}
