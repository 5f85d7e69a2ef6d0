"""Beginning a motion with a document, through the page."""

from typing import Any

from sqlalchemy import func, select

from app.motions.models import Motion
from app.motions.queries import demands_of
from tests.house import House

PASTED = """Fler bänkar

Det finns för få bänkar i parken.

att kommunen ställer ut fler bänkar
att bänkarna har ryggstöd
"""


def page(house: House) -> str:
    return f"/calls/{house.cast.call.id}/import"


def own(house: House, **more: Any) -> dict[str, Any]:
    return {"association": str(house.cast.north.id), **more}


async def count(house: House) -> int:
    async with house.cast.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(Motion)) or 0)


async def test_a_pasted_text_becomes_a_motion_with_its_demands(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        answer = await browser.post(page(house), data=own(house, text=PASTED))
        assert answer.status_code in {201, 303}
    async with house.cast.database.reading() as session:
        motion = (await session.scalars(select(Motion).where(Motion.title == "Fler bänkar"))).one()
        demands = [demand.text for demand in await demands_of(session, motion.id)]
    assert demands == ["att kommunen ställer ut fler bänkar", "att bänkarna har ryggstöd"]
    assert motion.visibility == "hidden"
    assert "Det finns för få bänkar i parken." in motion.body


async def test_a_document_that_can_not_be_read_is_explained_and_what_was_pasted_stays(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        broken = {"document": ("motion.docx", b"PK\x03\x04 not a document", "application/octet-stream")}
        answer = await browser.post(page(house), data=own(house, text="Kvar"), files=broken)
    assert answer.status_code == 422
    assert 'data-tone="error"' in answer.text
    assert ">Kvar</textarea>" in answer.text
    assert await count(house) == 1, "only the motion that the cast has"


async def test_neither_file_nor_text_is_said_to_be_neither(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        assert (await browser.post(page(house), data=own(house, text="  "))).status_code == 422


async def test_nobody_begins_in_the_name_of_another_association(house: House) -> None:
    async with house.browser(house.cast.ove) as browser:
        assert (await browser.post(page(house), data=own(house, text=PASTED))).status_code == 403
    async with house.browser(house.cast.gun) as guest:
        assert (await guest.get(page(house))).status_code == 403
    assert await count(house) == 1
