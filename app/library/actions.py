"""Taking a programme in, and out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.i18n import _
from app.library.models import Passage, Programme

MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Read:
    """A paragraph as it was read from a file; `page` from 1, None where the file has no pages."""

    text: str
    heading: str = ""
    page: int | None = None


async def put_programme(
    session: AsyncSession, title: str, decided_on: date, sha256: str, passages: Sequence[Read]
) -> Programme:
    """Takes the programme in; one of the same title is there in its place afterwards.

    Raises Invalid, by field, for a title that is none or too long, a date ahead, and a file without paragraphs.
    """
    title = " ".join(title.split())
    wrong: dict[str, str] = {}
    if not title:
        wrong["title"] = _("Write what the programme is called.")
    elif len(title) > MAX_TITLE:
        wrong["title"] = _("The title is too long. At most {n} characters can be taken in.", n=MAX_TITLE)
    if decided_on > clock.now().astimezone(clock.STOCKHOLM).date():
        wrong["decided"] = _("The date lies ahead. A programme can be built on when it has been decided.")
    if not passages:
        wrong["document"] = _("There are no paragraphs in the file. A scanned PDF has pictures and no text.")
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    held = await session.scalar(select(Programme).where(Programme.title == title).with_for_update())
    if held is None:
        held = Programme(title=title)
        session.add(held)
    held.decided_on, held.sha256, held.imported_at = decided_on, sha256, clock.now()
    await session.flush()
    await session.execute(delete(Passage).where(Passage.programme_id == held.id))
    session.add_all(
        Passage(programme_id=held.id, position=number, heading=read.heading, page=read.page, text=read.text)
        for number, read in enumerate(passages, start=1)
    )
    await session.flush()
    return held


async def remove_programme(session: AsyncSession, programme_id: UUID) -> None:
    held = await session.get(Programme, programme_id)
    if held is None:
        raise NotFound
    await session.execute(delete(Passage).where(Passage.programme_id == programme_id))
    await session.delete(held)
