"""Who wrote how much of a text: what a client inserts is credited to the person whose connection it came over.

The shared text knows its writers as clients, numbers that a browser draws afresh with each page, and counts what each
has inserted with a clock. What is noted here is which person a client was, from which clock on. Nothing is guessed:
what came before there were notes, what was copied in from a file or a template, and what was said by two people in the
name of one client is nobody's.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.decoding import STRING, parse
from app.documents.models import DocumentClient


@dataclass(frozen=True, slots=True)
class Credit:
    """From `clock` on, what `client` inserts comes from that person; see `app.documents.models.DocumentClient`."""

    client: int
    clock: int
    person_id: UUID | None
    by_desk: bool = False


#: By document, those who begin to write in what is committed.
Credits = Mapping[UUID, Sequence[Credit]]
NO_CREDITS: Credits = {}


async def note(session: AsyncSession, credits_: Credits) -> None:
    """Writes down who begins to write, in the caller's transaction. Noting the same again changes nothing."""
    rows = [
        {
            "document_id": document_id,
            "client": each.client,
            "clock": each.clock,
            "person_id": each.person_id,
            "by_desk": each.by_desk,
        }
        for document_id, begun in credits_.items()
        for each in begun
    ]
    if not rows:
        return
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    await session.execute(insert(DocumentClient).on_conflict_do_nothing(), rows)


async def noted(session: AsyncSession, document_id: UUID) -> list[Credit]:
    """All notes on a document, in the order of (client, clock)."""
    rows = await session.scalars(
        select(DocumentClient)
        .where(DocumentClient.document_id == document_id)
        .order_by(DocumentClient.client, DocumentClient.clock)
    )
    return [Credit(row.client, row.clock, row.person_id, row.by_desk) for row in rows]


def characters(state: bytes, notes: Sequence[Credit]) -> dict[UUID | None, int]:
    """Characters (UTF-16 units) of the text that stand in the trusted `state`, by who inserted them; None: not known.

    `notes` are in the order of (client, clock).
    """
    update = parse(state, trusted=True)
    gone: dict[int, list[tuple[int, int]]] = {}
    for client, clock, length in update.deletions:
        gone.setdefault(client, []).append((clock, clock + length))
    by_client: dict[int, tuple[list[int], list[UUID | None]]] = {}
    for each in notes:
        starts, people = by_client.setdefault(each.client, ([], []))
        # Only the server writes for several; a stranger who takes somebody's number gets nothing, nor do they.
        person_id = each.person_id if each.by_desk or not people or people[-1] == each.person_id else None
        starts.append(each.clock)
        people.append(person_id)
    found: dict[UUID | None, int] = {}
    for client, (_first, end, begin, behind) in update.sections.items():
        starts, people = by_client.get(client, ([], []))
        deleted = gone.get(client, [])
        clocks = [struct[1] for struct in update.structs[begin:behind]]
        for struct, until in zip(update.structs[begin:behind], [*clocks[1:], end], strict=True):
            # What stands under a key is a name or a number, not text.
            if struct[2] != STRING or struct[6]:
                continue
            for start, stop in _standing(struct[1], until, deleted):
                _share(found, start, stop, starts, people)
    return found


def _standing(start: int, until: int, deleted: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of the range without the deleted ones, which are in order."""
    left = []
    at = bisect_right(deleted, (start, until))
    for gone, end in deleted[max(at - 1, 0) :]:
        if gone >= until:
            break
        if gone > start:
            left.append((start, gone))
        start = max(start, end)
    if start < until:
        left.append((start, until))
    return left


def _share(
    found: dict[UUID | None, int], start: int, stop: int, starts: Sequence[int], people: Sequence[UUID | None]
) -> None:
    """Adds the range to those whose notes it falls under."""
    while start < stop:
        at = bisect_right(starts, start)
        end = min(stop, starts[at]) if at < len(starts) else stop
        person_id = people[at - 1] if at else None
        found[person_id] = found.get(person_id, 0) + end - start
        start = end
