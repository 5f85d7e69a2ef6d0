"""A motion as an OpenDocument text, the same paper as the Word document."""

import re
from datetime import datetime, time
from io import BytesIO
from pathlib import Path

from odfdo import Document, Element, Header, LineBreak, Link, List, ListItem, Paragraph, Spacer
from odfdo import Span as OdfSpan

from app.documents.text import Span
from app.exchange import styles, wording
from app.exchange.export import Export
from app.exchange.paper import Listing, Paper, Part, compose

_STYLES = Path(__file__).parent / "templates" / "odt_styles.xml"
_DATE = "Motion datum"
_THUMBNAIL = "Thumbnails/thumbnail.png"
# White space that XML readers collapse has its own elements: every line break, and spaces beside another one.
_SPACE = re.compile(r"(\n|^ +| +$| {2,}| (?=\n)|(?<=\n) )")
_WIDTHS = ("50mm", "40mm", "24mm", "22mm", "24mm")


def odt(export: Export) -> bytes:
    """The motion as .odt: A4, in Swedish, headings, lists and numbered demands as Writer knows them."""
    paper = compose(export)
    document = Document("text")
    _set_up(document, paper, export)
    body = document.body
    body.append(_header(1, "Heading 1", (Span(paper.title),)))
    body.append(_paragraph(paper.addressed, styles.ADDRESSED))
    for part in paper.parts:
        body.append(_part(part))
    if paper.demands:
        body.append(_heading(wording.DEMANDS))
        body.append(_paragraph(paper.introduction, styles.INTRODUCTION))
        body.append(List((_paragraph(demand, styles.DEMAND) for demand in paper.demands), style="Att-satser"))
    body.append(_paragraph(paper.dateline, _DATE))
    # One paragraph: Writer lets a name slip to the next page between paragraphs, keep-with-next or not.
    names = (Span(paper.association, bold=True), *(Span(f"\n{author}") for author in paper.authors))
    body.append(_filled(Paragraph(style=_encoded(styles.SIGNATURE)), names))
    if paper.rows:
        body.append(_heading(wording.SIGNATORIES))
        body.append(_table(document, paper))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Document, paper: Paper, export: Export) -> None:
    """Our own styles and page instead of the template's, and what the file says about itself."""
    document.del_part(_THUMBNAIL)
    document.manifest.del_full_path(_THUMBNAIL)
    document.set_part("styles.xml", _STYLES.read_bytes())
    footer = document.styles.get_element("//style:footer")
    assert footer is not None
    lines = (paper.handed_in, f"{wording.FINGERPRINT}: {paper.fingerprint}" if paper.fingerprint else None)
    for position, text in enumerate(filter(None, lines)):
        footer.insert(_paragraph(text, "Footer"), position=position)
    document.body.clear()
    meta = document.meta
    meta.title, meta.subject, meta.language = paper.title, paper.addressed, "sv-SE"
    meta.initial_creator = meta.creator = ", ".join((*paper.authors, paper.association))
    meta.creation_date = meta.date = datetime.combine(export.dated, time(12))
    meta.generator = "Motionsverkstad"


def _part(part: Part) -> Element:
    if isinstance(part, Listing):
        return _list(part)
    if part.kind == "heading":
        return _header(part.level, f"Heading {part.level}", part.spans)
    return _filled(Paragraph(style="Quotations" if part.kind == "quote" else "Text_20_body"), part.spans)


def _list(listing: Listing) -> List:
    bullets = listing.kind == "bullet"
    element = List(style="Bullets" if bullets else "Numbers")
    for item in listing.items:
        child = ListItem(_filled(Paragraph(style="List_20_1" if bullets else "Numbering_20_1"), item.spans))
        for inside in item.inside:
            child.append(_list(inside))
        element.append(child)
    return element


def _table(document: Document, paper: Paper) -> Element:
    """The table of signatories; its first row is marked as a header and repeated on each page."""
    for number, width in enumerate(_WIDTHS, start=1):
        document.insert_style(
            f'<style:style style:name="Signatories.{number}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}"/></style:style>',
            automatic=True,
        )
    document.insert_style(
        '<style:style style:name="Signatories.Cell" style:family="table-cell">'
        '<style:table-cell-properties fo:padding="1mm" fo:border="0.5pt solid #595959"/></style:style>',
        automatic=True,
    )
    # Without this neighbouring cells have a border each, side by side.
    document.insert_style(
        '<style:style style:name="Signatories" style:family="table">'
        '<style:table-properties table:border-model="collapsing" table:align="margins"/></style:style>',
        automatic=True,
    )
    table = Element.from_tag('<table:table table:name="Signatories" table:style-name="Signatories"/>')
    title = Element.from_tag("<table:title/>")
    title.text = wording.SIGNATORIES
    table.append(title)
    for number in range(1, len(_WIDTHS) + 1):
        table.append(Element.from_tag(f'<table:table-column table:style-name="Signatories.{number}"/>'))
    header = Element.from_tag("<table:table-header-rows/>")
    header.append(_row(wording.COLUMNS, bold=True))
    table.append(header)
    for row in paper.rows:
        table.append(_row(row, bold=False))
    return table


def _row(cells: tuple[str, ...], *, bold: bool) -> Element:
    row = Element.from_tag("<table:table-row/>")
    for text in cells:
        cell = Element.from_tag('<table:table-cell table:style-name="Signatories.Cell" office:value-type="string"/>')
        cell.append(_filled(Paragraph(style=_encoded(styles.CELL)), (Span(text, bold=bold),)))
        row.append(cell)
    return row


def _heading(text: str) -> Element:
    return _header(2, styles.HEADING, (Span(text),))


def _header(level: int, style: str, spans: tuple[Span, ...]) -> Element:
    header = Header(level)
    # odfdo's own argument for the style is not written to the element.
    header.set_attribute("text:style-name", _encoded(style))
    return _filled(header, spans)


def _paragraph(text: str, style: str) -> Element:
    return _filled(Paragraph(style=_encoded(style)), (Span(text),))


def _encoded(style: str) -> str:
    """A style's name as OpenDocument writes it."""
    return style.replace(" ", "_20_")


def _filled(paragraph: Element, spans: tuple[Span, ...]) -> Element:
    for span in spans:
        if span.bold or span.italic:
            style = {(True, False): "Strong_20_Emphasis", (False, True): "Emphasis"}
            target: Element = OdfSpan(style=style.get((span.bold, span.italic), "Strong_20_and_20_Emphasis"))
        else:
            target = OdfSpan()
        _append_text(target, span.text)
        if span.link:
            link = Link(span.link, style="Internet_20_link")
            Element.append(link, target)
            target = link
        Element.append(paragraph, target)
    return paragraph


def _append_text(element: Element, text: str) -> None:
    """Appends `text` as it is: odfdo's own `append` of a paragraph would collapse what it takes for formatting."""
    for piece in _SPACE.split(text):
        if piece == "\n":
            Element.append(element, LineBreak())
        elif piece and not piece.strip(" "):
            Element.append(element, Spacer(len(piece)))
        elif piece:
            Element.append(element, piece)
