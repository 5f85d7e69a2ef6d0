"""All motions that were handed in to a call, as one document with a list of contents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.styles.style import ParagraphStyle

from app.exchange import styles, wording
from app.exchange.docx import add_field, add_motion
from app.exchange.docx_blank import DEMANDS, blank, element
from app.exchange.docx_body import Body, xml
from app.exchange.export import Export
from app.exchange.paper import Paper, compose, line
from app.exchange.pdf import words
from app.exchange.typesetting import typeset

_TITLE = "Motionshäfte"


@dataclass(frozen=True, slots=True)
class Entry:
    """One motion; `theme` is printed above it when the booklet is ordered by theme, otherwise None."""

    export: Export
    theme: str | None


@dataclass(frozen=True, slots=True)
class Booklet:
    """The motions in the order in which they are printed and numbered, from 1."""

    call: str
    entries: tuple[Entry, ...]
    dated: date

    @property
    def title(self) -> str:
        return wording.booklet(line(self.call))


def booklet_pdf(booklet: Booklet) -> bytes:
    """The booklet as .pdf: A4, PDF/UA-1, every motion from a new page."""
    motions = [
        {**asdict(paper), "group": entry.theme, "line": _line(paper)}
        for entry, paper in zip(booklet.entries, _papers(booklet), strict=True)
    ]
    data = {
        "title": booklet.title,
        "creators": [],
        "count": wording.count(len(motions)),
        "motions": motions,
        "words": {**words(), "contents": wording.CONTENTS},
    }
    return typeset("booklet.typ", data, booklet.dated)


def booklet_docx(booklet: Booklet) -> bytes:
    """The booklet as .docx: headings, numbering and a list of contents as Word knows them."""
    papers = _papers(booklet)
    document = blank(booklet.title, wording.count(len(papers)), "", booklet.dated)
    body = Body(document)
    _add_title(body, booklet.title, len(papers))
    _add_contents(body, papers)
    written = _lifted(document)
    for number, (entry, paper) in enumerate(zip(booklet.entries, papers, strict=True), start=1):
        if entry.theme is not None:
            theme = body.paragraph(style=styles.ADDRESSED)
            theme.paragraph_format.page_break_before = True
            theme.paragraph_format.keep_with_next = True
            theme.add_run(entry.theme).bold = True
        heading = body.paragraph(f"{number}. {paper.title}", "Heading 1")
        heading.paragraph_format.page_break_before = entry.theme is None
        xml(heading).insert(1, element("w:bookmarkStart", id=str(number), name=_bookmark(number)))
        xml(heading).append(element("w:bookmarkEnd", id=str(number)))
        body.paragraph(_line(paper), styles.ADDRESSED)
        add_motion(body, paper, body.begin(DEMANDS))
        if paper.handed_in:
            body.paragraph(paper.handed_in, styles.CELL)
            body.paragraph(f"{wording.FINGERPRINT}: {paper.fingerprint}", styles.CELL)
        written += _lifted(document)
    _lay_back(document, written)
    footer = document.sections[0].footer.paragraphs[0]
    footer.add_run(f"{wording.PAGE} ")
    add_field(footer, "PAGE")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _papers(booklet: Booklet) -> Sequence[Paper]:
    return [compose(entry.export) for entry in booklet.entries]


def _line(paper: Paper) -> str:
    """Whose motion it is, and who stands behind it."""
    backing = [row[0] for row in paper.rows]
    return wording.from_whom(paper.association, backing)


def _bookmark(number: int) -> str:
    return f"_Toc{number:06}"


def _lifted(document: DocumentObject) -> list[BaseOxmlElement]:
    """What has been written, taken out of the document. For each new paragraph python-docx goes through all that stand
    there already, which takes minutes when there are tens of thousands."""
    body = document.element.body
    written = [each for each in body if each.tag != qn("w:sectPr")]
    for each in written:
        body.remove(each)
    return written


def _lay_back(document: DocumentObject, written: Sequence[BaseOxmlElement]) -> None:
    page = document.element.body.sectPr
    for each in written:
        page.addprevious(each)


def _add_title(body: Body, title: str, count: int) -> None:
    document = body.document
    style = document.styles.add_style(_TITLE, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold = Pt(26), True
    body.paragraph(title, _TITLE)
    body.paragraph(wording.count(count))
    heading = body.paragraph(wording.CONTENTS, styles.INTRODUCTION)
    heading.runs[0].bold = True


def _add_contents(body: Body, papers: Sequence[Paper]) -> None:
    """A table of contents whose entries are links; Word puts in the page numbers when it is updated (F9)."""
    for number, paper in enumerate(papers, start=1):
        paragraph = body.paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        if number == 1:
            for part in (_mark("begin"), _instruction(), _mark("separate")):
                xml(paragraph.add_run()).append(part)
        run = paragraph.add_run(f"{number}. {paper.title} – {paper.association}")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _bookmark(number))
        xml(paragraph).replace(xml(run), link)
        link.append(xml(run))
        if number == len(papers):
            xml(paragraph.add_run()).append(_mark("end"))


def _mark(kind: str) -> BaseOxmlElement:
    return element("w:fldChar", fldCharType=kind)


def _instruction() -> BaseOxmlElement:
    made = OxmlElement("w:instrText")
    made.set(qn("xml:space"), "preserve")
    made.text = ' TOC \\o "1-1" \\h '
    return made


#: By the ending of the file's name. They work for seconds: call them in a thread.
BOOKLETS: Mapping[str, Callable[[Booklet], bytes]] = {"pdf": booklet_pdf, "docx": booklet_docx}
