"""What people have said about suggestions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime


class Dismissal(Base):
    """A person found `other_id` not relevant beside `motion_id`, and is not shown it there again."""

    __tablename__ = "suggestion_dismissals"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True, index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    dismissed_at: Mapped[datetime] = mapped_column(UtcDateTime)
