"""Comments over HTTP for programs: the same acts, the same gate."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.documents.text import MotionText
from app.feedback import comments, threads
from app.feedback.comment_routes import per_person, read_text
from app.kit.errors import NotFound
from app.motions.gate import MotionToComment, MotionWithComments, OpenedMotion
from app.web.deps import Db

router = APIRouter(prefix="/api/v1/motions/{motion_id}/comments", tags=["comments"])


class CommentIn(BaseModel):
    """A comment, or with `reply_to` a reply. `target` is "title", "body" or a demand's id; `from` and `to` are Yjs
    relative positions in base64, left out for a comment on all of it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    text: str = Field(max_length=4 * comments.MAX_TEXT)
    target: str = Field(default=comments.BODY, max_length=64)
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")
    quote: str = ""
    mentions: Annotated[list[UUID], Field(max_length=comments.MAX_MENTIONS)] = []
    reply_to: UUID | None = None


class CommentChange(BaseModel):
    """What shall be different; what is left out stays. `removed`: false takes one back that was removed."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(default=None, max_length=4 * comments.MAX_TEXT)
    resolved: bool | None = None
    removed: bool | None = None


class ReplyOut(BaseModel):
    id: UUID
    author: str
    text: str
    created_at: datetime
    edited_at: datetime | None
    removed: bool


class CommentOut(ReplyOut):
    """`struck`: the demand that it is about no longer stands."""

    model_config = ConfigDict(populate_by_name=True)

    target: str
    start: str | None = Field(alias="from")
    end: str | None = Field(alias="to")
    quote: str
    struck: bool
    resolved_at: datetime | None
    resolved_by: str | None
    replies: list[ReplyOut]


def _said(each: threads.Shown) -> dict[str, object]:
    return {
        "id": each.id,
        "author": each.author,
        "text": each.text,
        "created_at": each.created_at,
        "edited_at": each.edited_at,
        "removed": each.removed,
    }


def _out(thread: threads.Thread) -> CommentOut:
    return CommentOut.model_validate(
        {
            **_said(thread.first),
            "target": thread.target,
            "start": thread.start,
            "end": thread.end,
            "quote": thread.quote,
            "struck": thread.struck,
            "resolved_at": thread.resolved_at,
            "resolved_by": thread.resolved_by,
            "replies": [_said(each) for each in thread.replies],
        }
    )


async def _all(request: Request, opened: OpenedMotion, text: MotionText) -> list[threads.Thread]:
    async with request.app.state.database.reading() as session:
        return await threads.of_motion(session, opened.motion.id, opened.person, text)


async def _answer(request: Request, opened: OpenedMotion, comment_id: UUID) -> CommentOut:
    """The thread that the comment is in."""
    for thread in await _all(request, opened, await read_text(request, opened)):
        if comment_id in {thread.first.id, *(each.id for each in thread.replies)}:
            return _out(thread)
    raise NotFound


@router.get("")
async def list_comments(request: Request, opened: MotionWithComments) -> list[CommentOut]:
    """All comments with their replies, in the order of the text."""
    return [_out(thread) for thread in await _all(request, opened, await read_text(request, opened))]


@router.post("", status_code=201)
async def add(request: Request, opened: MotionToComment, database: Db, given: CommentIn) -> CommentOut:
    """Comments, or replies; answers with the thread."""
    per_person.hit(str(opened.person.person_id))
    url = request.app.state.settings.base_url
    if given.reply_to is not None:
        async with database.writing() as session:
            row = await comments.reply(
                session, opened.motion, given.reply_to, opened.person, given.text, given.mentions, url
            )
        return await _answer(request, opened, row.id)
    anchor = comments.Anchor(given.target, given.start, given.end, given.quote)
    anchor = comments.checked(anchor, await read_text(request, opened))
    async with database.writing() as session:
        row = await comments.add(session, opened.motion, opened.person, given.text, anchor, given.mentions, url)
    return await _answer(request, opened, row.id)


@router.patch("/{comment_id}")
async def change(
    request: Request, opened: MotionToComment, database: Db, comment_id: UUID, given: CommentChange
) -> CommentOut:
    """Rewords, resolves or reopens; all of it or, when one part is refused, nothing."""
    per_person.hit(str(opened.person.person_id))
    motion, person, url = opened.motion, opened.person, request.app.state.settings.base_url
    async with database.writing() as session:
        await comments.get(session, motion.id, comment_id)
        if given.removed is False:
            await comments.restore(session, motion, comment_id, person)
        if given.text is not None:
            await comments.reword(session, motion, comment_id, person, given.text, url)
        if given.resolved is not None:
            await comments.resolve(session, motion, comment_id, person, opened.subject, resolved=given.resolved)
        if given.removed:
            await comments.remove(session, motion, comment_id, person)
    return await _answer(request, opened, comment_id)


@router.delete("/{comment_id}", status_code=204)
async def remove(opened: MotionToComment, database: Db, comment_id: UUID) -> None:
    """Removes one's own comment; its replies stay."""
    async with database.writing() as session:
        await comments.remove(session, opened.motion, comment_id, opened.person)
