"""Writing a motion into the recipient's own Word document.

A placeholder is a name between double braces. It is looked up in a fixed table and replaced by words: nothing in the
template is evaluated, and what is filled in is not looked at again, so neither whoever made the template nor whoever
wrote the motion can make it do anything.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from babel.dates import format_date
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.numbering import NumberingPart
from docx.shared import Mm, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph

from app.documents.text import Span
from app.exchange import wording
from app.exchange.docx_blank import element, instance, kinds_of_list
from app.exchange.docx_body import Body, xml
from app.exchange.export import Export
from app.exchange.paper import Paper, compose, line
from app.kit.errors import Invalid
from app.kit.i18n import _

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}")
#: As the page names them, and as a template in English may.
_ALIASES = {
    "title": "titel",
    "association": "förening",
    "authors": "författare",
    "recipient": "mottagare",
    "call": "motionsomgång",
    "date": "datum",
    "body": "text",
    "introduction": "inledning",
    "demands": "att-satser",
    "att satser": "att-satser",
    "co-signing": "föreningar bakom",
    "co signing": "föreningar bakom",
    "receipt": "kvitto",
}
INLINE = ("titel", "förening", "författare", "mottagare", "motionsomgång", "datum", "inledning", "kvitto")
BLOCKS = ("text", "att-satser", "föreningar bakom")
REQUIRED = ("titel", "text", "att-satser")


@dataclass(frozen=True, slots=True)
class _Found:
    """A paragraph with placeholders. `block` is the one that takes up the paragraph, for the caller to replace."""

    paragraph: BaseOxmlElement
    names: tuple[str, ...]
    block: str | None


def check(template: bytes) -> None:
    """Raises Invalid, naming them, for placeholders that don't exist, are missing, or stand where they can't."""
    document = _opened(template)
    found = list(_found(document))
    names = [name for each in found for name in each.names]
    if unknown := sorted({name for name in names if name not in INLINE + BLOCKS}):
        raise Invalid(
            _(
                "The template has placeholders that don't exist: {names}. "
                "Look them up in the list on this page, and upload the template again.",
                names=", ".join(f"{{{{ {name} }}}}" for name in unknown),
            )
        )
    if missing := [name for name in REQUIRED if name not in names]:
        raise Invalid(
            _(
                "The template lacks {names}, so parts of the motion would be lost. Put it in, and upload it again.",
                names=", ".join(f"{{{{ {name} }}}}" for name in missing),
            )
        )
    main = document.element.body
    for each in found:
        inside = any(ancestor is main for ancestor in each.paragraph.iterancestors())
        for name in set(each.names) & set(BLOCKS):
            if each.block is None or not inside:
                raise Invalid(
                    _(
                        "{name} becomes several paragraphs, so it has to stand alone in a paragraph of its own, "
                        "and not in a header or footer. Move it, and upload the template again.",
                        name=f"{{{{ {name} }}}}",
                    )
                )


def fill(template: bytes, export: Export) -> bytes:
    """The motion in the template, as .docx. `template` has passed `looked_over` and `check`.

    Raises whatever python-docx raises for a document that it can't work on.
    """
    paper = compose(export)
    document = _opened(template)
    words = _words(paper, export)
    found = list(_found(document))
    writer = _Writer(document, paper)
    for each in found:
        if each.block is not None:
            writer.replace(each.paragraph, each.block)
        else:
            _fill_in(each.paragraph, words)
    properties = document.core_properties
    properties.title = paper.title[:255]
    properties.author = properties.last_modified_by = ", ".join((*paper.authors, paper.association))[:255]
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _opened(template: bytes) -> DocumentObject:
    return Document(BytesIO(template))


def _words(paper: Paper, export: Export) -> Mapping[str, str]:
    fingerprint = f" {wording.FINGERPRINT}: {paper.fingerprint}" if paper.fingerprint else ""
    return {
        "titel": paper.title,
        "förening": paper.association,
        "författare": ", ".join(paper.authors),
        "mottagare": line(export.recipient) or line(export.call),
        "motionsomgång": line(export.call),
        "datum": format_date(export.dated, "d MMMM y", locale="sv"),
        "inledning": paper.introduction if paper.demands else "",
        "kvitto": f"{paper.handed_in}.{fingerprint}" if paper.handed_in else "",
    }


def _name(raw: str) -> str:
    name = " ".join(raw.replace("_", " ").split()).lower()
    return _ALIASES.get(name, name)


def _roots(document: DocumentObject) -> Iterator[BaseOxmlElement]:
    """The document itself, and every header and footer once."""
    yield document.element.body
    for part in document.part.package.iter_parts():
        if part.partname.startswith("/word/") and part.content_type in (
            CONTENT_TYPE.WML_HEADER,
            CONTENT_TYPE.WML_FOOTER,
        ):
            yield part.element


def _found(document: DocumentObject) -> Iterator[_Found]:
    for root in _roots(document):
        for paragraph in list(root.iter(qn("w:p"))):
            text = "".join(piece.text or "" for piece in _pieces(paragraph))
            matches = list(_PLACEHOLDER.finditer(text))
            if matches:
                names = tuple(_name(match[1]) for match in matches)
                alone = len(matches) == 1 and matches[0][0] == text.strip() and names[0] in BLOCKS
                yield _Found(paragraph, names, names[0] if alone else None)


def _pieces(paragraph: BaseOxmlElement) -> list[Any]:
    """The texts of the paragraph itself, not of a text box that is anchored in it."""
    return [piece for piece in paragraph.iter(qn("w:t")) if next(piece.iterancestors(qn("w:p")), None) is paragraph]


def _fill_in(paragraph: BaseOxmlElement, words: Mapping[str, str]) -> None:
    """Replaces the placeholders in one paragraph. Word cuts text into runs wherever it likes: a placeholder may lie
    across several; what replaces it looks like its beginning."""
    pieces = _pieces(paragraph)
    starts, text = [], ""
    for piece in pieces:
        starts.append(len(text))
        text += piece.text or ""
    for match in reversed(list(_PLACEHOLDER.finditer(text))):
        replacement = words[_name(match[1])]
        for start, piece in reversed(list(zip(starts, pieces, strict=True))):
            held = piece.text or ""
            first, last = max(match.start() - start, 0), min(match.end() - start, len(held))
            if first < last or start <= match.start() < start + len(held):
                put = replacement if start <= match.start() else ""
                piece.text = held[:first] + put + held[last:]
                piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


class _Writer:
    """Replaces paragraphs of the template by paragraphs of the motion, in the styles of the template."""

    def __init__(self, document: DocumentObject, paper: Paper) -> None:
        self._document = document
        self._paper = paper
        self._bullets, self._demands, self._ordered = _lists(document)

    def replace(self, paragraph: BaseOxmlElement, name: str) -> None:
        host = Paragraph(paragraph, self._document._body)  # noqa: SLF001 - the part that relations are added to
        look = next((deepcopy(run.rPr) for run in paragraph.iter(qn("w:r")) if run.find(qn("w:rPr")) is not None), None)
        body = Body(
            self._document,
            bullets=self._bullets,
            ordered=self._ordered,
            add=lambda style: self._before(host, style),
            look=look,
        )
        write: dict[str, Callable[[], None]] = {
            "text": lambda: body.write(self._paper.parts),
            "att-satser": lambda: self._write_demands(host, body),
            "föreningar bakom": lambda: self._write_lines(
                host, body, map(_backing, self._paper.rows) if self._paper.rows else ("–",)
            ),
        }
        write[name]()
        self._remove(paragraph)

    def _before(self, host: Paragraph, style: str | None) -> Paragraph:
        """A paragraph in front of the placeholder's; without a style of its own it looks like that."""
        new = OxmlElement("w:p")
        xml(host).addprevious(new)
        paragraph = Paragraph(new, host._parent)  # noqa: SLF001
        if style is None:
            if xml(host).pPr is not None:
                new.insert(0, deepcopy(xml(host).pPr))
                for section in new.pPr.findall(qn("w:sectPr")):
                    new.pPr.remove(section)
        else:
            paragraph.style = _style(self._document, style)
        return paragraph

    def _write_demands(self, host: Paragraph, body: Body) -> None:
        numbered = _is_numbered(host)
        for demand in self._paper.demands:
            paragraph = self._before(host, None)
            if not numbered:
                body.numbered(paragraph, self._demands, 0)
            body.spans(paragraph, (Span(demand),))

    def _write_lines(self, host: Paragraph, body: Body, lines: Iterable[str]) -> None:
        for text in lines:
            body.spans(self._before(host, None), (Span(text),))

    def _remove(self, paragraph: BaseOxmlElement) -> None:
        """Takes the placeholder's paragraph away, unless something hangs on it: then it stays, empty."""
        parent = paragraph.getparent()
        last_in_cell = parent.tag != qn("w:body") and paragraph.getnext() is None
        if last_in_cell or paragraph.find(f".//{qn('w:sectPr')}") is not None:
            for piece in _pieces(paragraph):
                piece.text = ""
        else:
            parent.remove(paragraph)


def _backing(row: tuple[str, ...]) -> str:
    """One association on a line: who decided, when, where in the minutes, which demands."""
    association, body, day, section, numbers = row
    of = "" if numbers == wording.ALL_DEMANDS else f", att-satser {numbers}"
    where = "" if section == "–" else f", {section}"
    return f"{association} ({body} {day}{where}{of})"


def _is_numbered(host: Paragraph) -> bool:
    """Whether the placeholder's paragraph is an item of a list of the template's own."""
    properties = xml(host).pPr
    if properties is not None and properties.numPr is not None:
        return True
    style: Any = host.style
    for _step in range(20):
        if style is None:
            return False
        if style.element.pPr is not None and style.element.pPr.numPr is not None:
            return True
        style = style.base_style
    return False


def _style(document: DocumentObject, name: str) -> ParagraphStyle:
    """The template's style of that name; one like its running text when it has none (Word writes only those in use)."""
    if name in document.styles:
        held = document.styles[name]
        if isinstance(held, ParagraphStyle):
            return held
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    assert isinstance(made, ParagraphStyle)
    made.base_style = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    if name.startswith("Heading"):
        made.font.bold = True
        made.paragraph_format.keep_with_next = True
        level = element("w:outlineLvl", val=str(int(name[-1]) - 1))
        made.element.get_or_add_pPr().append(level)
    elif name == "Quote":
        made.paragraph_format.left_indent = made.paragraph_format.right_indent = Mm(10)
    return made


def _lists(document: DocumentObject) -> tuple[int, int, int]:
    """Adds the kinds of list that a motion has to those of the template: (bullets, demands, the kind of ordered)."""
    part = document.part
    if not any(relation.reltype == RELATIONSHIP_TYPE.NUMBERING for relation in part.rels.values()):
        made = NumberingPart(
            PackURI("/word/numbering-motion.xml"), CONTENT_TYPE.WML_NUMBERING, OxmlElement("w:numbering"), part.package
        )
        part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
    lists = part.numbering_part.element
    kinds, instances = lists.findall(qn("w:abstractNum")), lists.findall(qn("w:num"))
    first = 1 + max((int(each.get(qn("w:abstractNumId"), "0")) for each in kinds), default=0)
    number = 1 + max((int(each.get(qn("w:numId"), "0")) for each in instances), default=0)
    place = kinds[-1].getnext() if kinds else next(iter(instances), None)
    for kind in kinds_of_list((first, first + 1, first + 2)):
        if place is not None:
            place.addprevious(kind)
        else:
            lists.append(kind)
    last = instances[-1] if instances else lists[-1]
    for each in (instance(number + 1, first + 1), instance(number, first)):
        last.addnext(each)
    if "Hyperlink" not in document.styles:
        link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
        assert isinstance(link, CharacterStyle)
        link.font.color.rgb = RGBColor(0x0B, 0x4F, 0x8A)
        link.font.underline = True
    return number, number + 1, first + 2
