"""Reading Word documents (ECMA-376, the transitional and the strict form)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from typing import Literal
from xml.etree.ElementTree import Element

from app.documents.text import Block, Span
from app.exchange import styles
from app.exchange.paper import clean, safe_link, trimmed
from app.exchange.reading.archive import Archive, broken, with_macros
from app.exchange.reading.sheet import Line, Role, Sheet
from app.kit.i18n import _

_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_RELATION = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)
_OFF = {"0", "false", "off", "none"}
_PICTURES = {"drawing", "pict", "object"}
_TRANSPARENT = {
    "ins",
    "moveTo",
    "smartTag",
    "customXml",
    "fldSimple",
    "sdt",
    "sdtContent",
    "AlternateContent",
    "Choice",
}
_LONGEST_CHAIN = 20
_BUILT_IN = re.compile(
    r"(?P<kind>title|quote|quotations|intense quote|heading(?= \d)|list bullet|list number)(?: (?P<level>[1-9]))?",
    re.ASCII,
)
_ROLES: dict[str, Role] = {
    "title": "title",
    "quote": "quote",
    "quotations": "quote",
    "intense quote": "quote",
    "list bullet": "bullet",
    "list number": "ordered",
}


@dataclass(slots=True)
class _Style:
    name: str
    based_on: str | None
    number: tuple[str, int] | None
    outline: int | None
    bold: bool | None
    italic: bool | None


@dataclass(slots=True)
class _Word:
    """What the other parts of the package say about the text."""

    styles: dict[str, _Style] = field(default_factory=dict)
    lists: dict[tuple[str, int], str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def read_docx(archive: Archive) -> Sheet:
    """The lines of a Word document. Raises Invalid when it holds macros or can't be read."""
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in archive.names):
        with_macros()
    if b"macroenabled" in archive.read("[Content_Types].xml").lower():
        with_macros()
    main = _main_part(archive)
    folder = dirname(main)
    word = _Word(
        styles=_styles(archive.optional_xml(join(folder, "styles.xml"))),
        lists=_lists(archive.optional_xml(join(folder, "numbering.xml"))),
        links=dict(_relations(archive, main, external=True)),
        notes=_notes(archive, folder),
    )
    body = next((child for child in archive.xml(main) if _name(child) == "body"), None)
    if body is None:
        broken()
    reader = _Reader(word)
    reader.read(body)
    if join(folder, "comments.xml") in archive.names:
        reader.sheet.drop("", _("Comments in the margin are not part of the motion."))
    return reader.sheet


def _main_part(archive: Archive) -> str:
    for target, kind in _package_relations(archive, ""):
        if kind.endswith("/officeDocument"):
            return normpath(target.lstrip("/"))
    return "word/document.xml"


def _package_relations(archive: Archive, part: str) -> Iterator[tuple[str, str]]:
    root = archive.optional_xml(join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels"))
    for relation in root if root is not None else ():
        yield relation.get("Target", ""), relation.get("Type", "")


def _relations(archive: Archive, part: str, *, external: bool) -> Iterator[tuple[str, str]]:
    root = archive.optional_xml(join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels"))
    for relation in root if root is not None else ():
        if (relation.get("TargetMode") == "External") == external:
            yield relation.get("Id", ""), relation.get("Target", "")


def _name(element: Element) -> str:
    """The element's name if it is Word's own or one that wraps Word's own; "" for anything else, as a drawing."""
    space, brace, name = element.tag.rpartition("}")
    if space + brace in _WORD or name in ("AlternateContent", "Choice"):
        return name
    return ""


def _child(element: Element | None, *names: str) -> Element | None:
    for name in names:
        element = next((child for child in element if _name(child) == name), None) if element is not None else None
    return element


def _value(element: Element | None, attribute: str = "val") -> str | None:
    if element is None:
        return None
    return next((element.get(space + attribute) for space in _WORD if element.get(space + attribute) is not None), None)


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else default


def _toggle(properties: Element | None, name: str) -> bool | None:
    """Whether a property is switched on or off here; None when nothing is said."""
    toggle = _child(properties, name)
    return (_value(toggle) or "1").lower() not in _OFF if toggle is not None else None


def _numbering(properties: Element | None) -> tuple[str, int] | None:
    number = _value(_child(properties, "numPr", "numId"))
    return (number, _number(_value(_child(properties, "numPr", "ilvl")))) if number is not None else None


def _styles(root: Element | None) -> dict[str, _Style]:
    found = {}
    for style in root if root is not None else ():
        identity = _value(style, "styleId")
        if _name(style) == "style" and identity is not None:
            properties = _child(style, "pPr")
            outline = _value(_child(properties, "outlineLvl"))
            look = _child(style, "rPr")
            found[identity] = _Style(
                name=_value(_child(style, "name")) or identity,
                based_on=_value(_child(style, "basedOn")),
                number=_numbering(properties),
                outline=_number(outline, 9) if outline is not None else None,
                bold=_toggle(look, "b"),
                italic=_toggle(look, "i"),
            )
    return found


def _lists(root: Element | None) -> dict[tuple[str, int], str]:
    """The format of each level of each list: "bullet", "decimal", "none", …"""
    formats: dict[str, dict[int, str]] = {}
    found = {}
    for element in root if root is not None else ():
        if _name(element) == "abstractNum":
            formats[_value(element, "abstractNumId") or ""] = {
                _number(_value(level, "ilvl")): _value(_child(level, "numFmt")) or "decimal"
                for level in element
                if _name(level) == "lvl"
            }
        elif _name(element) == "num":
            identity = _value(element, "numId") or ""
            for level, kind in formats.get(_value(_child(element, "abstractNumId")) or "", {}).items():
                found[identity, level] = kind
    return found


def _notes(archive: Archive, folder: str) -> dict[str, str]:
    found = {}
    for kind in ("footnote", "endnote"):
        root = archive.optional_xml(join(folder, f"{kind}s.xml"))
        for note in root if root is not None else ():
            found[kind + (_value(note, "id") or "")] = _text_of(note)
    return found


def _text_of(element: Element) -> str:
    return " ".join(" ".join(part.text or "" for part in element.iter() if _name(part) in ("t", "delText")).split())


class _Reader:
    """Walks the body once. The depth of the tree is bounded by the archive."""

    def __init__(self, word: _Word) -> None:
        self.sheet = Sheet()
        self._word = word

    def read(self, container: Element) -> None:
        for child in container:
            name = _name(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name in _TRANSPARENT:
                self.read(child)
            elif name in ("del", "moveFrom"):
                self._deleted(child)

    def _table(self, table: Element) -> None:
        before = len(self.sheet.lines)
        for row in table:
            for cell in row if _name(row) == "tr" else ():
                self.read(cell)
        if any(line.role != "surroundings" for line in self.sheet.lines[before:]):
            self.sheet.drop("", _("A table was turned into paragraphs, one for each cell."))

    def _deleted(self, element: Element) -> None:
        if text := _text_of(element):
            self.sheet.drop(text, _("It was struck out with tracked changes."))

    def _paragraph(self, paragraph: Element) -> None:
        properties = _child(paragraph, "pPr")
        spans = trimmed(self._spans(paragraph, None))
        role, level = self._role(properties)
        kind: Literal["paragraph", "heading", "bullet", "ordered", "quote"] = "paragraph"
        if role in ("heading", "bullet", "ordered", "quote"):
            kind = role
        if kind == "heading":
            spans = trimmed(Span(span.text, link=span.link) for span in spans)
        self.sheet.add(Line(role, Block(kind, spans, level)))

    def _role(self, properties: Element | None) -> tuple[Role, int]:
        """What the paragraph's style and numbering make of it, and its level: of a heading from 1, of a list from 0."""
        number = _numbering(properties)
        outline: int | None = None
        named: tuple[Role, int] | None = None
        for style in self._chain(_value(_child(properties, "pStyle"))):
            named = named or _named(style.name)
            number = number if number is not None else style.number
            outline = outline if outline is not None else style.outline
        if named is not None and named[0] not in ("bullet", "ordered"):
            return named
        if outline is not None and outline < 9:
            return "heading", outline + 1
        if number is not None and number[0] == "0":
            return "paragraph", 0
        kind = self._word.lists.get(number) if number is not None else None
        if number is not None and kind not in (None, "none"):
            return ("bullet" if kind == "bullet" else "ordered"), number[1] or (named[1] if named else 0)
        return named or ("paragraph", 0)

    def _spans(self, container: Element, link: str | None) -> Iterator[Span]:
        for child in container:
            name = _name(child)
            if name == "r":
                yield from self._run(child, link)
            elif name == "hyperlink":
                relation = next((child.get(f"{space}id") for space in _RELATION if child.get(f"{space}id")), "")
                yield from self._spans(child, safe_link(self._word.links.get(relation or "")) or link)
            elif name in _TRANSPARENT:
                yield from self._spans(child, link)
            elif name in ("del", "moveFrom"):
                self._deleted(child)
            elif child.tag.endswith(("}oMath", "}oMathPara")):
                self.sheet.drop("", _("A formula can't be kept. Write it as text."))

    def _run(self, run: Element, link: str | None) -> Iterator[Span]:
        properties = _child(run, "rPr")
        text = "".join(self._characters(run))
        if _toggle(properties, "vanish"):
            if text.strip():
                self.sheet.drop(text, _("It was hidden text."))
            return
        bold, italic = _toggle(properties, "b"), _toggle(properties, "i")
        for style in self._chain(_value(_child(properties, "rStyle"))):
            bold = style.bold if bold is None else bold
            italic = style.italic if italic is None else italic
        yield Span(clean(text), bool(bold), bool(italic), link)

    def _chain(self, identity: str | None) -> Iterator[_Style]:
        """A style and those that it is based on."""
        for _step in range(_LONGEST_CHAIN):
            style = self._word.styles.get(identity or "")
            if style is None:
                return
            yield style
            identity = style.based_on

    def _characters(self, run: Element) -> Iterator[str]:
        for child in run:
            name = _name(child)
            if name == "t":
                yield child.text or ""
            elif name in ("br", "cr"):
                yield "" if _value(child, "type") in ("page", "column") else "\n"
            elif name in ("tab", "ptab"):
                yield " "
            elif name == "noBreakHyphen":
                yield "-"
            elif name in ("footnoteReference", "endnoteReference"):
                note = self._word.notes.get(name.removesuffix("Reference") + (_value(child, "id") or ""), "")
                self.sheet.drop(note, _("Notes can't be kept. Write in the text what the reader needs."))
            elif name in ("AlternateContent", "Choice"):
                yield from self._characters(child)
            elif name in _PICTURES:
                self._picture(child)

    def _picture(self, picture: Element) -> None:
        boxes = [_text_of(box) for box in picture.iter() if _name(box) == "txbxContent"]
        if any(boxes):
            self.sheet.drop(" ".join(boxes), _("It stood in a text box. Paste it where it belongs."))
        else:
            self.sheet.drop("", _("Pictures can't be kept."))


def _named(name: str) -> tuple[Role, int] | None:
    """The role that a style's name gives by itself (Word writes built-in names in English in every language)."""
    if name in styles.WRITTEN_ANEW:
        return "surroundings", 0
    if found := _BUILT_IN.fullmatch(name.lower()):
        level = int(found["level"] or 1)
        return ("heading", level) if found["kind"] == "heading" else (_ROLES[found["kind"]], level - 1)
    return ("demand", 0) if name == styles.DEMAND else None
