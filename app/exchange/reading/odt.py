"""Reading OpenDocument texts (ISO/IEC 26300)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal
from xml.etree.ElementTree import Element

from app.documents.text import Block, Span
from app.exchange import styles
from app.exchange.paper import clean, safe_link, trimmed
from app.exchange.reading.archive import Archive, broken, encrypted, with_macros
from app.exchange.reading.sheet import Line, Role, Sheet
from app.kit.i18n import _

_OPEN = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _STYLE, _TEXT, _TABLE, _DRAW = (
    f"{_OPEN}{space}:1.0}}" for space in ("office", "style", "text", "table", "drawing")
)
_FO = f"{_OPEN}xsl-fo-compatible:1.0}}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_ENCODED = re.compile(r"_([0-9a-f]{2,4})_")
_BLANK = re.compile(r"[ \t\r\n]+")
_BOLD = {"bold", "600", "700", "800", "900"}
_MACRO_FOLDERS = ("Basic/", "Scripts/")
_LONGEST_CHAIN = 20
_MOST_SPACES = 100
# White space with an element of its own; "\v" is a space that is meant, even beside another.
_WHITE = {f"{_TEXT}s": "\v", f"{_TEXT}tab": "\v", f"{_TEXT}line-break": "\n"}
_NAMED: dict[str, Role] = {
    **dict.fromkeys(styles.WRITTEN_ANEW, "surroundings"),
    styles.DEMAND: "demand",
    "Title": "title",
    "Quotations": "quote",
    "Quote": "quote",
}


@dataclass(slots=True)
class _Style:
    name: str = ""
    parent: str | None = None
    list_style: str | None = None
    bold: bool | None = None
    italic: bool | None = None


@dataclass(slots=True)
class _Looks:
    paragraphs: dict[str, _Style] = field(default_factory=dict)
    texts: dict[str, _Style] = field(default_factory=dict)
    lists: dict[tuple[str, int], Literal["bullet", "ordered"]] = field(default_factory=dict)


def read_odt(archive: Archive) -> Sheet:
    """The lines of an OpenDocument text. Raises Invalid when it is locked, holds macros or can't be read."""
    if any(name.startswith(_MACRO_FOLDERS) and not name.endswith("/") for name in archive.names):
        with_macros()
    manifest = archive.optional_xml("META-INF/manifest.xml")
    if manifest is not None and any(element.tag.endswith("}encryption-data") for element in manifest.iter()):
        encrypted()
    content = archive.xml("content.xml")
    looks = _Looks()
    for root in (archive.optional_xml("styles.xml"), content):
        for group in root if root is not None else ():
            if group.tag in (f"{_OFFICE}styles", f"{_OFFICE}automatic-styles"):
                _learn(looks, group)
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        broken()
    reader = _Reader(looks)
    reader.read(body)
    return reader.sheet


def _learn(looks: _Looks, group: Element) -> None:
    for element in group:
        name = element.get(f"{_STYLE}name", "")
        if element.tag == f"{_STYLE}style":
            properties = element.find(f"{_STYLE}text-properties")
            weight = properties.get(f"{_FO}font-weight") if properties is not None else None
            slant = properties.get(f"{_FO}font-style") if properties is not None else None
            style = _Style(
                name=element.get(f"{_STYLE}display-name") or _decoded(name),
                parent=element.get(f"{_STYLE}parent-style-name"),
                list_style=element.get(f"{_STYLE}list-style-name"),
                bold=weight in _BOLD if weight is not None else None,
                italic=slant in ("italic", "oblique") if slant is not None else None,
            )
            family = element.get(f"{_STYLE}family")
            if family in ("paragraph", "text"):
                (looks.paragraphs if family == "paragraph" else looks.texts)[name] = style
        elif element.tag == f"{_TEXT}list-style":
            for level in element:
                depth = level.get(f"{_TEXT}level", "1")
                if depth.isdecimal() and len(depth) < 3:
                    numbered = level.tag == f"{_TEXT}list-level-style-number"
                    looks.lists[name, int(depth)] = "ordered" if numbered else "bullet"


def _decoded(name: str) -> str:
    """A style's name as people see it: "Heading_20_1" is "Heading 1"."""
    return _ENCODED.sub(lambda code: chr(int(code[1], 16)), name)


class _Reader:
    """Walks the text once. The depth of the tree is bounded by the archive."""

    def __init__(self, looks: _Looks) -> None:
        self.sheet = Sheet()
        self._looks = looks

    def read(self, container: Element, listed: tuple[str, int] | None = None) -> None:
        """`listed` is the list style and depth (from 1) of the list that `container` is an item of."""
        first = True
        for child in container:
            if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                self._paragraph(child, listed if first else None)
                first = False
            elif child.tag == f"{_TEXT}list":
                self._list(child, listed)
            elif child.tag == f"{_TABLE}table":
                self._table(child)
            elif child.tag == f"{_TEXT}tracked-changes":
                self._changes(child)
            elif child.tag == f"{_TEXT}section":
                self.read(child)
            elif child.tag in (f"{_TEXT}table-of-content", f"{_TEXT}alphabetical-index", f"{_TEXT}bibliography"):
                self.sheet.drop("", _("A table of contents is not part of the motion."))
            elif child.tag == f"{_DRAW}frame":
                self._frame(child)

    def _list(self, element: Element, outer: tuple[str, int] | None) -> None:
        name = element.get(f"{_TEXT}style-name") or (outer[0] if outer else "")
        for item in element:
            if item.tag in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
                self.read(item, (name, outer[1] + 1 if outer else 1))

    def _table(self, table: Element) -> None:
        before = len(self.sheet.lines)
        for cell in table.iter(f"{_TABLE}table-cell"):
            self.read(cell)
        if any(line.role != "surroundings" for line in self.sheet.lines[before:]):
            self.sheet.drop("", _("A table was turned into paragraphs, one for each cell."))

    def _changes(self, changes: Element) -> None:
        for deletion in changes.iter(f"{_TEXT}deletion"):
            texts = (_text_of(paragraph) for paragraph in deletion if paragraph.tag.startswith(_TEXT))
            if text := " ".join(filter(None, texts)):
                self.sheet.drop(text, _("It was struck out with tracked changes."))

    def _frame(self, frame: Element) -> None:
        boxes = [_text_of(box) for box in frame.iter(f"{_DRAW}text-box")]
        if any(boxes):
            self.sheet.drop(" ".join(boxes), _("It stood in a text box. Paste it where it belongs."))
        else:
            self.sheet.drop("", _("Pictures can't be kept."))

    def _paragraph(self, paragraph: Element, listed: tuple[str, int] | None) -> None:
        style = paragraph.get(f"{_TEXT}style-name")
        role, level = self._role(paragraph, style, listed)
        kind: Literal["paragraph", "heading", "bullet", "ordered", "quote"] = "paragraph"
        if role in ("heading", "bullet", "ordered", "quote"):
            kind = role
        pieces = _collapsed(self._spans(paragraph, Span("")))
        spans = trimmed(Span(span.text, link=span.link) for span in pieces) if kind == "heading" else trimmed(pieces)
        self.sheet.add(Line(role, Block(kind, spans, level)))

    def _role(self, paragraph: Element, style: str | None, listed: tuple[str, int] | None) -> tuple[Role, int]:
        list_style = listed[0] if listed else ""
        for look in _chain(self._looks.paragraphs, style):
            role = _NAMED.get(look.name)
            if role is not None and (role != "quote" or listed is None):
                return role, 0
            list_style = list_style or look.list_style or ""
        if paragraph.tag == f"{_TEXT}h":
            outline = paragraph.get(f"{_TEXT}outline-level", "1")
            return "heading", int(outline) if outline.isdecimal() and len(outline) == 1 else 1
        if listed is not None:
            return self._looks.lists.get((list_style, listed[1]), "bullet"), listed[1] - 1
        return "paragraph", 0

    def _spans(self, element: Element, look: Span) -> Iterator[Span]:
        """The text inside `element`, each piece with the marks of `look`. "\\v" stands for a space that is meant."""
        yield replace(look, text=_BLANK.sub(" ", element.text or ""))
        for child in element:
            if child.tag == f"{_TEXT}span":
                yield from self._spans(child, self._marked(child, look))
            elif child.tag == f"{_TEXT}a":
                yield from self._spans(child, replace(look, link=safe_link(child.get(_LINK)) or look.link))
            elif child.tag in _WHITE:
                count = child.get(f"{_TEXT}c", "1")
                times = min(int(count), _MOST_SPACES) if count.isdecimal() else 1
                yield replace(look, text=_WHITE[child.tag] * times)
            elif self._keeps(child):
                yield from self._spans(child, look)
            yield replace(look, text=_BLANK.sub(" ", child.tail or ""))

    def _keeps(self, child: Element) -> bool:
        """Whether the text inside `child` is the paragraph's; if not, it is remembered as dropped."""
        if child.tag == f"{_TEXT}note":
            note = child.find(f"{_TEXT}note-body")
            words = _text_of(note) if note is not None else ""
            self.sheet.drop(words, _("Notes can't be kept. Write in the text what the reader needs."))
        elif child.tag == f"{_OFFICE}annotation":
            self.sheet.drop("", _("Comments in the margin are not part of the motion."))
        elif child.tag.startswith(_DRAW):
            self._frame(child)
        else:
            return child.tag.startswith(_TEXT)
        return False

    def _marked(self, span: Element, look: Span) -> Span:
        bold = italic = None
        for style in _chain(self._looks.texts, span.get(f"{_TEXT}style-name")):
            bold = style.bold if bold is None else bold
            italic = style.italic if italic is None else italic
        return replace(
            look,
            bold=look.bold if bold is None else bold,
            italic=look.italic if italic is None else italic,
        )


def _chain(known: dict[str, _Style], name: str | None) -> Iterator[_Style]:
    """A style and those that it is based on."""
    for _step in range(_LONGEST_CHAIN):
        style = known.get(name or "")
        if style is None:
            return
        yield style
        name = style.parent


def _collapsed(spans: Iterator[Span]) -> list[Span]:
    """`spans` with white space as OpenDocument means it: runs count once over the whole paragraph, "\\v" always."""
    out = []
    after_space = True
    for span in spans:
        text = ""
        for character in span.text:
            if character == " " and after_space:
                continue
            after_space = character == " "
            text += " " if character == "\v" else character
        out.append(replace(span, text=clean(text)))
    return out


def _text_of(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())
