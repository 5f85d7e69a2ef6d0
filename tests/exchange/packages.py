"""Word and OpenDocument packages put together by hand, for what no library would write."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
)
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCUMENT_WITH_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file with `parts`."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(body: str, parts: Mapping[str, str | bytes] | None = None, *, kind: str = DOCUMENT, head: str = "") -> bytes:
    """A .docx with `body` inside w:body; the prefixes w, r, mc and wps are declared."""
    document = (
        f'{head}<w:document xmlns:w="{_WORD}" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return package(
        {"[Content_Types].xml": _CONTENT_TYPES.format(kind=kind), "word/document.xml": document, **(parts or {})}
    )


def word_part(name: str, content: str) -> str:
    """Another part of a .docx, with `name` as its root element."""
    return f'<w:{name} xmlns:w="{_WORD}">{content}</w:{name}>'


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def open_document(body: str, parts: Mapping[str, str | bytes] | None = None, *, head: str = "") -> bytes:
    """An .odt with `body` inside office:text; the prefixes office, text, style, fo, draw, table, dc are declared."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"), ("text", "text"), ("style", "style"), ("fo", "xsl-fo-compatible"),
            ("draw", "drawing"), ("table", "table"),
        )
    )  # fmt: skip
    content = (
        f'{head}<office:document-content {spaces} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **(parts or {})})
