"""An association's backing of a motion, pinned to the text of the demands that it covers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime
from app.kit.ids import uuid7


class State(StrEnum):
    REQUESTED = "requested"
    INTENDS = "intends"
    DECIDED = "decided"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class CoSignature(Base):
    """One for each motion and association. `covers_all`: backs the motion as a whole, so a demand that is added later
    needs reconfirmation too. `decided_by` is the deciding body, such as "medlemsmötet"."""

    __tablename__ = "co_signatures"
    __table_args__ = (UniqueConstraint("motion_id", "association_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"))
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    covers_all: Mapped[bool] = mapped_column(default=True)
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_on: Mapped[date | None] = mapped_column(Date)
    paragraph: Mapped[str | None] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(default="")
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The version of the motion that was backed.
    version: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BackedDemand(Base):
    """A demand as it read when it was backed."""

    __tablename__ = "backed_demands"
    __table_args__ = (ForeignKeyConstraint(["co_signature_id"], ["co_signatures.id"], ondelete="CASCADE"),)

    co_signature_id: Mapped[UUID] = mapped_column(primary_key=True)
    demand_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    text: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
