"""The OpenDocument text, opened again."""

from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import pytest
from odfdo import Document

from app.exchange.odt import odt
from tests.exchange.samples import DEMANDS, SHA256, motion_text, paragraphs, sample


@pytest.fixture(scope="module")
def document() -> Any:
    return Document(BytesIO(odt(sample())))


def _content(file: bytes) -> str:
    return ZipFile(BytesIO(file)).read("content.xml").decode()


def _texts(elements: list[Any]) -> list[str]:
    return [element.inner_text.strip() for element in elements]


def test_headings_form_an_outline_without_gaps(document: Any) -> None:
    outline = [(int(heading.level), heading.inner_text) for heading in document.body.headers]
    assert outline == [
        (1, "Bussar som går på kvällen"),
        (2, "Bakgrund"),
        (3, "Kostnad"),
        (2, "Förslag till beslut"),
        (2, "Föreningar som ställer sig bakom motionen"),
    ]


def test_demands_are_one_numbered_list(document: Any) -> None:
    (demands,) = [each for each in document.body.get_elements("text:list") if each.style == "Att-satser"]
    assert _texts(demands.get_items()) == list(DEMANDS)
    level = document.styles.get_element("//text:list-style[@style:name='Att-satser']/text:list-level-style-number")
    assert level.get_attribute("style:num-format") == "1"


def test_lists_are_nested_as_they_were(document: Any) -> None:
    outer = [each for each in document.body.get_elements("text:list") if each.style in ("Bullets", "Numbers")]
    assert [each.style for each in outer] == ["Bullets", "Numbers", "Numbers"]
    inner = outer[0].get_elements("text:list-item/text:list")
    assert [_texts(each.get_elements("text:list-item")) for each in inner] == [["på vardagar", "på helger"]]


def test_marks_and_links_are_kept(document: Any) -> None:
    spans = {span.inner_text: span.style for span in document.body.get_spans() if span.style}
    assert spans["äldreboendet"] == "Strong_20_Emphasis"
    assert spans["alltid"] == "Emphasis"
    assert spans["Fet och kursiv"] == "Strong_20_and_20_Emphasis"
    (link,) = document.body.get_links()
    assert (link.inner_text, link.url) == ("tidtabellen", "https://exempel.se/tider?linje=12&dag=1")


def test_line_breaks_and_runs_of_spaces_are_elements_of_their_own() -> None:
    content = _content(odt(sample(text=motion_text(body=paragraphs("tre   mellanslag\noch en rad")))))
    assert 'tre<text:s text:c="3"/>mellanslag<text:line-break/>och en rad' in content


def test_demand_is_one_line_with_single_spaces() -> None:
    assert "att bussen går" in _content(odt(sample(text=motion_text(demands=("att   bussen\ngår",)))))


def test_backing_associations_stand_in_a_table_with_a_header(document: Any) -> None:
    (table,) = document.body.get_elements("table:table")
    header = _texts(table.get_elements("table:table-header-rows/table:table-row/table:table-cell"))
    rows = _texts(table.get_elements("table:table-row/table:table-cell"))
    assert header == ["Förening", "Beslutat av", "Datum", "Protokoll", "Att-satser"]
    assert rows[:5] == ["Norrby förening", "medlemsmötet", "2026-05-02", "§ 7", "alla"]
    assert rows[5:] == ["Hamnens förening", "styrelsen", "2026-05-12", "§ 12 b", "1, 3"]


def test_page_is_a4_with_page_numbers_and_the_receipt_in_the_footer(document: Any) -> None:
    layout = document.styles.get_element("//style:page-layout-properties")
    assert (layout.get_attribute("fo:page-width"), layout.get_attribute("fo:page-height")) == ("210mm", "297mm")
    footer = document.styles.get_element("//style:footer")
    assert [p.inner_text for p in footer.get_elements("text:p")] == [
        "Inlämnad 3 juni 2026 kl. 14:05", f"SHA-256: {SHA256}", "Sida 1 av 1"
    ]  # fmt: skip
    assert footer.get_elements("//text:page-number")


def test_file_says_what_it_is(document: Any) -> None:
    assert document.meta.title == "Bussar som går på kvällen"
    assert document.meta.language == "sv-SE"
    assert document.meta.initial_creator == "Astrid Åkesson, Bo Öberg, Vallsta socialdemokratiska förening"
    style = document.styles.get_element("//style:default-style[@style:family='paragraph']/style:text-properties")
    assert (style.get_attribute("fo:language"), style.get_attribute("fo:country")) == ("sv", "SE")


def test_package_is_as_the_standard_wants_it() -> None:
    with ZipFile(BytesIO(odt(sample()))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        manifest = ET.fromstring(archive.read("META-INF/manifest.xml"))  # noqa: S314 - our own file
        space = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
        listed = {entry.get(f"{space}full-path") for entry in manifest}
        parts = {name for name in archive.namelist() if not name.endswith("/")}
        assert parts - {"mimetype", "META-INF/manifest.xml"} <= listed
        assert {name for name in listed if name and not name.endswith("/")} <= parts


def test_every_style_that_is_used_is_defined() -> None:
    with ZipFile(BytesIO(odt(sample()))) as archive:
        parts = [archive.read(name) for name in ("content.xml", "styles.xml")]
    roots = [ET.fromstring(part) for part in parts]  # noqa: S314 - our own file
    style, text, table = (
        f"{{urn:oasis:names:tc:opendocument:xmlns:{space}:1.0}}" for space in ("style", "text", "table")
    )
    defined = {each.get(f"{style}name") for root in roots for each in root.iter() if each.get(f"{style}name")}
    used = {
        each.get(f"{space}style-name")
        for each in roots[0].iter()
        for space in (text, table)
        if each.get(f"{space}style-name")
    }
    assert used
    assert used <= defined
