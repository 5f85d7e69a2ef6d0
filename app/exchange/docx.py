"""A motion as a Word document: real styles and numbering, so that a district can work on it further."""

from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from app.exchange import styles, wording
from app.exchange.docx_blank import DEMANDS, blank, element
from app.exchange.docx_body import Body, xml
from app.exchange.export import Export
from app.exchange.paper import Paper, compose


def docx(export: Export) -> bytes:
    """The motion as .docx: A4, in Swedish, headings, lists and numbered demands as Word knows them."""
    paper = compose(export)
    document = blank(paper.title, paper.addressed, ", ".join((*paper.authors, paper.association)), export.dated)
    body = Body(document)
    body.paragraph(paper.title, "Heading 1")
    body.paragraph(paper.addressed, styles.ADDRESSED)
    add_motion(body, paper)
    _add_footer(document, paper)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def add_motion(body: Body, paper: Paper, demands: int = DEMANDS) -> None:
    """Everything of a motion but its title, at the end of the document; `demands` is the number of their list."""
    body.write(paper.parts)
    _add_demands(body, paper, demands)
    _add_signatures(body, paper)
    if paper.rows:
        _add_table(body, paper)


def _add_demands(body: Body, paper: Paper, number: int) -> None:
    if not paper.demands:
        return
    body.paragraph(wording.DEMANDS, styles.HEADING)
    body.paragraph(paper.introduction, styles.INTRODUCTION)
    for demand in paper.demands:
        body.numbered(body.paragraph(demand, styles.DEMAND), number, 0)


def _add_signatures(body: Body, paper: Paper) -> None:
    """Date, association and authors, held together on one page."""
    dateline = body.paragraph(paper.dateline, styles.SIGNATURE)
    dateline.paragraph_format.space_before = Pt(20)
    dateline.paragraph_format.keep_with_next = True
    # One paragraph: Writer lets a name slip to the next page between paragraphs, keep-with-next or not.
    names = body.paragraph(style=styles.SIGNATURE)
    names.add_run(paper.association).bold = True
    for author in paper.authors:
        names.add_run(f"\n{author}")


def _add_table(body: Body, paper: Paper) -> None:
    body.paragraph(wording.SIGNATORIES, styles.HEADING)
    table = body.table(len(wording.COLUMNS), "Table Grid")
    table.autofit = False
    properties = xml(table).tblPr
    properties.append(element("w:tblCaption", val=wording.SIGNATORIES))
    widths = (Mm(50), Mm(40), Mm(24), Mm(22), Mm(24))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _add_row(body, table, wording.COLUMNS, widths, header=True)
    for row in paper.rows:
        _add_row(body, table, row, widths, header=False)


def _add_row(body: Body, table: Table, cells: tuple[str, ...], widths: tuple[Mm, ...], *, header: bool) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    properties = xml(row).get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if header:
        properties.append(element("w:tblHeader"))
    for cell, text, width in zip(row.cells, cells, widths, strict=True):
        cell.width = width
        paragraph = body.styled(cell.paragraphs[0], styles.CELL)
        paragraph.add_run(text).bold = True if header else None


def _add_footer(document: DocumentObject, paper: Paper) -> None:
    footer = document.sections[0].footer
    first = footer.paragraphs[0]
    for text in (paper.handed_in, f"{wording.FINGERPRINT}: {paper.fingerprint}" if paper.fingerprint else None):
        if text:
            first.add_run(text)
            first = footer.add_paragraph(style="Footer")
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    first.add_run(f"{wording.PAGE} ")
    add_field(first, "PAGE")
    first.add_run(f" {wording.OF} ")
    add_field(first, "NUMPAGES")


def add_field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in; "1" stands there until it has."""
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    result = OxmlElement("w:t")
    result.text = "1"
    for part in (
        element("w:fldChar", fldCharType="begin"),
        instruction,
        element("w:fldChar", fldCharType="separate"),
        result,
        element("w:fldChar", fldCharType="end"),
    ):
        xml(paragraph.add_run()).append(part)
