"""The pages of a motion's versions: the list, one of them, the difference between two, and bringing one back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.editing import TextChange
from app.documents.text import MotionText, collapse
from app.history.differences import BlockChange, difference
from app.history.visits import record_visit, version_left_behind
from app.kit.errors import Invalid, NotFound
from app.kit.i18n import _, show_datetime
from app.motions import queries
from app.motions.gate import MotionToFollow, MotionToWrite, OpenedMotion
from app.motions.html import body_html
from app.motions.models import MotionVersion
from app.motions.versions import Reason, keep, text_of, versions_of
from app.people import queries as people
from app.web.deps import Db, Reading
from app.web.pages import redirect, render

router = APIRouter()

#: What stands for the text as it is, where the number of a version is asked for.
NOW = "now"
_LONGEST_NAME = 80
#: Unchanged paragraphs that are shown on either side of a change.
_AROUND = 1


@dataclass(frozen=True, slots=True)
class Moment:
    """One end of a comparison: a version, or the text as it is now."""

    number: int | None
    at: datetime | None
    name: str | None
    text: MotionText

    @property
    def value(self) -> str:
        return NOW if self.number is None else str(self.number)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring paragraphs that are shown, or that are folded away because nothing in them has changed."""

    folded: bool
    changes: tuple[BlockChange, ...]


def stretches(changes: Sequence[BlockChange]) -> Iterator[Stretch]:
    """The whole body, with what is far from any change folded; a single paragraph is not worth folding."""
    near = [
        any(change.state != "same" for change in changes[max(at - _AROUND, 0) : at + _AROUND + 1])
        for at in range(len(changes))
    ]
    at = 0
    for shown, run in groupby(near):
        until = at + len(list(run))
        yield Stretch(not shown and until - at > 1, tuple(changes[at:until]))
        at = until


async def _version(session: AsyncSession, motion_id: UUID, number: int) -> MotionVersion:
    # A number that no column can hold is one that there is no version with.
    version = await session.get(MotionVersion, (motion_id, number)) if 0 < number < 2**31 else None
    if version is None:
        raise NotFound
    return version


async def _shared(session: AsyncSession, opened: OpenedMotion) -> dict[str, Any]:
    row = await queries.one(session, opened.person, opened.motion.id)
    if row is None:
        raise NotFound
    return {"motion": row, "subject": opened.subject, "NOW": NOW}


@router.get("/motions/{motion_id}/versions", response_class=HTMLResponse)
async def index(request: Request, opened: MotionToFollow, session: Reading) -> HTMLResponse:
    """All versions, newest first."""
    versions = await versions_of(session, opened.motion.id)
    names = await people.names(session, {version.kept_by for version in versions if version.kept_by is not None})
    values = {**await _shared(session, opened), "versions": versions, "names": names, "errors": {}}
    return render(request, "history/versions.html", values)


@router.post("/motions/{motion_id}/versions", response_model=None)
async def keep_now(
    request: Request, opened: MotionToWrite, database: Db, name: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Keeps the text as it is under a name."""
    called = collapse(name)[:_LONGEST_NAME]
    if not called:
        raise Invalid(_("Give the version a name, so that you find it again."))
    text = await request.app.state.desk.read(opened.motion.document_id)
    async with database.writing() as session:
        await keep(session, opened.motion.id, text, Reason.NAMED, name=called, person_id=opened.person.person_id)
    return redirect(
        request,
        f"/motions/{opened.motion.id}/versions",
        message=_("The text as it is now is kept as “{name}”.", name=called),
    )


@router.get("/motions/{motion_id}/versions/difference", response_class=HTMLResponse)
async def compare(
    request: Request,
    opened: MotionToFollow,
    session: Reading,
    before: Annotated[str, Query(alias="from")] = "",
    after: Annotated[str, Query(alias="to")] = NOW,
) -> HTMLResponse:
    """What differs between two versions, or between one and the text as it is now."""
    versions = await versions_of(session, opened.motion.id)
    kept = {str(version.number): version for version in versions}
    if not before and versions:
        before = str(versions[0].number)
    if {before, after} - kept.keys() - {NOW}:
        raise NotFound
    now: MotionText = await request.app.state.desk.read(opened.motion.document_id)

    def moment(value: str) -> Moment:
        if value == NOW:
            return Moment(None, None, None, now)
        version = kept[value]
        return Moment(version.number, version.created_at, version.name, text_of(version))

    first, second = moment(before), moment(after)
    told = difference(first.text, second.text)
    values = {
        **await _shared(session, opened),
        "versions": versions,
        "before": first,
        "after": second,
        "difference": told,
        "body": list(stretches(told.body)),
    }
    return render(request, "history/difference.html", values)


@router.get("/motions/{motion_id}/versions/{number}", response_class=HTMLResponse)
async def show(request: Request, opened: MotionToFollow, session: Reading, number: int) -> HTMLResponse:
    """One version, to be read."""
    version = await _version(session, opened.motion.id, number)
    text = text_of(version)
    values = {**await _shared(session, opened), "version": version, "text": text, "body": body_html(text.body)}
    return render(request, "history/version.html", values)


@router.post("/motions/{motion_id}/versions/{number}/restoration")
async def restore(request: Request, opened: MotionToWrite, database: Db, number: int) -> RedirectResponse:
    """Makes the text read as it did then, as a change like any other: what it replaces is kept as a version too."""
    motion = opened.motion
    async with database.reading() as session:
        version = await _version(session, motion.id, number)
    wanted = text_of(version)
    desk = request.app.state.desk
    replaced = await desk.read(motion.document_id)
    async with database.writing() as session:
        await keep(session, motion.id, replaced, Reason.REPLACED, unless_kept=True)
    known = version.demand_ids is not None
    demands = tuple((demand.id if known else None, demand.text) for demand in wanted.demands)
    before, text = await desk.replace(motion.document_id, TextChange(wanted.title, wanted.body, demands))
    async with database.writing() as session:
        if before != replaced:
            # Somebody wrote on in between: the last words are kept as well.
            await keep(session, motion.id, before, Reason.REPLACED)
        await keep(session, motion.id, text, Reason.RESTORED, person_id=opened.person.person_id, restored=number)
    return redirect(
        request,
        f"/motions/{motion.id}/versions",
        message=_(
            "The text reads as it did on {when}. What stood there before is in the list, should you change your mind.",
            when=show_datetime(version.created_at),
        ),
    )


@router.post("/motions/{motion_id}/visits", response_model=None)
async def visit(request: Request, opened: MotionToFollow, database: Db, staying: bool = False) -> Response:
    """Notes that somebody has the motion open, and answers with what is new since they were here last."""
    motion = opened.motion
    async with database.writing() as session:
        noted = await record_visit(session, motion.id, opened.person.person_id)
        left = None if staying else await version_left_behind(session, noted)
    if staying:
        return Response(status_code=204)
    changes = 0
    if left is not None and noted.before_at is not None and motion.changed_at > noted.before_at:
        now: MotionText = await request.app.state.desk.read(motion.document_id)
        changes = difference(text_of(left), now).changes
    values = {"motion_id": motion.id, "left": left, "before_at": noted.before_at, "changes": changes}
    return render(request, "history/new.html", values)
