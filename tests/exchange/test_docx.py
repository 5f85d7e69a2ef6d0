"""The Word document, opened again as a district would open it."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm

from app.exchange.docx import docx
from tests.exchange.samples import DEMANDS, SHA256, motion_text, paragraphs, sample


@pytest.fixture(scope="module")
def document() -> Any:
    return Document(BytesIO(docx(sample())))


def _number(paragraph: Any) -> tuple[int, int] | None:
    properties = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
    return (properties.numId.val, properties.ilvl.val) if properties is not None else None


def _format(document: Any, number: int, level: int) -> tuple[str, str, bool]:
    """(format, text, begins anew) of a level of a list instance, looked up as Word looks it up."""
    numbering = document.part.numbering_part.element
    (instance,) = [num for num in numbering.findall(qn("w:num")) if num.get(qn("w:numId")) == str(number)]
    kind = instance.find(qn("w:abstractNumId")).get(qn("w:val"))
    (abstract,) = [each for each in numbering.findall(qn("w:abstractNum")) if each.get(qn("w:abstractNumId")) == kind]
    (found,) = [each for each in abstract.findall(qn("w:lvl")) if each.get(qn("w:ilvl")) == str(level)]
    restarts = [
        override.find(qn("w:startOverride")) is not None
        for override in instance.findall(qn("w:lvlOverride"))
        if override.get(qn("w:ilvl")) == str(level)
    ]
    return found.find(qn("w:numFmt")).get(qn("w:val")), found.find(qn("w:lvlText")).get(qn("w:val")), any(restarts)


def test_title_is_the_only_heading_of_the_first_level(document: Any) -> None:
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings[0] == ("Heading 1", "Bussar som går på kvällen")
    assert [name for name, _text in headings].count("Heading 1") == 1


def test_line_below_the_title_says_where_the_motion_goes(document: Any) -> None:
    assert document.paragraphs[1].text == "Motion till Distriktskongressen 2026"


def test_body_has_words_own_styles(document: Any) -> None:
    styled = [(p.style.name, p.text) for p in document.paragraphs[2:16]]
    assert [name for name, _text in styled] == [
        "Normal", "Heading 2", "List Bullet", "List Bullet", "List Bullet", "List Bullet", "Heading 3", "List Number",
        "List Number", "List Number", "Normal", "List Number", "Quote", "Normal",
    ]  # fmt: skip
    assert styled[12] == ("Quote", "Utan buss finns det ingen kväll.\nSå är det.")


def test_marks_are_on_the_words_that_have_them(document: Any) -> None:
    runs = [run for paragraph in document.paragraphs[2:16] for run in paragraph.runs]
    assert [run.text for run in runs if run.bold] == ["äldreboendet", "Fet och kursiv"]
    assert [run.text for run in runs if run.italic] == ["alltid", "Fet och kursiv"]


def test_links_lead_where_they_led(document: Any) -> None:
    (link,) = document.paragraphs[2].hyperlinks
    assert (link.text, link.url) == ("tidtabellen", "https://exempel.se/tider?linje=12&dag=1")


def test_demands_are_one_numbered_list_of_words_own(document: Any) -> None:
    demands = [p for p in document.paragraphs if p.style.name == "Att-sats"]
    assert [p.text for p in demands] == list(DEMANDS)
    numbers = {_number(p) for p in demands}
    assert len(numbers) == 1
    ((number, level),) = [found for found in numbers if found]
    assert _format(document, number, level) == ("decimal", "%1.", False)


def test_demands_are_introduced_by_who_decides(document: Any) -> None:
    lines = [p.text for p in document.paragraphs]
    before = lines[lines.index(DEMANDS[0]) - 2 : lines.index(DEMANDS[0])]
    assert before == ["Förslag till beslut", "Vi föreslår att distriktskongressen beslutar"]


def test_each_ordered_list_begins_at_one(document: Any) -> None:
    first, inside, second, again = [_number(p) for p in document.paragraphs if p.style.name == "List Number"]
    assert first is not None
    assert inside is not None
    assert again is not None
    assert first == second
    assert len({first[0], inside[0], again[0]}) == 3
    assert [level for _number, level in (first, inside, again)] == [0, 1, 0]
    assert _format(document, *first) == ("decimal", "%1.", True)
    assert _format(document, *inside) == ("lowerLetter", "%2.", True)
    assert _format(document, *again) == ("decimal", "%1.", True)


def test_numbering_part_has_kinds_before_instances(document: Any) -> None:
    tags = [child.tag for child in document.part.numbering_part.element]
    assert tags == sorted(tags, key=lambda tag: tag == qn("w:num"))


def test_backing_associations_stand_in_a_table_with_a_header(document: Any) -> None:
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Förening", "Beslutat av", "Datum", "Protokoll", "Att-satser"],
        ["Norrby förening", "medlemsmötet", "2026-05-02", "§ 7", "alla"],
        ["Hamnens förening", "styrelsen", "2026-05-12", "§ 12 b", "1, 3"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Föreningar som ställer sig bakom motionen"


def test_date_association_and_authors_close_the_motion(document: Any) -> None:
    signed = [p.text for p in document.paragraphs if p.style.name == "Motion underskrift"]
    assert signed == [
        "Den 3 juni 2026",
        "Vallsta socialdemokratiska förening\nAstrid Åkesson\nBo Öberg",
    ]


def test_footer_has_the_receipt_and_page_numbers(document: Any) -> None:
    footer = document.sections[0].footer
    assert [p.text for p in footer.paragraphs] == [
        "Inlämnad 3 juni 2026 kl. 14:05", f"SHA-256: {SHA256}", "Sida 1 av 1"
    ]  # fmt: skip
    codes = [code.text.strip() for code in footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_motion_that_is_not_handed_in_has_page_numbers_only() -> None:
    footer = Document(BytesIO(docx(sample(receipt=None)))).sections[0].footer
    assert [p.text for p in footer.paragraphs] == ["Sida 1 av 1"]


def test_page_is_a4_and_language_swedish(document: Any) -> None:
    section = document.sections[0]
    assert abs(section.page_width - Mm(210)) < Mm(1)
    assert abs(section.page_height - Mm(297)) < Mm(1)
    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "sv-SE"
    assert document.settings.element.find(qn("w:themeFontLang")).get(qn("w:val")) == "sv-SE"


def test_word_is_not_sent_into_compatibility_mode(document: Any) -> None:
    (setting,) = document.settings.element.find(qn("w:compat"))
    assert setting.get(qn("w:name")) == "compatibilityMode"
    assert setting.get(qn("w:val")) == "15"


def test_properties_tell_what_the_file_is(document: Any) -> None:
    properties = document.core_properties
    assert properties.title == "Bussar som går på kvällen"
    assert properties.subject == "Motion till Distriktskongressen 2026"
    assert properties.author == "Astrid Åkesson, Bo Öberg, Vallsta socialdemokratiska förening"
    assert properties.language == "sv-SE"
    assert properties.comments == ""


def test_every_style_and_number_that_is_used_is_defined(document: Any) -> None:
    defined = {style.style_id for style in document.styles}
    used = {
        element.get(qn("w:val"))
        for tag in ("w:pStyle", "w:rStyle", "w:tblStyle")
        for element in document.element.body.iter(qn(tag))
    }
    assert used <= defined
    assert all(
        style.base_style is None or style.base_style.style_id in defined
        for style in document.styles
        if style.type in (WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER)
    )
    instances = {num.get(qn("w:numId")) for num in document.part.numbering_part.element.findall(qn("w:num"))}
    assert {each.get(qn("w:val")) for each in document.element.body.iter(qn("w:numId"))} <= instances


def test_nothing_of_the_library_s_own_template_is_left_in_the_file() -> None:
    with ZipFile(BytesIO(docx(sample()))) as archive:
        names = archive.namelist()
        assert not [name for name in names if "thumbnail" in name or "WithEffects" in name or "customXml" in name]
        assert b"python-docx" not in b"".join(archive.read(name) for name in names)


def test_motion_without_demands_or_backing_has_neither_heading() -> None:
    export = sample(text=motion_text(body=paragraphs("Bara en tanke."), demands=()), signatories=())
    document = Document(BytesIO(docx(export)))
    assert [p.text for p in document.paragraphs] == [
        "Bussar som går på kvällen",
        "Motion till Distriktskongressen 2026",
        "Bara en tanke.",
        "Den 3 juni 2026",
        "Vallsta socialdemokratiska förening\nAstrid Åkesson\nBo Öberg",
    ]
    assert not document.tables


def test_many_authors_and_a_long_title_fit_into_the_properties() -> None:
    authors = tuple(f"Astrid Åkesson den {number}:e" for number in range(60))
    document = Document(BytesIO(docx(sample(authors=authors, text=motion_text(title="Tåg " * 75)))))
    assert len(document.core_properties.author) <= 255
    assert document.core_properties.title.endswith("Tåg…")
    assert document.paragraphs[0].text == ("Tåg " * 75).strip()
    assert all(author in document.paragraphs[-2].text for author in authors)


# ECMA-376, part 1: the sequences of CT_PPr, CT_RPr, CT_TblPr and CT_Settings, as far as python-docx or we write them.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs suppressAutoHyphens spacing ind "
    "contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern position sz szCs highlight u effect "
    "bdr shd vertAlign rtl cs lang",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption tblDescription",
    "lvl": "start numFmt lvlRestart pStyle suff lvlText lvlJc pPr rPr",
    "settings": "view zoom bordersDoNotSurroundHeader bordersDoNotSurroundFooter hideSpellingErrors "
    "hideGrammaticalErrors proofState defaultTabStop drawingGridHorizontalSpacing drawingGridVerticalSpacing "
    "displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery characterSpacingControl "
    "savePreviewPicture doNotValidateAgainstSchema hdrShapeDefaults footnotePr endnotePr compat docVars rsids mathPr "
    "themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures shapeDefaults "
    "decimalSymbol listSeparator docId defaultImageDpi",
}


@pytest.mark.parametrize("kind", list(ORDER))
def test_properties_stand_in_the_order_that_the_schema_asks_for(document: Any, kind: str) -> None:
    order = ORDER[kind].split()
    parts = [
        document.element, document.styles.element, document.part.numbering_part.element, document.settings.element,
        document.sections[0].footer._element,
    ]  # fmt: skip
    found = 0
    for part in parts:
        for element in part.iter(qn(f"w:{kind}")):
            names = [child.tag.rpartition("}")[2] for child in element]
            assert set(names) <= set(order)
            places = [order.index(name) for name in names]
            assert places == sorted(places), names
            found += 1
    assert found
