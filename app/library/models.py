"""A programme, and its passages as they read."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime
from app.kit.ids import uuid7


class Programme(Base):
    """`sha256` is that of the file that it was read from."""

    __tablename__ = "programmes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    decided_on: Mapped[date] = mapped_column(Date)
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Passage(Base):
    """A paragraph of a programme, byte for byte as it was read. `position` counts from 1; `page` is that of a PDF."""

    __tablename__ = "passages"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    heading: Mapped[str] = mapped_column(default="")
    page: Mapped[int | None]
    text: Mapped[str]
