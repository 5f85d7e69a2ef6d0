"""Advice that the authors of a motion have set aside, and what was lately changed as advice proposed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime
from app.kit.ids import uuid7


class AdviceSetAside(Base):
    """`key` is that of the finding (`app.advice.findings`); new words give a new key, so they get their advice."""

    __tablename__ = "advice_set_aside"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    set_aside_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AdviceFollowed(Base):
    """A change that was made as advice proposed, kept for as long as it can be taken back.

    `changes` are the amendments (`app.documents.amending`) as dictionaries, in the order in which they were made.
    """

    __tablename__ = "advice_followed"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), index=True)
    changes: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    followed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    followed_at: Mapped[datetime] = mapped_column(UtcDateTime)
