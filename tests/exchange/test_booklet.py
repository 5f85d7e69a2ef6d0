"""All motions of a call as one document: what is in it, in which order, and for whom."""

import threading
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.styles.styles import Styles
from pypdf import PdfReader

from app.access.roles import Visibility
from app.documents.desk import StoreDesk
from app.documents.text import Block, Span
from app.exchange import booklet_gathering, booklet_routes
from app.exchange.booklet import Booklet, Entry, booklet_docx, booklet_pdf
from app.exchange.booklet_gathering import Order, gather_booklet
from app.exchange.commands import export_booklet
from app.kit.errors import Invalid, NotFound, TooLarge
from app.motions.actions import set_visibility
from app.motions.gate import OpenedMotion, subject_of
from app.motions.models import Motion
from app.people.models import Person
from app.submissions import actions as submissions
from tests.cast import Cast
from tests.exchange.samples import DEMANDS, motion_text, sample
from tests.house import House

BOOKLET = Booklet(
    "Distriktskongressen 2026",
    tuple(Entry(sample(text=motion_text(title=title)), None) for title in ("Bussar", "Badhus 😀", "Bibliotek")),
    date(2026, 6, 3),
)


def test_pdf_is_tagged_and_every_motion_begins_a_page_that_the_contents_name() -> None:
    reader = PdfReader(BytesIO(booklet_pdf(BOOKLET)))
    root: Any = reader.root_object
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv-SE"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    pages = [page.extract_text() for page in reader.pages]
    assert "Motioner till Distriktskongressen 2026" in pages[0]
    assert "3 motioner" in pages[0]
    starts = [next(n for n, text in enumerate(pages) if n and text.startswith(f"{each}. B")) for each in (1, 2, 3)]
    assert starts[0] == 1
    assert len(set(starts)) == 3
    assert "Bakom motionen står också Norrby förening och Hamnens förening." in " ".join(pages[1].split())


def test_word_booklet_has_contents_that_lead_to_each_motion_and_demands_that_begin_at_one() -> None:
    document = Document(BytesIO(booklet_docx(BOOKLET)))
    headings = [
        paragraph for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Heading 1"
    ]
    assert [heading.text for heading in headings] == ["1. Bussar", "2. Badhus 😀", "3. Bibliotek"]
    assert all(heading.paragraph_format.page_break_before for heading in headings)
    body = document.element.body
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert anchors == names
    assert len(names) == 3
    numbers = {
        number.get(qn("w:val"))
        for paragraph in document.paragraphs
        if paragraph.text in DEMANDS
        for number in paragraph._p.iter(qn("w:numId"))
    }
    assert len(numbers) == 3, "the demands of each motion are a list of their own"


def test_links_of_all_motions_lead_where_they_led() -> None:
    linked = [
        Span("först", link="https://exempel.se/a"),
        Span("sedan", link="https://exempel.se/b"),
        Span("åter", link="https://exempel.se/a"),
    ]
    entries = [Entry(sample(text=motion_text(body=(Block("paragraph", (span,)),))), None) for span in linked]
    document = Document(BytesIO(booklet_docx(Booklet("Kongressen", tuple(entries), date(2026, 6, 3)))))
    links = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks if link.address]
    assert [(link.text, link.address) for link in links] == [(span.text, span.link) for span in linked]


def test_styles_are_looked_up_as_often_however_many_motions_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    found: Callable[[Styles, str], Any] = Styles.__getitem__

    def look_up(known: Styles, name: str) -> Any:
        looked_up.append(name)
        return found(known, name)

    monkeypatch.setattr(Styles, "__getitem__", look_up)
    times = []
    for count in (2, 30):
        looked_up.clear()
        booklet_docx(Booklet("Kongressen", BOOKLET.entries[:1] * count, date(2026, 6, 3)))
        times.append(len(looked_up))
    assert times[0] == times[1] > 0


async def hand_in(cast: Cast, motion_id: UUID | None = None) -> None:
    actor = await cast.actor(cast.astrid)
    async with cast.database.reading() as session:
        motion = await session.get_one(Motion, motion_id or cast.motion.id)
        opened = OpenedMotion(motion, await subject_of(session, motion), actor)
    await submissions.submit(cast.database, cast.desk, opened, actor, base_url="http://verkstad.test")


async def test_reader_gets_what_was_handed_in_and_may_be_read_and_nothing_else(cast: Cast) -> None:
    draft = await cast.another_motion("Ett utkast", cast.astrid)
    async with cast.database.writing() as session:
        await set_visibility(session, draft, Visibility.TEXT)
    second = await cast.another_motion("Andra motionen", cast.astrid)
    await hand_in(cast, second)
    await hand_in(cast)
    titles = await _titles(cast, cast.astrid)
    assert titles == ["Andra motionen", "Bättre bussar"], "in the order in which they were handed in"
    with pytest.raises(NotFound):
        await _titles(cast, cast.ove)
    await cast.open_to_members()
    assert await _titles(cast, cast.ove) == ["Bättre bussar"]


async def _titles(cast: Cast, person: Person) -> list[str]:
    actor = await cast.actor(person)
    booklet = await gather_booklet(cast.database, cast.desk, cast.call.id, actor, Order.SUBMITTED)
    return [entry.export.text.title for entry in booklet.entries]


async def test_pages_offer_the_booklet_to_those_who_find_something_in_it(house: House) -> None:
    path = f"/calls/{house.cast.call.id}"
    async with house.browser(house.cast.astrid) as browser, house.browser(house.cast.ove) as outsider:
        assert "booklet.pdf" not in (await browser.get(path)).text
        assert (await browser.get(f"{path}/booklet.pdf")).status_code == 404
        await hand_in(house.cast)
        assert "booklet.pdf" in (await browser.get(path)).text
        for kind in ("pdf", "docx"):
            answer = await browser.get(f"{path}/booklet.{kind}?order=theme")
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"
        assert (await browser.get(f"{path}/booklet.odt")).status_code == 404
        assert (await browser.get(f"{path}/booklet.pdf?order=length")).status_code == 422
        assert "booklet.pdf" not in (await outsider.get(path)).text
        assert (await outsider.get(f"{path}/booklet.pdf")).status_code == 404
    async with house.browser(house.cast.gun) as guest:
        assert (await guest.get(f"{path}/booklet.pdf")).status_code == 403


async def test_booklet_is_bound_beside_the_loop_that_serves_everybody_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hand_in(house.cast)
    bound_in: list[int] = []

    def bind(booklet: Booklet) -> bytes:
        bound_in.append(threading.get_ident())
        return booklet_docx(booklet)

    monkeypatch.setattr(booklet_routes, "BOOKLETS", {"docx": bind})
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.get(f"/calls/{house.cast.call.id}/booklet.docx")).status_code == 200
    assert bound_in
    assert threading.get_ident() not in bound_in


async def test_more_motions_than_one_booklet_holds_are_refused_with_a_way_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booklet_gathering, "MOST_MOTIONS", 2)
    for title in ("Andra motionen", "Tredje motionen"):
        await hand_in(house.cast, await house.cast.another_motion(title, house.cast.astrid))
    address = f"/calls/{house.cast.call.id}/booklet.docx"
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.get(address)).status_code == 200
        await hand_in(house.cast)
        refused = await browser.get(address)
        assert refused.status_code == 413
        assert "Fler än 2 motioner" in refused.text
    with pytest.raises(TooLarge):
        await gather_booklet(house.cast.database, house.cast.desk, house.cast.call.id, None)


async def test_command_binds_everything_that_was_handed_in(cast: Cast, tmp_path: Path) -> None:
    desk = StoreDesk(cast.database)
    with pytest.raises(NotFound):
        await export_booklet(cast.database, desk, tmp_path / "h.pdf", "Kongressen")
    await hand_in(cast)
    assert await export_booklet(cast.database, desk, tmp_path / "h.docx", "Kongressen") == 1
    assert "1. Bättre bussar" in [paragraph.text for paragraph in Document(str(tmp_path / "h.docx")).paragraphs]
    with pytest.raises(Invalid):
        await export_booklet(cast.database, desk, tmp_path / "h.odt", "Kongressen")
