"""Downloads: who gets them, what is in them, and what they are called."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from docx import Document
from httpx import AsyncClient
from pypdf import PdfReader

from app.documents.editing import TextChange
from app.exchange.formats import FORMATS
from app.exchange.gathering import gather
from app.kit import clock
from tests.cast import DEMANDS
from tests.house import House

NOW = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)
DECISION = {"state": "decided", "decided_by": "Medlemsmötet", "decided_on": "2026-05-02", "paragraph": "7"}


def _path(house: House, kind: str, prefix: str = "") -> str:
    return f"{prefix}/motions/{house.cast.motion.id}/export.{kind}"


def _api(house: House, kind: str) -> str:
    return _path(house, kind, "/api/v1")


async def _back(house: House, program: AsyncClient, **more: Any) -> None:
    given = {"association": "Södra", **DECISION, **more}
    answer = await program.post(f"/api/v1/motions/{house.cast.motion.id}/co-signatures", json=given)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("kind", list(FORMATS))
async def test_author_downloads_the_motion_in_every_format(house: House, kind: str) -> None:
    async with house.browser(house.cast.astrid) as browser, house.program(house.cast.astrid) as program:
        for answer in (await browser.get(_path(house, kind)), await program.get(_api(house, kind))):
            assert answer.status_code == 200
            assert answer.headers["content-type"] == FORMATS[kind].media_type
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"
            name = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
            assert name == f"Bättre bussar.{kind}"
            assert _text(kind, answer.content).count(DEMANDS[0]) == 1


def _text(kind: str, content: bytes) -> str:
    if kind == "docx":
        return "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)
    if kind == "odt":
        return ZipFile(BytesIO(content)).read("content.xml").decode()
    if kind == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode()


async def test_file_holds_the_live_text_and_not_the_projection(house: House) -> None:
    await house.cast.desk.edit(house.cast.motion.document_id, TextChange(title="Ny rubrik"))
    async with house.browser(house.cast.astrid) as browser:
        answer = await browser.get(_path(house, "md"))
    assert answer.text.startswith("# Ny rubrik\n\nMotion till Kongressen\n")
    assert "Vi föreslår att kongressen beslutar" in answer.text
    assert "Ny%20rubrik.md" in answer.headers["content-disposition"]


async def test_outsider_finds_nothing_to_download(house: House) -> None:
    async with house.browser(house.cast.ove) as browser, house.program(house.cast.ove) as program:
        assert (await browser.get(_path(house, "docx"))).status_code == 404
        assert (await program.get(_api(house, "docx"))).status_code == 404


async def test_nobody_in_particular_is_asked_to_sign_in(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get(_api(house, "pdf"))).status_code == 401


async def test_member_downloads_a_motion_that_is_open_to_members(house: House) -> None:
    await house.cast.open_to_members()
    async with house.browser(house.cast.ove) as browser:
        assert (await browser.get(_path(house, "txt"))).status_code == 200


async def test_format_that_there_is_none_of_is_not_found(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        for kind in ("doc", "exe", "docx.exe", "DOCX"):
            assert (await browser.get(_path(house, kind))).status_code == 404


async def test_associations_that_have_decided_are_printed_and_others_not(house: House) -> None:
    await house.cast.open_to_members()
    async with house.program(house.cast.bo) as program:
        await _back(house, program, state="intends")
    async with house.browser(house.cast.astrid) as browser:
        assert "Södra" not in (await browser.get(_path(house, "md"))).text
        async with house.program(house.cast.bo) as program:
            await _back(house, program)
        assert "| Södra | Medlemsmötet | 2026-05-02 | § 7 | alla |" in (await browser.get(_path(house, "md"))).text


async def test_backing_of_single_demands_names_them_and_lapses_when_they_change(house: House) -> None:
    await house.cast.open_to_members()
    document_id = house.cast.motion.document_id
    first, second = (await house.cast.desk.read(document_id)).demands
    async with house.program(house.cast.bo) as program:
        await _back(house, program, demands=[second.id])
    async with house.browser(house.cast.astrid) as browser:
        assert "| § 7 | 2 |" in (await browser.get(_path(house, "md"))).text
        await house.cast.desk.edit(
            document_id, TextChange(demands=((first.id, "att allt blir annorlunda"), (second.id, second.text)))
        )
        assert "| § 7 | 2 |" in (await browser.get(_path(house, "md"))).text, "the other demand is no concern of theirs"
        await house.cast.desk.edit(
            document_id, TextChange(demands=((first.id, first.text), (second.id, "att biljetten är gratis")))
        )
        assert "Södra" not in (await browser.get(_path(house, "md"))).text


async def test_motion_that_was_handed_in_carries_its_receipt(house: House) -> None:
    with clock.frozen(NOW):
        async with house.program(house.cast.astrid) as program:
            receipt = (await program.post(f"/api/v1/motions/{house.cast.motion.id}/submission")).json()
            answer = await program.get(_api(house, "txt"))
    assert f"Inlämnad 3 juni 2026 kl. 12:00\nSHA-256: {receipt['sha256']}\n" in answer.text
    assert "Den 3 juni 2026\nNorra\nAstrid Lind\n" in answer.text


async def test_date_of_a_motion_that_is_not_handed_in_is_today_in_stockholm(house: House) -> None:
    with clock.frozen(datetime(2026, 6, 3, 22, 30, tzinfo=UTC)):
        export = await gather(house.cast.database, house.cast.desk, house.cast.motion)
    assert export.dated == date(2026, 6, 4)
    assert export.receipt is None
    assert export.authors == ("Astrid Lind",), "the others have not said that they want to be named"
    assert (export.call, export.recipient, export.association) == ("Kongressen", "Partidistriktet", "Norra")


async def test_download_is_in_the_published_description(house: House) -> None:
    async with house.browser() as browser:
        paths = (await browser.get("/api/v1/openapi.json")).json()["paths"]
    content = paths["/api/v1/motions/{motion_id}/export.{kind}"]["get"]["responses"]["200"]["content"]
    assert set(content) == {"application/pdf", "text/plain", "text/markdown", *(
        FORMATS[kind].media_type for kind in ("docx", "odt")
    )}  # fmt: skip
    assert "/motions/{motion_id}/export.{kind}" not in paths
