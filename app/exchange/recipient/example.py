"""A template to begin from, and a motion to try one with."""

from datetime import UTC, date, datetime
from io import BytesIO

from app.documents.text import Block, Demand, MotionText, Span
from app.exchange import styles, wording
from app.exchange.docx_blank import blank
from app.exchange.export import Export, Receipt, Signatory

#: Every kind of paragraph that a motion can hold, and every fact around it.
SAMPLE = Export(
    text=MotionText(
        "Exempel: Bussar som går på kvällen",
        (
            Block("heading", (Span("Bakgrund"),), 2),
            Block("paragraph", (Span("Sista bussen går "), Span("18.10", bold=True), Span("."))),
            Block("quote", (Span("Utan buss finns det ingen kväll."),)),
            Block("heading", (Span("Vad det kostar"),), 3),
            Block("bullet", (Span("Förare"),), 0),
            Block("bullet", (Span("på helger"),), 1),
            Block("ordered", (Span("Först vardagarna"),), 0),
            Block("ordered", (Span("Sedan helgerna", italic=True),), 0),
            Block("paragraph", (Span("Läs mer på "), Span("webben", link="https://example.org/"), Span("."))),
        ),
        (
            Demand("1", "att distriktet verkar för kvällsturer till varje tätort"),
            Demand("2", "att kostnaden redovisas före nästa budget"),
        ),
    ),
    call="Distriktskongressen",
    recipient="Partidistriktet",
    association="Exempelbygdens förening",
    authors=("Anna Exempel", "Erik Exempel"),
    signatories=(Signatory("Norrbyns förening", "medlemsmötet", date(2026, 5, 2), "7", None),),
    dated=date(2026, 6, 3),
    receipt=Receipt(datetime(2026, 6, 3, 12, 5, tzinfo=UTC), "0" * 64, late=False),
)


def example() -> bytes:
    """A Word document with every placeholder where it may stand."""
    document = blank("Motion", "", "", SAMPLE.dated)
    document.add_paragraph("Motion till {{ motionsomgång }}", style=styles.ADDRESSED)
    document.add_heading("{{ titel }}", level=1)
    document.add_paragraph("Från {{ förening }} till {{ mottagare }}")
    document.add_paragraph("{{ text }}")
    document.add_paragraph(wording.DEMANDS, style=styles.HEADING)
    document.add_paragraph("{{ inledning }}", style=styles.INTRODUCTION)
    document.add_paragraph("{{ att-satser }}", style=styles.DEMAND)
    names = document.add_paragraph(style=styles.SIGNATURE)
    names.add_run("{{ datum }}\n")
    names.add_run("{{ förening }}").bold = True
    names.add_run("\n{{ författare }}")
    document.add_paragraph(wording.SIGNATORIES, style=styles.HEADING)
    document.add_paragraph("{{ föreningar bakom }}")
    document.sections[0].footer.paragraphs[0].text = "{{ kvitto }}"
    out = BytesIO()
    document.save(out)
    return out.getvalue()
