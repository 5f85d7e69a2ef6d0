"""Taking in documents: what others wrote, and what we exported ourselves."""

import struct
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.text import Block, Span
from app.exchange.docx import docx
from app.exchange.importing import draft_from_file, draft_from_text
from app.exchange.markdown import markdown
from app.exchange.odt import odt
from app.exchange.plain import plain
from app.exchange.reading.archive import MOST_BYTES, MOST_DEPTH, MOST_ELEMENTS, MOST_PART_BYTES, MOST_PARTS
from app.exchange.reading.interpret import Draft
from app.exchange.reading.sheet import MOST_CHARACTERS
from app.kit.errors import AppError, Invalid, TooLarge
from app.kit.i18n import using_locale
from tests.exchange.packages import DOCUMENT_WITH_MACROS, open_document, package, paragraph, word, word_part
from tests.exchange.samples import BODY, DEMANDS, sample, texts


def _texts(draft: Draft) -> tuple[str, tuple[Block, ...], tuple[str, ...]]:
    return draft.title, draft.body, draft.demands


def _bodies(draft: Draft) -> list[str]:
    return [block.text for block in draft.body]


def _reasons(draft: Draft) -> str:
    return " ".join(dropped.reason for dropped in draft.dropped)


@pytest.mark.parametrize(
    ("name", "write"),
    [("m.docx", docx), ("m.odt", odt), ("m.md", lambda export: markdown(export).encode())],
    ids=["docx", "odt", "md"],
)
def test_export_comes_back_as_the_motion_it_was(name: str, write: Callable[[Any], bytes]) -> None:
    draft = draft_from_file(name, write(sample()))
    assert _texts(draft) == texts(sample().text)
    assert any("Astrid Åkesson" in dropped.text for dropped in draft.dropped)


def test_plain_export_comes_back_without_its_marks() -> None:
    draft = draft_from_file("m.txt", plain(sample()).encode())
    assert draft.title == "Bussar som går på kvällen"
    assert draft.demands == DEMANDS
    assert _bodies(draft)[1:] == [block.text for block in BODY[1:]]
    assert [block.kind for block in draft.body if block.kind in ("bullet", "ordered", "quote")] == [
        block.kind for block in BODY if block.kind in ("bullet", "ordered", "quote")
    ]


def test_export_with_demands_added_in_word_comes_back_with_them() -> None:
    document = Document(BytesIO(docx(sample())))
    last = [p for p in document.paragraphs if p.style is not None and p.style.name == "Att-sats"][-1]
    last.insert_paragraph_before("Socialdemokraterna inför nattbuss.", style="Att-sats")
    out = BytesIO()
    document.save(out)
    draft = draft_from_file("m.docx", out.getvalue())
    assert draft.demands == (*DEMANDS[:2], "att Socialdemokraterna inför nattbuss.", DEMANDS[2])


def _by_hand() -> bytes:
    """A motion as people write them in Word: a title in bold, "Vi yrkar", typed demands, names at the end."""
    document = Document()
    document.add_paragraph("Motion till kongressen 2026")
    document.add_paragraph().add_run("Läxhjälp på varje bibliotek").bold = True
    document.add_heading("Bakgrund", level=1)
    body = document.add_paragraph("Många barn har ")
    body.add_run("ingen").italic = True
    body.add_run(" plats att läsa på.")
    document.add_paragraph("öppettider", style="List Bullet")
    document.add_paragraph("lokaler", style="List Bullet 2")
    document.add_paragraph("först", style="List Number")
    document.add_paragraph("Någon sade det väl.", style="Quote")
    document.add_heading("Förslag", level=2)
    document.add_paragraph("Därför yrkar vi:")
    document.add_paragraph("att varje bibliotek har läxhjälp en kväll i veckan")
    document.add_paragraph("- Att  kommunen betalar")
    document.add_paragraph("Lillån den 3 maj 2026")
    document.add_paragraph("Astrid Åkesson, Lillåns förening")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_motion_written_by_hand_in_word_is_understood() -> None:
    draft = draft_from_file("Motion slutlig (2).docx", _by_hand())
    assert draft.title == "Läxhjälp på varje bibliotek"
    assert draft.demands == ("att varje bibliotek har läxhjälp en kväll i veckan", "att kommunen betalar")
    assert draft.body == (
        Block("heading", (Span("Bakgrund"),), 2),
        Block("paragraph", (Span("Många barn har "), Span("ingen", italic=True), Span(" plats att läsa på."))),
        Block("bullet", (Span("öppettider"),), 0),
        Block("bullet", (Span("lokaler"),), 1),
        Block("ordered", (Span("först"),), 0),
        Block("quote", (Span("Någon sade det väl."),)),
    )
    dropped = [each.text for each in draft.dropped]
    assert "Motion till kongressen 2026" in dropped
    assert "Förslag\nDärför yrkar vi:" in dropped
    assert "Lillån den 3 maj 2026\nAstrid Åkesson, Lillåns förening" in dropped


def test_nothing_that_was_written_is_lost_without_being_named() -> None:
    file = _by_hand()
    draft = draft_from_file("m.docx", file)
    kept = " ".join([draft.title, *_bodies(draft), *draft.demands, *(each.text for each in draft.dropped)]).lower()
    for written in Document(BytesIO(file)).paragraphs:
        assert all(part in kept for part in written.text.lower().removeprefix("- ").split())


def test_numbered_list_below_vi_yrkar_is_demands_without_the_word_att() -> None:
    draft = draft_from_text(
        "Mer idrott\n\nBarn sitter still.\n\nVi yrkar att\n1. skolgårdar hålls öppna\n2. hallar är gratis"
    )
    assert draft.demands == ("att skolgårdar hålls öppna", "att hallar är gratis")
    assert _bodies(draft) == ["Barn sitter still."]


def test_demand_inside_the_last_sentence_is_found() -> None:
    draft = draft_from_text("Öppna sjön\n\nSjön är stängd.\n\nDärför föreslår vi att kommunen öppnar sjön.")
    assert draft.demands == ("att kommunen öppnar sjön.",)


def test_demands_separated_by_line_breaks_only_are_told_apart() -> None:
    body = "<w:p><w:r><w:t>Vi yrkar</w:t><w:br/><w:t>att ett</w:t><w:br/><w:t>att två</w:t></w:r></w:p>"
    draft = draft_from_file("m.docx", word(paragraph("Rubrik") + paragraph("Text.") + body))
    assert draft.demands == ("att ett", "att två")
    assert draft.title == "Rubrik"


def test_paragraph_that_merely_begins_with_att_stays_when_real_demands_follow() -> None:
    draft = draft_from_text("Tåg\n\nAtt åka tåg är roligt.\n\nMen dyrt.\n\nVi yrkar\n\natt det blir billigt")
    assert _bodies(draft) == ["Att åka tåg är roligt.", "Men dyrt."]
    assert draft.demands == ("att det blir billigt",)


def test_long_text_below_the_demands_stays_in_the_body() -> None:
    long = "Bakgrunden är längre än så. " * 12
    draft = draft_from_text(f"Tåg\n\nKort.\n\natt det blir billigt\n\n{long}")
    assert _bodies(draft) == ["Kort.", long.strip()]


def test_what_is_missing_is_said() -> None:
    draft = draft_from_text("Detta är en lång tanke utan rubrik, som slutar med en punkt.")
    assert draft.title == ""
    assert draft.demands == ()
    assert len(draft.dropped) == 2


def test_mail_that_was_wrapped_is_put_together_again() -> None:
    draft = draft_from_text(
        "Bättre cykelvägar\n\nDen som cyklar till skolan i vårt område måste korsa den stora\n"
        "vägen två gånger, och det finns varken bro eller tunnel där som\nbarn kan ta sig fram i."
    )
    assert len(draft.body) == 1
    assert "stora vägen" in draft.body[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_file_is_read_in_any_usual_encoding(encoding: str) -> None:
    draft = draft_from_file("m.txt", "Gå på å\r\n\r\nÄlven är öppen.\r\n\r\natt ön nås".encode(encoding))
    assert (draft.title, draft.demands) == ("Gå på å", ("att ön nås",))


def test_html_in_markdown_is_text_and_links_are_plain_addresses_only() -> None:
    draft = draft_from_file(
        "m.md", b"# T\n\n<script>alert(1)</script> [a](javascript:alert(1)) [b](https://b.se) ![c](c.png)\n"
    )
    text = draft.body[0].text
    assert "<script>alert(1)</script>" in text
    assert {span.link for span in draft.body[0].spans} == {None, "https://b.se"}


def test_word_features_that_have_no_place_are_named_with_their_words() -> None:
    body = (
        paragraph("Rubrik", '<w:pStyle w:val="T"/>')
        + "<w:p><w:r><w:t>Kvar</w:t></w:r><w:del><w:r><w:delText>struken mening</w:delText></w:r></w:del>"
        + "<w:ins><w:r><w:t> infogad</w:t></w:r></w:ins>"
        + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hemlig</w:t></w:r>"
        + '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:drawing/></w:r>'
        + "<w:r><mc:AlternateContent><mc:Choice><w:pict><w:txbxContent><w:p><w:r><w:t>i rutan</w:t></w:r></w:p>"
        + "</w:txbxContent></w:pict></mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        + f"<w:tbl><w:tr><w:tc>{paragraph('cell ett')}</w:tc><w:tc>{paragraph('cell två')}</w:tc></w:tr></w:tbl>"
        + paragraph("att nog")
    )
    parts = {
        "word/styles.xml": word_part("styles", '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'),
        "word/footnotes.xml": word_part("footnotes", f'<w:footnote w:id="2">{paragraph("se sidan 3")}</w:footnote>'),
        "word/comments.xml": word_part("comments", ""),
    }
    draft = draft_from_file("m.docx", word(body, parts))
    assert _bodies(draft) == ["Kvar infogad", "cell ett", "cell två"]
    assert {"struken mening", "hemlig", "se sidan 3", "i rutan"} <= {each.text for each in draft.dropped}
    with using_locale("en"):
        assert "Pictures can't be kept." in _reasons(draft_from_file("m.docx", word(body, parts)))


def test_strict_form_of_the_word_format_is_read() -> None:
    file = word(paragraph("Rubrik") + paragraph("att nog"))
    with ZipFile(BytesIO(file)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert draft_from_file("m.docx", package(parts)).demands == ("att nog",)


def test_open_document_features_that_have_no_place_are_named() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>struken</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:h text:outline-level="1">Rubrik</text:h>'
        "<text:p>Två  blanksteg\n och<text:s text:c='2'/>två<text:line-break/>rad"
        "<text:note><text:note-body><text:p>fotnot</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>kommentar</text:p></office:annotation>"
        "<draw:frame><draw:text-box><text:p>i rutan</text:p></draw:text-box></draw:frame></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>cell</text:p></table:table-cell></table:table-row>"
        "</table:table><text:list><text:list-item><text:p>att nog</text:p></text:list-item></text:list>"
    )
    draft = draft_from_file("m.odt", open_document(body))
    assert _bodies(draft) == ["Två blanksteg och  två\nrad", "cell"]
    assert draft.demands == ("att nog",)
    assert {"struken", "fotnot", "i rutan"} <= {each.text for each in draft.dropped}


def _encrypted_zip() -> bytes:
    data = bytearray(word(paragraph("x")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", data, at + offset)
            struct.pack_into("<H", data, at + offset, flags | 1)
            at = data.find(signature, at + 4)
    return bytes(data)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry><m:encryption-data/>'
    "</m:file-entry></m:manifest>"
)


@pytest.mark.parametrize(
    ("name", "data", "word_of_reason"),
    [
        ("m.docm", word(paragraph("x")), "macros"),
        ("m.docx", word(paragraph("x"), kind=DOCUMENT_WITH_MACROS), "macros"),
        ("m.docx", word(paragraph("x"), {"word/vbaProject.bin": b"x"}), "macros"),
        ("m.odt", open_document("<text:p>x</text:p>", {"Basic/Standard/Modul1.xml": "<x/>"}), "macros"),
        ("m.odt", open_document("<text:p>x</text:p>", {"META-INF/manifest.xml": _MANIFEST}), "password"),
        ("m.docx", _encrypted_zip(), "password"),
        ("m.docx", _OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("m.doc", _OLE, "before 2007"),
        ("m.pdf", b"%PDF-1.7 ...", "PDF"),
        ("m.rtf", b"{\\rtf1 hej}", "of a kind"),
        ("m.xyz", b"a\x00b\x00c", "of a kind"),
        ("m.xlsx", package({"xl/workbook.xml": "<x/>"}), "of a kind"),
        ("m.docx", package({"[Content_Types].xml": "<x/>"}), "damaged"),
        ("m.docx", word("<w:p>"), "damaged"),
        ("m.docx", b"PK\x03\x04 and then nothing", "damaged"),
        ("m.docx", package({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}), "damaged"),
        ("m.odt", package({"content.xml": "<x/>"}), "damaged"),
        ("m.txt", b"", "empty"),
        ("m.txt", b" \n\n ", "empty"),
    ],
)  # fmt: skip
def test_file_that_can_t_be_read_is_refused_with_what_to_do(name: str, data: bytes, word_of_reason: str) -> None:
    with using_locale("en"), pytest.raises(Invalid, match=word_of_reason):
        draft_from_file(name, data)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_xml_that_declares_entities_is_refused(head: str) -> None:
    for data in (word(paragraph("x"), head=head), open_document("<text:p>x</text:p>", head=head)):
        with pytest.raises(Invalid):
            draft_from_file("m", data)


@pytest.mark.parametrize(
    "data",
    [
        word(paragraph("x"), {"word/media/image.bin": bytes(30 * 2**20)}),
        word(paragraph(" " * (MOST_PART_BYTES + 1))),
        word(paragraph("x"), {f"word/media/{n}.bin": b"" for n in range(MOST_PARTS)}),
        word("<w:p/>" * (MOST_ELEMENTS + 1)),
        word("<w:sdt>" * (MOST_DEPTH + 1) + "</w:sdt>" * (MOST_DEPTH + 1)),
        word(paragraph("ord " * 10_000) * (MOST_CHARACTERS // 40_000 + 1)),
        bytes(MOST_BYTES + 1),
        b"PK\x01\x02" * (2 * MOST_PARTS + 1),
    ],
    ids=["bomb", "part", "parts", "elements", "depth", "characters", "bytes", "directory"],
)
def test_file_that_holds_more_than_a_document_is_refused(data: bytes) -> None:
    with pytest.raises(TooLarge):
        draft_from_file("m.docx", data if data.startswith(b"PK\x03") else b"PK\x03\x04" + data)


def test_text_that_is_pasted_is_bounded() -> None:
    with pytest.raises(TooLarge):
        draft_from_text("a" * (2 * 2**20 + 1))


FLAWS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True), st.sampled_from(["flip", "cut", "double", "end"]), st.integers(1, 200)
    ),
    min_size=1,
    max_size=6,
)
WHOLE = [docx(sample()), odt(sample())]


@given(whole=st.sampled_from(WHOLE), flaws=FLAWS)
@settings(max_examples=300, deadline=None)
def test_damaged_file_gives_a_draft_or_a_reason(whole: bytes, flaws: list[tuple[float, str, int]]) -> None:
    data = bytearray(whole)
    for share, kind, length in flaws:
        at = 4 + int(share * (len(data) - 4))
        if kind == "flip" and at < len(data):
            data[at] ^= 1 << length % 8
        elif kind == "cut":
            del data[at : at + length]
        elif kind == "double":
            data[at:at] = data[at : at + length]
        elif kind == "end":
            del data[at:]
    with suppress(AppError):
        draft_from_file("m", bytes(data))


def test_file_cut_short_is_refused() -> None:
    for whole in WHOLE:
        for length in range(4, len(whole) - 1, len(whole) // 20):
            with pytest.raises(Invalid):
                draft_from_file("m", whole[:length])


@given(
    part=st.sampled_from(
        ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/_rels/document.xml.rels", "_rels/.rels"]
    ),
    share=st.floats(0, 1, exclude_max=True),
    value=st.sampled_from(["99999999999999999999", "-1", "", "x", "/../../x", "²"]),
)
@settings(max_examples=150, deadline=None)
def test_damaged_attribute_in_a_sound_package_gives_a_draft_or_a_reason(part: str, share: float, value: str) -> None:
    with ZipFile(BytesIO(WHOLE[0])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    pieces = parts[part].split(b'"')
    pieces[int(share * (len(pieces) // 2)) * 2 + 1] = value.encode()
    with suppress(AppError):
        draft_from_file("m.docx", package({**parts, part: b'"'.join(pieces)}))


def test_motion_that_was_taken_in_can_be_exported_again() -> None:
    draft = draft_from_file("m.docx", _by_hand())
    again = draft_from_file("m.docx", docx(sample(text=draft.text)))
    assert _texts(again) == _texts(draft)
