"""Looking over a Word document that somebody wants to have as a template, before anything else opens it.

What comes out is a package packed anew: parts that were read through the same bounds as an import, without programs,
without anything that Word would fetch from elsewhere or run when the document is opened.
"""

import re
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import NoReturn
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile

from docx.opc.oxml import serialize_part_xml
from docx.oxml.parser import parse_xml

from app.exchange.paper import safe_link
from app.exchange.reading.archive import Archive, broken, encrypted, guarded, swollen, with_macros
from app.kit.errors import Invalid, TooLarge
from app.kit.i18n import _

MOST_BYTES = 4 * 1024 * 1024
MOST_PARTS = 300
_UNPACKED = 24 * 1024 * 1024
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_DOCUMENT = b"wordprocessingml.document.main+xml"
_TEMPLATE = b"wordprocessingml.template.main+xml"
#: What Word writes into ordinary documents; anything else has no business in a letterhead.
_ORDINARY = {
    "officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail", "styles",
    "stylesWithEffects", "settings", "webSettings", "fontTable", "font", "theme", "numbering", "header", "footer",
    "footnotes", "endnotes", "image", "hyperlink", "customXml", "customXmlProps", "glossaryDocument", "comments",
    "commentsExtended", "commentsIds", "commentsExtensible", "people", "printerSettings", "hdphoto",
    "chart", "chartStyle", "chartColorStyle", "classificationlabels",
    "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing",
}  # fmt: skip
#: Where the document was made, and what it was merged with: of no use to anybody else, and fetched when it is opened.
_TAKEN_OUT = {"attachedTemplate", "mailMergeSource", "mailMergeHeaderSource", "mailMergeRecipientData", "recipientData"}
_FETCHING = re.compile(
    r"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|RD|MACROBUTTON|EMBED|CONTROL|HTMLCONTROL)\b",
    re.IGNORECASE,
)


def looked_over(name: str, data: bytes) -> bytes:
    """The document as a .docx that is safe to open. Raises Invalid or TooLarge, with what to do, for anything else."""
    if len(data) > MOST_BYTES:
        raise TooLarge(
            _(
                "The template is larger than {megabytes} MB, mostly because of pictures. "
                "Make them smaller, and try again.",
                megabytes=MOST_BYTES // 2**20,
            )
        )
    parts = _parts(name, data)
    _refuse_programs(parts)
    # Read through the guard: no document type, bounded depth and size.
    roots = {part: guarded(parts[part]) for part in parts if part.endswith((".xml", ".rels"))}
    main = _main(roots)
    if roots[main].tag != f"{{{_WORD}}}document":
        _no_word_document()
    for part, root in roots.items():
        if part.endswith(".rels"):
            parts[part] = _relations(part, root, parts)
        else:
            _refuse_fetching(root)
        if part == f"{dirname(main)}/settings.xml":
            parts[part] = _settings(parts[part])
    parts[_TYPES] = parts[_TYPES].replace(_TEMPLATE, _DOCUMENT)
    if _DOCUMENT not in parts[_TYPES]:
        _no_word_document()
    return _packed(parts)


def _parts(name: str, data: bytes) -> dict[str, bytes]:
    """The unpacked parts of an office document."""
    if name.lower().endswith((".docm", ".dotm")):
        with_macros()
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        encrypted()
    if not data.startswith(b"PK"):
        _no_word_document()
    archive = Archive(data)
    if _TYPES not in archive.names:
        _no_word_document()
    if len(archive.names) > MOST_PARTS:
        swollen()
    parts: dict[str, bytes] = {}
    unpacked = 0
    for part in sorted(archive.names):
        if not part.endswith("/"):
            parts[part] = archive.read(part)
            unpacked += len(parts[part])
            if unpacked > _UNPACKED:
                swollen()
    return parts


def _packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        # The list of contents comes first, as Word writes it.
        for part in (_TYPES, *(part for part in parts if part != _TYPES)):
            package.writestr(part, parts[part])
    return out.getvalue()


def _refuse_programs(parts: dict[str, bytes]) -> None:
    names = [part.lower() for part in parts]
    if any("vba" in part or "/activex/" in part for part in names) or b"macroenabled" in parts[_TYPES].lower():
        with_macros()
    if any("/embeddings/" in part or "/webextensions/" in part for part in names):
        _foreign_object()


def _main(roots: dict[str, ET.Element]) -> str:
    for relation in roots.get("_rels/.rels", ()):
        if relation.get("Type", "").endswith("/officeDocument"):
            target = normpath(relation.get("Target", "").lstrip("/"))
            if target in roots:
                return target
    return broken()


def _relations(part: str, root: ET.Element, parts: dict[str, bytes]) -> bytes:
    """The relations of a part, without those that are taken out. Invalid for one that leads out of the document."""
    folder = dirname(dirname(part))
    kept = ET.Element("Relationships", xmlns=_RELATIONSHIPS)
    for relation in root:
        kind = relation.get("Type", "").rpartition("/")[2]
        target = relation.get("Target", "")
        if kind in _TAKEN_OUT:
            continue
        if relation.get("TargetMode") == "External":
            if kind != "hyperlink" or safe_link(target) is None:
                raise Invalid(
                    _(
                        "The template fetches something from elsewhere ({target}) when it is opened, "
                        "so it was not taken. Put it into the document itself, or remove the link, and try again.",
                        target=target[:120] or kind,
                    )
                )
        elif kind not in _ORDINARY:
            _foreign_object()
        elif kind != "hyperlink":
            path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            if path not in parts:
                # A relation to nowhere: Word passes over it, other programs do not.
                continue
        ET.SubElement(kept, "Relationship", relation.attrib)
    written: bytes = ET.tostring(kept, encoding="UTF-8", xml_declaration=True)
    return written


def _refuse_fetching(root: ET.Element) -> None:
    """Fields that fetch or run something; their instruction may be cut into pieces."""
    written = "".join(each.text or "" for each in root.iter(f"{{{_WORD}}}instrText"))
    simple = " ".join(each.get(f"{{{_WORD}}}instr", "") for each in root.iter(f"{{{_WORD}}}fldSimple"))
    if found := _FETCHING.search(f"{written} {simple}"):
        raise Invalid(
            _(
                "The template has a field ({field}) that fetches or starts something when the document is opened, "
                "so it was not taken. Remove the field, and try again.",
                field=found[0].upper(),
            )
        )
    if any(root.iter(f"{{{_WORD}}}altChunk")) or any(root.iter(f"{{{_WORD}}}subDoc")):
        _foreign_object()


def _settings(data: bytes) -> bytes:
    """The settings without what belonged to the relations that are taken out."""
    root = parse_xml(data)
    for name in ("attachedTemplate", "mailMerge", "linkStyles"):
        for found in root.findall(f"{{{_WORD}}}{name}"):
            root.remove(found)
    written: bytes = serialize_part_xml(root)
    return written


def _foreign_object() -> NoReturn:
    raise Invalid(
        _(
            "The template holds an embedded object, such as a spreadsheet or a control, that could do harm, "
            "so it was not taken. Remove it, or insert it as a picture, and try again."
        )
    )


def _no_word_document() -> NoReturn:
    raise Invalid(
        _(
            "The file is no Word document of the usual kind. Open it in your word processor, save it as .docx "
            "(not as “Strict Open XML”), and try again."
        )
    )
