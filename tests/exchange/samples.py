"""A motion with everything in it, as the tests of all formats print it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.documents.text import Block, Demand, MotionText, Span
from app.exchange.export import Export, Receipt, Signatory

SHA256 = "5a" * 32

BODY = (
    Block(
        "paragraph",
        (
            Span("Sista bussen från Vallsta går 18.10. Den som arbetar kväll på "),
            Span("äldreboendet", bold=True),
            Span(" får "),
            Span("alltid", italic=True),
            Span(" köra bil. Se "),
            Span("tidtabellen", link="https://exempel.se/tider?linje=12&dag=1"),
            Span("."),
        ),
    ),
    Block("heading", (Span("Bakgrund"),), 2),
    Block("bullet", (Span("Kvällsturer"),), 0),
    Block("bullet", (Span("på vardagar"),), 1),
    Block("bullet", (Span("på helger"),), 1),
    Block("bullet", (Span("Nattbuss"),), 0),
    Block("heading", (Span("Kostnad"),), 3),
    Block("ordered", (Span("Förarna"),), 0),
    Block("ordered", (Span("lön"),), 1),
    Block("ordered", (Span("Drivmedlet"),), 0),
    Block("paragraph", (Span("Mellan listorna."),)),
    Block("ordered", (Span("Börjar om på ett"),), 0),
    Block("quote", (Span("Utan buss finns det ingen kväll.\nSå är det."),)),
    Block("paragraph", (Span("Fet och kursiv", bold=True, italic=True), Span(" i samma mening."))),
)
DEMANDS = (
    "att Socialdemokraterna i länet verkar för kvällsturer till varje tätort",
    "att kostnaden redovisas före nästa budget",
    "att distriktsstyrelsen rapporterar till nästa kongress",
)


def motion_text(
    title: str = "Bussar som går på kvällen", body: tuple[Block, ...] = BODY, demands: tuple[str, ...] = DEMANDS
) -> MotionText:
    return MotionText(title, body, tuple(Demand(f"demand-{n}", text) for n, text in enumerate(demands, start=1)))


def paragraphs(*texts: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", (Span(text),)) for text in texts)


def sample(**changes: Any) -> Export:
    """The motion, handed in and backed by two associations; `changes` are fields of Export."""
    export = Export(
        text=motion_text(),
        call="Distriktskongressen 2026",
        recipient="Distriktskongressen",
        association="Vallsta socialdemokratiska förening",
        authors=("Astrid Åkesson", "Bo Öberg"),
        signatories=(
            Signatory("Norrby förening", "medlemsmötet", date(2026, 5, 2), "7", None),
            Signatory("Hamnens förening", "styrelsen", date(2026, 5, 12), "§ 12 b", (3, 1)),
        ),
        dated=date(2026, 6, 3),
        receipt=Receipt(datetime(2026, 6, 3, 12, 5, tzinfo=UTC), SHA256, late=False),
    )
    return replace(export, **changes)


def texts(text: MotionText) -> tuple[str, tuple[Block, ...], tuple[str, ...]]:
    """What has to survive a round trip: everything but the ids of the demands."""
    return text.title, text.body, tuple(demand.text for demand in text.demands)
