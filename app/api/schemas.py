"""What the API takes and gives."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.access.roles import Role, Visibility
from app.cosigning.api import CoSignatureOut


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MotionIn(_In):
    """`association` and `call` are names or ids. Paragraphs of `body` are separated by newlines."""

    title: str = ""
    body: str = ""
    demands: list[str] = []
    association: str | None = Field(default=None, max_length=200)
    call: str | None = Field(default=None, max_length=200)
    visibility: Visibility = Visibility.HIDDEN


class DemandIn(_In):
    id: str | None = Field(default=None, max_length=64)
    text: str


class MotionPatch(_In):
    """What is left out stays as it is. In `demands`, one with an id is reworded or moved, one without is new, and one
    that is not named is struck."""

    title: str | None = None
    body: str | None = None
    demands: list[DemandIn] | None = None


class DemandOut(BaseModel):
    id: str
    text: str


class MotionOut(BaseModel):
    """`version` is the place in the document's log that the text is at least as new as."""

    id: UUID
    external_id: str | None
    title: str
    body: str
    demands: list[DemandOut]
    status: str
    visibility: str
    association: str
    call: str
    theme: str | None
    authors: list[str]
    document_id: UUID
    version: int
    co_signatures: list[CoSignatureOut]


class MotionSummary(BaseModel):
    """`title` is null where the authors show only the theme."""

    id: UUID
    external_id: str | None
    title: str | None
    status: str
    visibility: str
    association: str
    call: str
    theme: str | None
    changed_at: datetime


class MotionPage(BaseModel):
    """`next_cursor` is null on the last page."""

    motions: list[MotionSummary]
    next_cursor: str | None


class TicketIn(_In):
    role: Role | None = None


class TicketOut(BaseModel):
    ticket: str
    document_id: UUID
    role: str
    expires_at: datetime


class VersionOut(BaseModel):
    number: int
    reason: str
    name: str | None
    sha256: str
    created_at: datetime
