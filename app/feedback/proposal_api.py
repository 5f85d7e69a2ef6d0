"""Proposals for change over HTTP for programs: the same acts, the same gate."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.feedback import proposals
from app.feedback.comment_routes import per_person, read_text
from app.feedback.proposal_routes import submit
from app.kit.errors import NotFound
from app.motions.gate import MotionToComment, MotionToWrite, MotionWithComments, OpenedMotion
from app.web.deps import Db

router = APIRouter(prefix="/api/v1/motions/{motion_id}/proposals", tags=["proposals"])


class ProposalIn(BaseModel):
    """`target` is a demand's id, "body" for the paragraph that reads `base`, or for a demand that is to be added the id
    of the one it comes after. `base` is how the demand or paragraph reads to whoever proposes."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["reword", "add", "strike"]
    target: str = Field(default="", max_length=64)
    base: str = Field(default="", max_length=2 * proposals.MAX_WORDING)
    wording: str = Field(default="", max_length=2 * proposals.MAX_WORDING)
    place: int = 0
    reason: str = Field(default="", max_length=2 * proposals.MAX_REASON)


class ProposalOut(BaseModel):
    """`now` is how what it is about reads now, null when that is gone. `collides`: the same words have been changed
    meanwhile, so it can't be accepted. `rivals` propose something else for the same words."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    target: str
    base: str
    wording: str
    now: str | None
    collides: bool
    rivals: list[str]
    reason: str
    author: str
    created_at: datetime
    state: str
    decided_by: str


async def _all(request: Request, opened: OpenedMotion) -> list[ProposalOut]:
    text = await read_text(request, opened)
    async with request.app.state.database.reading() as session:
        found = await proposals.of_motion(session, opened.motion.id, opened.person, text)
    return [ProposalOut.model_validate(each) for each in found]


async def _answer(request: Request, opened: OpenedMotion, proposal_id: UUID) -> ProposalOut:
    found = next((each for each in await _all(request, opened) if each.id == proposal_id), None)
    if found is None:
        raise NotFound
    return found


@router.get("")
async def list_proposals(request: Request, opened: MotionWithComments) -> list[ProposalOut]:
    """What waits for a decision, then what was decided; the newest first."""
    return await _all(request, opened)


@router.post("", status_code=201)
async def propose(request: Request, opened: MotionToComment, database: Db, given: ProposalIn) -> ProposalOut:
    per_person.hit(str(opened.person.person_id))
    row = await submit(request, opened, database, proposals.Wish(**given.model_dump()))
    return await _answer(request, opened, row.id)


@router.post("/{proposal_id}/acceptance", status_code=201)
async def accept(request: Request, opened: MotionToWrite, database: Db, proposal_id: UUID) -> ProposalOut:
    """Changes the live text; 409 when the same words have been changed meanwhile."""
    await proposals.accept(database, request.app.state.desk, opened.motion, proposal_id, opened.person)
    return await _answer(request, opened, proposal_id)


@router.post("/{proposal_id}/reversal", status_code=201)
async def take_back(request: Request, opened: MotionToWrite, database: Db, proposal_id: UUID) -> ProposalOut:
    """Undoes an acceptance in the live text; 409 when the same words have been changed since."""
    await proposals.take_back(database, request.app.state.desk, opened.motion, proposal_id)
    return await _answer(request, opened, proposal_id)


@router.post("/{proposal_id}/rejection", status_code=201)
async def reject(request: Request, opened: MotionToWrite, database: Db, proposal_id: UUID) -> ProposalOut:
    async with database.writing() as session:
        await proposals.reject(session, opened.motion, proposal_id, opened.person)
    return await _answer(request, opened, proposal_id)


@router.delete("/{proposal_id}", status_code=204)
async def withdraw(opened: MotionToComment, database: Db, proposal_id: UUID) -> None:
    """Withdraws one's own proposal."""
    async with database.writing() as session:
        await proposals.withdraw(session, opened.motion, proposal_id, opened.person)
