"""Programmes come in from Markdown, Word and PDF; by whom, and what is refused."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from httpx import Response
from sqlalchemy import select

from app.exchange.pdf import pdf
from app.exchange.programmes import import_programme, passages_of
from app.exchange.reading.pdf import paragraphs_of
from app.kit.errors import Invalid
from app.library.models import Passage, Programme
from app.matching.quoting import sentences
from app.people.models import Person
from tests.exchange.packages import paragraph, word
from tests.exchange.samples import sample
from tests.house import House

MARKDOWN = """# Program

## Resor

Kollektivtrafiken ska byggas ut på landsbygden.

Kort.

## Skola

- Alla skolor ska ha ett bibliotek.
"""


def test_markdown_keeps_the_heading_above_each_paragraph() -> None:
    found = [(read.heading, read.text, read.page) for read in passages_of("program.md", MARKDOWN.encode())]
    assert found == [
        ("Resor", "Kollektivtrafiken ska byggas ut på landsbygden.", None),
        ("Skola", "Alla skolor ska ha ett bibliotek.", None),
    ]


def test_word_is_read_as_for_motions() -> None:
    (read,) = passages_of("program.docx", word(paragraph("Kollektivtrafiken ska byggas ut på landsbygden.")))
    assert read.text == "Kollektivtrafiken ska byggas ut på landsbygden."


def test_a_pdf_gives_its_paragraphs_with_their_pages() -> None:
    found = passages_of("program.pdf", pdf(sample()))
    assert {read.page for read in found} >= {1}
    assert any("Sista bussen från Vallsta går 18.10" in read.text for read in found)


def test_lines_of_a_page_become_paragraphs_again() -> None:
    page = (
        "Kollektivtrafiken ska byggas ut på lands-\nbygden och i staden. Jord-\noch skogsbruk behövs.\n"
        "Ett nytt stycke börjar här och slutar\nsnart.\n\nDet sista."
    )
    assert paragraphs_of(page) == [
        "Kollektivtrafiken ska byggas ut på landsbygden och i staden. Jord- och skogsbruk behövs.",
        "Ett nytt stycke börjar här och slutar snart.",
        "Det sista.",
    ]


@pytest.mark.parametrize("data", [b"%PDF-1.7 nothing", b"%PDF" + b"\x00" * 5000, b"%PDF-1.4\n1 0 obj\n<<" * 500])
def test_what_only_claims_to_be_a_pdf_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid):
        passages_of("program.pdf", data)


async def send(house: House, person: Person, title: str = "Programmet", decided: str = "2025-05-31") -> Response:
    async with house.browser(person) as browser:
        files = {"document": ("program.md", MARKDOWN.encode(), "text/markdown")}
        return await browser.post("/programmes", data={"title": title, "decided": decided}, files=files)


async def make_admin(house: House) -> None:
    async with house.cast.database.writing() as session:
        (await session.get_one(Person, house.cast.astrid.id)).is_admin = True


async def test_an_administrator_takes_a_programme_in_and_in_again_and_away(house: House) -> None:
    await make_admin(house)
    for _twice in range(2):
        assert (await send(house, house.cast.astrid)).status_code == 303
    async with house.cast.database.reading() as session:
        (programme,) = await session.scalars(select(Programme))
        assert len(list(await session.scalars(select(Passage)))) == 2
    async with house.browser(house.cast.ove) as ove:
        assert "Programmet" in (await ove.get("/programmes")).text
    async with house.browser(house.cast.astrid) as astrid:
        assert (await astrid.post(f"/programmes/{programme.id}/removal")).status_code == 303
        assert (await astrid.get(f"/programmes/{programme.id}")).status_code == 404


async def test_members_read_programmes_but_do_not_take_them_in_and_guests_see_none(house: House) -> None:
    assert (await send(house, house.cast.bo)).status_code == 403
    async with house.browser(house.cast.gun) as gun:
        assert (await gun.get("/programmes")).status_code == 403


@pytest.mark.parametrize(
    ("title", "decided"), [("", "2025-05-31"), ("x" * 201, "2025-05-31"), ("P", "2999-01-01"), ("P", "i maj")]
)
async def test_a_form_that_is_wrong_is_shown_again_with_what_is_wrong(house: House, title: str, decided: str) -> None:
    await make_admin(house)
    answer = await send(house, house.cast.astrid, title, decided)
    assert answer.status_code == 422
    async with house.cast.database.reading() as session:
        assert not list(await session.scalars(select(Programme)))


async def test_the_command_reads_a_file(house: House, tmp_path: Path) -> None:
    path = tmp_path / "program.md"
    path.write_text(MARKDOWN, "utf-8")
    assert await import_programme(house.cast.database, path, "Programmet", date(2025, 5, 31)) == 2


#: What a word processor leaves in a text: other spaces, quotation marks, a soft hyphen.
ODD = "Tågen\u00a0ska  gå oftare – \u201deller tätare\u201d – på lands\u00adbygden i länet. Och båtar & bussar med."


@pytest.mark.parametrize("name", ["program.md", "program.docx"])
def test_sentences_stand_byte_for_byte_in_the_file(name: str) -> None:
    if name.endswith(".md"):
        data = source = f"# Program\n\n## Resor\n\n{ODD}\n".encode()
    else:
        data = word(paragraph(ODD.replace("&", "&amp;")))
        source = ZipFile(BytesIO(data)).read("word/document.xml").replace(b"&amp;", b"&")
    (read,) = passages_of(name, data)
    quoted = list(sentences(read.text))
    assert len(quoted) == 2
    for sentence in quoted:
        assert sentence.encode() in source


async def test_passages_of_a_pdf_are_said_to_be_text_that_was_read_from_it(house: House) -> None:
    await make_admin(house)
    async with house.browser(house.cast.astrid) as browser:
        for name, data in (("Pdf", pdf(sample())), ("Markdown", MARKDOWN.encode())):
            form = {"title": name, "decided": "2025-05-31"}
            await browser.post("/programmes", data=form, files={"document": ("file", data)})
        async with house.cast.database.reading() as session:
            ids = {each.title: each.id for each in await session.scalars(select(Programme))}
        pages = {name: (await browser.get(f"/programmes/{ids[name]}")).text for name in ids}
    assert "lästes ur en PDF" in pages["Pdf"]
    assert "lästes ur en PDF" not in pages["Markdown"]
