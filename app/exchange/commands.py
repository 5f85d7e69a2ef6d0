"""Taking motions in and out by the thousand: what `verkstad import motions` and `verkstad export` do."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from uuid import UUID

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
from app.exchange.jsonl import Refusal, Row
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import AppError, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.motions.actions import NewMotion, set_visibility, start_motion
from app.motions.events import MotionChanged
from app.motions.models import Motion
from app.motions.projection import project

#: Lines that go in together: few enough that nobody who writes meanwhile has to wait.
BATCH = 100
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


async def import_motions(database: Database, desk: TextDesk, path: Path, call_name: str) -> Report:
    """Takes in the motions of the file, BATCH by BATCH; a batch that is in stays in, whatever happens to the next.

    Calls and associations that are missing are made; a motion is open to all members unless its line says otherwise.
    A line with the id of a motion that is there already changes what is different in it, as an edit of its live text.
    Raises OSError when the file can't be read.
    """
    report = Report()
    with path.open("rb") as file:
        for batch in _batches(jsonl.read(file)):
            report.refused += [each for each in batch if isinstance(each, Refusal)]
            known = await _begin(database, report, [each for each in batch if isinstance(each, Row)], call_name)
            for row, motion in known:
                await _change(database, desk, report, row, motion)
    report.refused.sort(key=lambda refusal: refusal.number)
    return report


def _batches(read: Iterator[Row | Refusal]) -> Iterator[list[Row | Refusal]]:
    while batch := list(islice(read, BATCH)):
        yield batch


async def _begin(database: Database, report: Report, rows: Sequence[Row], call_name: str) -> list[tuple[Row, Motion]]:
    """Makes the motions that are new, in one transaction; returns those that were there, for the text to be changed.

    The desk commits by itself, so texts are changed after the transaction.
    """
    known: list[tuple[Row, Motion]] = []
    created = 0
    async with database.writing() as session:
        for row in rows:
            try:
                call = await calls.find_or_add(session, row.call or call_name)
                motion = await _find(session, call, row.id)
                if motion is None:
                    association = await associations.find_or_add(session, row.association or DEFAULT_ASSOCIATION)
                    await start_motion(session, _new(row, call, association))
                    created += 1
                else:
                    known.append((row, motion))
            except AppError as error:
                report.refused.append(Refusal(row.number, error.message))
    report.created += created
    return known


def _new(row: Row, call: Call, association: Association) -> NewMotion:
    return NewMotion(
        title=row.title,
        body=row.body,
        demands=row.demands,
        association_id=association.id,
        call_id=call.id,
        visibility=row.visibility or Visibility.TEXT,
        external_id=row.id,
    )


async def _find(session: AsyncSession, call: Call, id_: str) -> Motion | None:
    """The motion that an earlier import made, or that was exported under its own id."""
    motion = await session.scalar(select(Motion).where(Motion.call_id == call.id, Motion.external_id == id_))
    if motion is None:
        try:
            motion = await session.get(Motion, UUID(id_))
        except ValueError:
            return None
    return motion


async def _change(database: Database, desk: TextDesk, report: Report, row: Row, motion: Motion) -> None:
    """Brings a motion that is there to what its line says."""
    try:
        text = await desk.read(motion.document_id)
        demands = tuple(demand.text for demand in text.demands)
        change = TextChange(
            title=row.title if row.title != collapse(text.title) else None,
            body=row.body if body_lines(row.body) != body_lines(text.body_text) else None,
            demands=paired(text.demands, row.demands) if row.demands != demands else None,
        )
        rewritten = change != TextChange()
        if rewritten:
            await desk.edit(motion.document_id, change)
            await project(database, desk, motion.document_id)
        moved = await _move(database, row, motion.id)
    except AppError as error:
        report.refused.append(Refusal(row.number, error.message))
        return
    report.updated += rewritten or moved
    report.unchanged += not (rewritten or moved)


async def _move(database: Database, row: Row, motion_id: UUID) -> bool:
    """Gives the motion the association and the openness that its line names. Whether anything differed."""
    async with database.writing() as session:
        motion = await session.get_one(Motion, motion_id)
        before = (motion.association_id, motion.visibility)
        if row.association is not None:
            association = await associations.find_or_add(session, row.association)
            if association.id != motion.association_id:
                motion.association_id, motion.changed_at = association.id, clock.now()
                announce(session, MotionChanged(motion.id))
        if row.visibility is not None:
            await set_visibility(session, motion_id, row.visibility)
        return (motion.association_id, motion.visibility) != before


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
