"""Taking in a programme from Markdown, Word, plain text or PDF."""

import asyncio
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePath

from app.documents.text import clean
from app.exchange.importing import read_sheet
from app.exchange.reading.archive import MOST_BYTES, Archive
from app.exchange.reading.pdf import pages_of, paragraphs_of
from app.kit.db import Database
from app.kit.errors import TooLarge
from app.kit.i18n import _
from app.library.actions import Read, put_programme

#: Letters below which a paragraph says nothing that one could build on: page numbers, running heads.
FEWEST_LETTERS = 25
MOST_PASSAGES = 8_000


def passages_of(name: str, data: bytes) -> list[Read]:
    """The paragraphs of a file, each with the heading above it or, of a PDF, the page it is on.

    Raises Invalid or TooLarge for anything that can't be read. Call it in a thread.
    """
    if len(data) > MOST_BYTES:
        Archive(data)
    found = _of_pdf(data) if data.startswith(b"%PDF") else _of_sheet(name, data)
    if len(found) > MOST_PASSAGES:
        raise TooLarge(_("The programme has more than {n} paragraphs. Divide it into parts.", n=MOST_PASSAGES))
    return found


def _of_pdf(data: bytes) -> list[Read]:
    return [
        Read(text, page=number)
        for number, page in enumerate(pages_of(data), start=1)
        for paragraph in paragraphs_of(page)
        if len(text := clean(paragraph).strip()) >= FEWEST_LETTERS
    ]


def _of_sheet(name: str, data: bytes) -> list[Read]:
    heading = ""
    found: list[Read] = []
    for line in read_sheet(PurePath(name).suffix.lower(), data).lines:
        text = clean(line.text).strip()
        if line.role in {"heading", "title"}:
            heading = text[:300]
        elif len(text) >= FEWEST_LETTERS:
            found.append(Read(text, heading))
    return found


async def import_programme(database: Database, path: Path, title: str, decided_on: date) -> int:
    """Takes in the programme of a file. Returns how many passages it has; raises OSError when it can't be read."""
    data = await asyncio.to_thread(path.read_bytes)
    passages = await asyncio.to_thread(passages_of, path.name, data)
    async with database.writing() as session:
        await put_programme(session, title, decided_on, sha256(data).hexdigest(), passages)
    return len(passages)
