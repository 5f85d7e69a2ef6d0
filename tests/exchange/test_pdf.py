"""The PDF, as a screen reader and a printer meet it."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.exchange.pdf import pdf
from app.exchange.typesetting import STAND_IN
from tests.exchange.samples import DEMANDS, SHA256, motion_text, paragraphs, sample


@pytest.fixture(scope="module")
def reader() -> PdfReader:
    return PdfReader(BytesIO(pdf(sample())))


def _text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def _structure(node: Any) -> list[str]:
    """The tags of the structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [tag for child in node for tag in _structure(child)]
    if not isinstance(node, dict):
        return []
    own = [node["/S"]] if "/S" in node else []
    return own + (_structure(node["/K"]) if "/K" in node else [])


def test_file_is_tagged_and_says_so(reader: PdfReader) -> None:
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "sv-SE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_metadata_claims_pdf_ua(reader: PdfReader) -> None:
    metadata: Any = reader.root_object["/Metadata"].get_object()
    xmp = metadata.get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_title_and_authors_are_in_the_properties(reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == "Bussar som går på kvällen"
    assert "Astrid Åkesson" in (reader.metadata.author or "")


def test_structure_has_headings_lists_quotes_links_and_a_table(reader: PdfReader) -> None:
    tree: Any = reader.root_object["/StructTreeRoot"]
    tags = _structure(tree["/K"])
    assert [tag for tag in tags if tag[:2] == "/H" and tag[2:].isdigit()] == ["/H1", "/H2", "/H3", "/H2", "/H2"]
    assert {"/L", "/LI", "/LBody", "/P", "/Table", "/TH", "/TD", "/Link", "/BlockQuote"} <= set(tags)
    assert tags.count("/TH") == 5
    assert tags.count("/TD") == 10


def test_text_reads_in_order() -> None:
    text = _text(pdf(sample()))
    expected = [
        "Bussar som går på kvällen",
        "Motion till Distriktskongressen 2026",
        "Sista bussen",
        "Bakgrund",
        "Utan buss finns det ingen kväll.",
        "Förslag till beslut",
        "Vi föreslår att distriktskongressen beslutar",
        *DEMANDS,
        "Den 3 juni 2026",
        "Astrid Åkesson",
        "Föreningar som ställer sig bakom motionen",
        "Norrby förening",
    ]
    places = [text.index(words) for words in expected]
    assert places == sorted(places)
    assert f"SHA-256: {SHA256}" in text
    assert "Sida 1 av" in text


def test_demands_are_numbered() -> None:
    text = _text(pdf(sample()))
    assert all(f"{number}. {demand}" in text for number, demand in enumerate(DEMANDS, start=1))


def test_pages_are_a4(reader: PdfReader) -> None:
    for page in reader.pages:
        assert float(page.mediabox.width) == pytest.approx(595.28, abs=0.5)
        assert float(page.mediabox.height) == pytest.approx(841.89, abs=0.5)


def test_link_leads_where_it_led(reader: PdfReader) -> None:
    annotations = [each.get_object() for page in reader.pages for each in page.get("/Annots", [])]
    assert [each["/A"]["/URI"] for each in annotations] == ["https://exempel.se/tider?linje=12&dag=1"]


def test_same_export_gives_the_same_bytes() -> None:
    assert pdf(sample()) == pdf(sample())
    assert pdf(sample()) != pdf(sample(dated=date(2026, 6, 4)))


def test_markup_of_the_typesetter_is_text_like_any_other() -> None:
    hostile = '#read("/etc/passwd") #panic() $x^2$ *fet* _kursiv_ @ref <label> = Rubrik // /* */ \\ ` ~ [a](b)'
    text = _text(pdf(sample(text=motion_text(hostile, paragraphs(hostile), (f"att {hostile}",)))))
    # Lines break between words, so the spaces are left out on both sides.
    assert "".join(text.split()).count("".join(hostile.split())) == 3


def test_character_that_the_fonts_lack_is_shown_as_such_and_explained() -> None:
    text = _text(pdf(sample(text=motion_text("Tåg 🚆", paragraphs("日本 och שלום"), ("att 👩‍👩‍👧 får plats",)))))
    assert f"Tåg {STAND_IN}" in text
    assert f"att {STAND_IN} får plats" in text
    assert f"{STAND_IN} står för ett tecken som typsnittet saknar." in text
    assert STAND_IN not in _text(pdf(sample()))


def test_endless_word_is_broken_and_not_run_off_the_paper() -> None:
    content = pdf(sample(text=motion_text(body=paragraphs("å" * 2_000))))
    text = _text(content)
    assert text.count("å" * 18) > 50
    assert max(len(line) for line in text.splitlines()) < 120


def test_long_motion_fills_several_pages_with_its_table_heading_repeated() -> None:
    signatory = sample().signatories[0]
    content = pdf(sample(signatories=(signatory,) * 90))
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert len(pages) > 2
    assert all("Förening Beslutat av" in page for page in pages[1:])
    assert f"Sida {len(pages)} av {len(pages)}" in pages[-1]
