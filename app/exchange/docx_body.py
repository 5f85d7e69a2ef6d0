"""The text of a motion as Word's own paragraphs: headings, lists, quotes, marks and links."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.story import StoryPart
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from app.documents.text import Block, Span
from app.exchange.docx_blank import BULLETS, ORDERED, instance
from app.exchange.paper import Listing, Part


def xml(proxy: Paragraph | Run | Table | _Row) -> Any:
    """The element behind a python-docx object: where its vocabulary ends, Word's own goes on."""
    return proxy._element  # noqa: SLF001


@dataclass(slots=True)
class Body:
    """Writes into `document`, whose numbering part holds the kinds of list with the numbers `bullets` and `ordered`.

    `add` makes the next paragraph in a style, or in none; without it, paragraphs come last in the document. `look` is
    what every run looks like that says nothing else (w:rPr).

    Styles and links are looked up once each: python-docx asks for all of them again with every paragraph, which for a
    booklet takes longer than all the rest.
    """

    document: DocumentObject
    bullets: int = BULLETS
    ordered: int = ORDERED
    add: Callable[[str | None], Paragraph] | None = None
    look: BaseOxmlElement | None = None
    _last: int = 0
    _styles: dict[tuple[str, WD_STYLE_TYPE], str | None] = field(default_factory=dict)
    _links: dict[tuple[StoryPart, str], str] = field(default_factory=dict)

    def write(self, parts: Iterable[Part]) -> None:
        for part in parts:
            if isinstance(part, Listing):
                self._list(part)
            else:
                self._block(part)

    def paragraph(self, text: str = "", style: str | None = None) -> Paragraph:
        """Adds a paragraph at the end of the document."""
        return self.styled(self.document.add_paragraph(text), style)

    def styled(self, paragraph: Paragraph, style: str | None) -> Paragraph:
        """Gives the paragraph the document's style of that name; returns it."""
        if style is not None:
            xml(paragraph).style = self._style(style, WD_STYLE_TYPE.PARAGRAPH)
        return paragraph

    def table(self, columns: int, style: str) -> Table:
        """Adds a table without rows at the end of the document."""
        made: Table = self.document.add_table(rows=0, cols=columns)
        xml(made).tblStyle_val = self._style(style, WD_STYLE_TYPE.TABLE)
        return made

    def numbered(self, paragraph: Paragraph, number: int, level: int) -> None:
        """Makes the paragraph an item of the list with that number."""
        properties = xml(paragraph).get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = number

    def spans(self, paragraph: Paragraph, spans: Iterable[Span], *, plain: bool = True) -> None:
        """Appends the spans; `plain`: in the look of running text."""
        for span in spans:
            run = paragraph.add_run(span.text)
            if self.look is not None and plain:
                xml(run).insert(0, deepcopy(self.look))
            if span.bold:
                run.bold = True
            if span.italic:
                run.italic = True
            if span.link:
                self._link(paragraph, run, span.link)

    def _paragraph(self, style: str | None) -> Paragraph:
        return self.add(style) if self.add is not None else self.paragraph(style=style)

    def _block(self, block: Block) -> None:
        style = {"heading": f"Heading {block.level}", "quote": "Quote"}.get(block.kind)
        self.spans(self._paragraph(style), block.spans, plain=block.kind != "heading")

    def _list(self, listing: Listing) -> None:
        number = self.bullets if listing.kind == "bullet" else self.begin(self.ordered, listing.level)
        for item in listing.items:
            paragraph = self._paragraph("List Bullet" if listing.kind == "bullet" else "List Number")
            self.numbered(paragraph, number, listing.level)
            self.spans(paragraph, item.spans)
            for inside in item.inside:
                self._list(inside)

    def begin(self, kind: int, level: int = 0) -> int:
        """A numbering instance of its own for a list of that kind, so that each begins at 1."""
        lists = self.document.part.numbering_part.element
        if not self._last:
            self._last = max((int(each.get(qn("w:numId"), "0")) for each in lists.findall(qn("w:num"))), default=0)
        self._last += 1
        lists.append(instance(self._last, kind, restart_at_level=level))
        return self._last

    def _style(self, name: str, kind: WD_STYLE_TYPE) -> str | None:
        """The id of the document's style of that name; None for what everything has that says nothing else."""
        if (name, kind) not in self._styles:
            found: str | None = self.document.part.get_style_id(name, kind)  # type: ignore[no-untyped-call]
            self._styles[name, kind] = found
        return self._styles[name, kind]

    def _link(self, paragraph: Paragraph, run: Run, href: str) -> None:
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), self._relation(paragraph.part, href))
        xml(run).style = self._style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
        xml(paragraph).replace(xml(run), link)
        link.append(xml(run))

    def _relation(self, part: StoryPart, href: str) -> str:
        """The id by which that part of the file leads to the address."""
        if (part, href) not in self._links:
            number = len(part.rels) + 1
            while f"rId{number}" in part.rels:
                number += 1
            part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, href, f"rId{number}", is_external=True)
            self._links[part, href] = f"rId{number}"
        return self._links[part, href]
