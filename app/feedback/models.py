"""Comments on a motion, and proposals to change it. Neither is part of the text: both live in tables of their own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime
from app.kit.ids import uuid7


class Comment(Base):
    """A comment, or with `parent_id` a reply to one.

    `target` is "title", "body" or the id of a demand. `anchor_from` and `anchor_to` say which words of it are meant:
    relative positions of the shared text in base64, which only browsers can resolve; both None for all of it. `quote`
    is how those words read, "" for all. A reply has neither. The text of one that was removed is kept for a short
    while, so that its author can take it back, and is then emptied.
    """

    __tablename__ = "comments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    target: Mapped[str] = mapped_column(String(64), default="")
    anchor_from: Mapped[str | None] = mapped_column(String(400))
    anchor_to: Mapped[str | None] = mapped_column(String(400))
    quote: Mapped[str] = mapped_column(String(300), default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class Mention(Base):
    """Somebody in the motion whom a comment is meant for."""

    __tablename__ = "mentions"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)


class Proposal(Base):
    """A proposal for change (ändringsförslag).

    `kind` is reword, add or strike; `target` the id of a demand, "body" for a paragraph of the body, or for one that
    is to be added the id of the demand that it comes after, "" for first. `base` is how the demand or paragraph read
    when it was proposed, `wording` how it shall read; `place` is the number of the paragraph at that time, from 0.
    """

    __tablename__ = "proposals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(64))
    base: Mapped[str]
    wording: Mapped[str]
    place: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
