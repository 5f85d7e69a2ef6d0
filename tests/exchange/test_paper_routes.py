"""Copying a motion field by field, and sheets to write on by hand."""

from io import BytesIO

from pypdf import PdfReader

from app.access.roles import Role
from app.motions.sharing import make_link
from tests.cast import DEMANDS
from tests.house import House


def text(content: bytes) -> str:
    reader = PdfReader(BytesIO(content))
    assert "/StructTreeRoot" in reader.root_object
    return "\n".join(page.extract_text() for page in reader.pages)


async def test_every_field_has_a_copy_of_its_own(house: House) -> None:
    path = f"/motions/{house.cast.motion.id}"
    async with house.browser(house.cast.astrid) as browser:
        answer = await browser.get(f"{path}/fields")
        assert f"{path}/fields" in (await browser.get(f"{path}/text")).text
    assert answer.status_code == 200
    for id_ in ("copy-title", "copy-body", "copy-demand-1", "copy-demand-2", "copy-everything"):
        assert f'id="{id_}"' in answer.text
        assert f'data-copy="#{id_}"' in answer.text
    assert ">\nBussen går för sällan.\n\nVi vill åka mer.</textarea>" in answer.text
    assert f">\n{DEMANDS[1]}</textarea>" in answer.text


async def test_sheet_of_a_call_has_its_headings_hints_and_lines_for_demands(house: House) -> None:
    await house.cast.change_call(template={"headings": ["Läget i dag"], "hints": ["Vem berörs?"]})
    async with house.browser(house.cast.ove) as browser:
        answer = await browser.get(f"/calls/{house.cast.call.id}/worksheet.pdf")
        assert "/worksheet.pdf" in (await browser.get(f"/calls/{house.cast.call.id}")).text
    assert answer.headers["content-type"] == "application/pdf"
    shown = text(answer.content)
    for words in ("Arbetsblad", "Läget i dag", "Vem berörs?", "1. att", "4. att", "Motionsstopp"):
        assert words in shown
    async with house.browser(house.cast.gun) as guest:
        assert (await guest.get(f"/calls/{house.cast.call.id}/worksheet.pdf")).status_code == 403


async def test_sheet_of_a_motion_has_the_code_for_those_who_may_invite_only(house: House) -> None:
    cast = house.cast
    await cast.open_to_members()
    async with cast.database.writing() as session:
        link = await make_link(session, cast.motion, Role.AUTHOR, cast.astrid.id)
    path = f"/motions/{cast.motion.id}/worksheet.pdf"
    for person, sees in ((cast.astrid, True), (cast.ove, False), (cast.gun, False)):
        async with house.browser(person) as browser:
            shown = text((await browser.get(path)).content)
        assert "Bättre bussar" in shown
        assert DEMANDS[0] in shown
        assert (link.code in shown) is sees


async def test_outsider_gets_neither_fields_nor_sheet(house: House) -> None:
    async with house.browser(house.cast.ove) as browser:
        for path in ("fields", "worksheet.pdf"):
            assert (await browser.get(f"/motions/{house.cast.motion.id}/{path}")).status_code == 404
