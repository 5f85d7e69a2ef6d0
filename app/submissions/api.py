"""Handing in over HTTP for programs."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.motions.gate import MotionToSubmit
from app.submissions import actions
from app.web.deps import Db

router = APIRouter(prefix="/api/v1/motions/{motion_id}/submission", tags=["submissions"])


class ReceiptOut(BaseModel):
    """`sha256` (hexadecimal) is that of the motion's frozen form."""

    submitted_at: datetime
    sha256: str
    late: bool


@router.post("", status_code=201)
async def submit(request: Request, opened: MotionToSubmit, database: Db) -> ReceiptOut:
    """Hands the motion in and locks its text; 409 when it has been handed in, 422 when it lacks a title or demands."""
    state = request.app.state
    made = await actions.submit(database, state.desk, opened, opened.person, base_url=state.settings.base_url)
    return ReceiptOut(submitted_at=made.submitted_at, sha256=made.sha256, late=made.late)
