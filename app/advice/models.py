"""Advice that the authors of a motion have set aside."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime


class AdviceSetAside(Base):
    """`key` is that of the finding (`app.advice.findings`); new words give a new key, so they get their advice."""

    __tablename__ = "advice_set_aside"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    set_aside_at: Mapped[datetime] = mapped_column(UtcDateTime)
