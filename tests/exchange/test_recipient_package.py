"""Documents that strangers want to have as templates: what is taken, what is taken out, what is refused and why."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document

from app.exchange.recipient.example import example
from app.exchange.recipient.package import MOST_BYTES, looked_over
from app.kit.errors import AppError, Invalid, TooLarge
from tests.exchange.packages import open_document, package

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(**changes: tuple[str, str]) -> bytes:
    """The example with a replacement (old, new) in some parts; keys are the parts' last names without their ending."""
    held = parts(example())
    for name in list(held):
        short = name.rpartition("/")[2].partition(".")[0]
        if name.endswith("document.xml.rels"):
            short = "relations"
        if name.endswith("settings.xml.rels"):
            short = "settings_relations"
        if short in changes:
            old, new = changes[short]
            assert old.encode() in held[name], name
            held[name] = held[name].replace(old.encode(), new.encode(), 1)
    return package(held)


def relation(kind: str, target: str, mode: str = "External") -> str:
    return f'<Relationship Id="rId77" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'


def test_ordinary_document_is_taken_and_opens() -> None:
    assert Document(BytesIO(looked_over("mall.docx", example()))).paragraphs


def test_word_template_becomes_a_document() -> None:
    held = parts(example())
    types = held["[Content_Types].xml"]
    held["[Content_Types].xml"] = types.replace(b"document.main+xml", b"template.main+xml")
    assert Document(BytesIO(looked_over("mall.dotx", package(held)))).paragraphs


def test_link_to_where_it_was_made_is_taken_out() -> None:
    held = parts(example())
    held["word/_rels/settings.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + relation("attachedTemplate", "http://evil.example/x.dotm")
    ).encode()
    settings = held["word/settings.xml"]
    position = settings.index(b">", settings.index(b"<w:settings")) + 1
    attached = f'<w:attachedTemplate xmlns:r="{OFFICE}" r:id="rId77"/>'.encode()
    held["word/settings.xml"] = settings[:position] + attached + settings[position:]
    safe = parts(looked_over("mall.docx", package(held)))
    assert all(b"evil.example" not in content and b"attachedTemplate" not in content for content in safe.values())


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("image", "https://evil.example/pixel.png"),
        ("oleObject", "file:///etc/passwd"),
        ("frame", "https://evil.example/"),
        ("hyperlink", "file://server/share"),
        ("hyperlink", "javascript:alert(1)"),
        ("subDocument", "https://evil.example/"),
    ],
)
def test_what_would_be_fetched_from_elsewhere_is_refused_and_named(kind: str, target: str) -> None:
    with pytest.raises(Invalid, match=target.partition(":")[0]):
        looked_over("mall.docx", changed(relations=("</Relationships>", relation(kind, target))))


def test_link_to_a_web_page_is_kept() -> None:
    linked = changed(relations=("</Relationships>", relation("hyperlink", "https://example.org/")))
    assert b"https://example.org/" in parts(looked_over("mall.docx", linked))["word/_rels/document.xml.rels"]


@pytest.mark.parametrize("field", ["INCLUDETEXT &quot;x&quot;", "DDEAUTO c:\\\\x", "includepicture x", "LINK Excel"])
def test_field_that_fetches_is_refused(field: str) -> None:
    halves = field[:4], field[4:]
    runs = "".join(f"<w:r><w:instrText>{half}</w:instrText></w:r>" for half in halves)
    with pytest.raises(Invalid):
        looked_over("mall.docx", changed(document=("</w:p>", f"{runs}</w:p>")))


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    held = parts(example())
    for name, data in (
        ("mall.docm", example()),
        ("mall.docx", package({**held, "word/vbaProject.bin": b"x"})),
        ("mall.docx", package({**held, "word/activeX/activeX1.xml": b"<x/>"})),
        (
            "mall.docx",
            package(
                {
                    **held,
                    "[Content_Types].xml": held["[Content_Types].xml"].replace(
                        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                        b"application/vnd.ms-word.document.macroEnabled.main+xml",
                    ),
                }
            ),
        ),
    ):
        with pytest.raises(Invalid, match="makron"):
            looked_over(name, data)


def test_embedded_object_is_refused() -> None:
    with pytest.raises(Invalid):
        looked_over("mall.docx", package({**parts(example()), "word/embeddings/oleObject1.bin": b"x"}))


def test_entities_are_refused_wherever_they_are() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    for part in ("word/document.xml", "word/styles.xml", "word/custom.xml", "word/_rels/document.xml.rels"):
        with pytest.raises(Invalid):
            looked_over("mall.docx", package({**parts(example()), part: bomb}))


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts(example()).items():
            archive.writestr(name, content)
        archive.writestr("word/media/image1.png", bytes(60 * 2**20))
    with pytest.raises(TooLarge):
        looked_over("mall.docx", out.getvalue())
    with pytest.raises(TooLarge):
        looked_over("mall.docx", package({**parts(example()), **{f"word/{n}.xml": "<x/>" for n in range(400)}}))
    with pytest.raises(TooLarge):
        looked_over("mall.docx", b"PK" + bytes(MOST_BYTES))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hej",
        b"%PDF-1.7",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
        package({"a.txt": "x"}),
        package({"[Content_Types].xml": "<Types/>"}),
        open_document("<text:p>Hej</text:p>"),
        example()[:2000],
    ],
)
def test_what_is_no_word_document_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(AppError) as refused:
        looked_over("mall.docx", data)
    assert len(str(refused.value)) > 40
