"""Taking motions in and out by the thousand: what `verkstad import motions` and `verkstad export` do."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from uuid import UUID

import anyio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.roles import Visibility
from app.associations import actions as associations
from app.associations.models import Association
from app.calls import actions as calls
from app.calls.models import Call
from app.documents.desk import TextDesk
from app.documents.editing import TextChange, body_lines
from app.documents.text import Demand, collapse
from app.exchange import jsonl
from app.exchange.booklet import BOOKLETS
from app.exchange.booklet_gathering import Order, gather_booklet
from app.exchange.jsonl import Refusal, Row
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import AppError, Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.motions.actions import NewMotion, start_motion
from app.motions.events import MotionChanged, RightsChanged
from app.motions.models import Motion, Status
from app.motions.projection import project
from app.motions.queries import by_external_id

#: Lines that go in together: few enough that nobody who writes meanwhile has to wait.
BATCH = 100
#: When the last day of a call that is taken in is over.
LAST_MINUTE = time(23, 59)
#: The association of a motion for which none is named.
DEFAULT_ASSOCIATION = "Enskild motionär"


@dataclass(slots=True)
class Report:
    """What became of the lines of a file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def __str__(self) -> str:
        return _(
            "{created} new, {updated} changed, {unchanged} as before, {refused} refused.",
            created=self.created,
            updated=self.updated,
            unchanged=self.unchanged,
            refused=len(self.refused),
        )


async def import_motions(
    database: Database, desk: TextDesk, path: Path, call_name: str, deadline: date | None = None
) -> Report:
    """Takes in the motions of the file, BATCH by BATCH; a batch that is in stays in, whatever happens to the next.

    Calls and associations that are missing are made; a motion is open to all members unless its line says otherwise.
    A line with the id of a motion that is there already changes what is different in it, as an edit of its live text.
    `deadline` becomes the last day of the call `call_name`, Stockholm's: one that has passed makes it an earlier call.
    Raises OSError when the file can't be read.
    """
    report = Report()
    with path.open("rb") as file:
        if deadline is not None:
            async with database.writing() as session:
                call = await calls.find_or_add(session, call_name)
                await calls.move_deadline(session, call.id, datetime.combine(deadline, LAST_MINUTE, clock.STOCKHOLM))
        for batch in _batches(jsonl.read(file)):
            report.refused += [each for each in batch if isinstance(each, Refusal)]
            rows = [each for each in batch if isinstance(each, Row)]
            for known in await _begin(database, report, rows, call_name):
                await _rewrite(database, desk, report, known)
    report.refused.sort(key=lambda refusal: refusal.number)
    return report


def _batches(read: Iterator[Row | Refusal]) -> Iterator[list[Row | Refusal]]:
    while batch := list(islice(read, BATCH)):
        yield batch


@dataclass(frozen=True, slots=True)
class _Known:
    """A line whose motion is there already. `moved`: its association or openness was another."""

    row: Row
    document_id: UUID
    moved: bool


async def _begin(database: Database, report: Report, rows: Sequence[Row], call_name: str) -> list[_Known]:
    """Makes the motions that are new, and gives the others the association and openness of their lines, in one
    transaction. Returns the others: their texts are changed afterwards, for the desk commits by itself."""
    known: list[_Known] = []
    created = 0
    async with database.writing() as session:
        batch = _Batch(session)
        for row in rows:
            try:
                call_id = await batch.call(row.call or call_name)
                motion = await batch.motion(call_id, row.id)
                if motion is None:
                    association_id = await batch.association(row.association or DEFAULT_ASSOCIATION)
                    await start_motion(session, _new(row, call_id, association_id))
                    created += 1
                else:
                    known.append(_Known(row, motion.document_id, await _move(batch, row, motion)))
            except AppError as error:
                report.refused.append(Refusal(row.number, error.message))
    report.created += created
    return known


class _Batch:
    """What the lines of one batch ask for again and again, asked once."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._calls: dict[str, UUID] = {}
        self._associations: dict[str, UUID] = {}

    async def call(self, name: str) -> UUID:
        if name not in self._calls:
            self._calls[name] = (await calls.find_or_add(self.session, name)).id
        return self._calls[name]

    async def association(self, name: str) -> UUID:
        if name not in self._associations:
            self._associations[name] = (await associations.find_or_add(self.session, name)).id
        return self._associations[name]

    async def motion(self, call_id: UUID, id_: str) -> Motion | None:
        """The motion that an earlier import made, or that was exported under its own id."""
        motion = await by_external_id(self.session, call_id, id_)
        if motion is None:
            try:
                motion = await self.session.get(Motion, UUID(id_))
            except ValueError:
                return None
        return motion


def _new(row: Row, call_id: UUID, association_id: UUID) -> NewMotion:
    return NewMotion(
        title=row.title,
        body=row.body,
        demands=row.demands,
        association_id=association_id,
        call_id=call_id,
        visibility=row.visibility or Visibility.TEXT,
        external_id=row.id,
    )


async def _move(batch: _Batch, row: Row, motion: Motion) -> bool:
    """Gives the motion the association and the openness that its line names. Whether anything differed."""
    if motion.status == Status.SUBMITTED:
        return False
    before = (motion.association_id, motion.visibility)
    if row.association is not None:
        motion.association_id = await batch.association(row.association)
    if row.visibility is not None:
        motion.visibility = row.visibility
    if (motion.association_id, motion.visibility) == before:
        return False
    motion.changed_at = clock.now()
    announce(batch.session, MotionChanged(motion.id))
    announce(batch.session, RightsChanged(motion.document_id))
    return True


async def _rewrite(database: Database, desk: TextDesk, report: Report, known: _Known) -> None:
    """Brings the text of a motion that is there to what its line says."""
    row = known.row
    try:
        text = await desk.read(known.document_id)
        demands = tuple(demand.text for demand in text.demands)
        change = TextChange(
            title=row.title if row.title != collapse(text.title) else None,
            body=row.body if body_lines(row.body) != body_lines(text.body_text) else None,
            demands=paired(text.demands, row.demands) if row.demands != demands else None,
        )
        rewritten = change != TextChange()
        if rewritten:
            await desk.edit(known.document_id, change)
            await project(database, desk, known.document_id)
    except AppError as error:
        report.refused.append(Refusal(row.number, error.message))
        return
    report.updated += rewritten or known.moved
    report.unchanged += not (rewritten or known.moved)


def paired(held: Sequence[Demand], wanted: Sequence[str]) -> tuple[tuple[str | None, str], ...]:
    """`wanted` with the ids of the demands that are there: of those that read the same, then of the others in order.

    So a demand that was reworded stays the demand that associations back.
    """
    free = list(held)
    ids: list[str | None] = []
    for text in wanted:
        same = next((demand for demand in free if demand.text == text), None)
        if same is not None:
            free.remove(same)
        ids.append(same.id if same is not None else None)
    rest = iter(free)
    for index, id_ in enumerate(ids):
        if id_ is None:
            ids[index] = next((demand.id for demand in rest), None)
    return tuple(zip(ids, wanted, strict=True))


async def export_motions(database: Database, desk: TextDesk, path: Path, call_name: str | None) -> int:
    """Writes all motions of a call (or all there are) as JSON lines that `import_motions` takes; returns how many.

    Marks and lists are not in them: the body is plain text. Raises NotFound for a call that there is none of.
    """
    async with database.reading() as session:
        query = (
            select(Motion, Association.name, Call.name)
            .join(Association, Association.id == Motion.association_id)
            .join(Call, Call.id == Motion.call_id)
            .order_by(Motion.id)
        )
        if call_name is not None:
            call = await session.scalar(select(Call).where(Call.name == collapse(call_name)))
            if call is None:
                raise NotFound(_("There is no call for motions named {name}.", name=call_name))
            query = query.where(Motion.call_id == call.id)
        rows = (await session.execute(query)).all()
    with path.open("w", encoding="utf-8") as file:
        for motion, association, name in rows:
            text = await desk.read(motion.document_id)
            line = {
                "id": motion.external_id or str(motion.id),
                "title": text.title,
                "body": text.body_text,
                "demands": [demand.text for demand in text.demands],
                "association": association,
                "call": name,
                "visibility": motion.visibility,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(rows)


async def export_booklet(
    database: Database, desk: TextDesk, path: Path, call_name: str | None, order: str = Order.SUBMITTED
) -> int:
    """Writes the motions that were handed in to a call as a booklet, PDF or Word by the file's ending; returns how
    many. Raises NotFound for a call that there is none of or that has none, Invalid for another ending."""
    write = BOOKLETS.get(path.suffix.lower().lstrip("."))
    if write is None:
        raise Invalid(_("A booklet is written as PDF or Word: choose a file name that ends with .pdf or .docx."))
    async with database.reading() as session:
        call = await session.scalar(select(Call).where(Call.name == collapse(call_name or "")))
    if call is None:
        raise NotFound(_("There is no call for motions named {name}.", name=call_name or ""))
    booklet = await gather_booklet(database, desk, call.id, None, Order(order))
    await anyio.Path(path).write_bytes(write(booklet))
    return len(booklet.entries)
