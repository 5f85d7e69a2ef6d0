"""The receipt of a motion that was handed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime


class Submission(Base):
    """One for each motion that was handed in, never changed afterwards.

    `submitted_at` is the moment at which the text was locked, also when the receipt could only be written by a later
    attempt; `late` says that it lay after the deadline as that stood then. `sha256` (hexadecimal) is that of the
    frozen form, whose bytes are kept as the motion's version of that number. `receipt_code` is what people quote.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["motion_id", "version"], ["motion_versions.motion_id", "motion_versions.number"], ondelete="CASCADE"
        ),
    )

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    late: Mapped[bool]
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    receipt_code: Mapped[str] = mapped_column(String(12), unique=True)
