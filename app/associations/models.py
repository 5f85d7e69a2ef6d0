"""Associations in their tree: district, circuits, associations."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base
from app.kit.ids import uuid7


class Kind(StrEnum):
    DISTRICT = "district"
    BRANCH = "branch"
    CIRCUIT = "circuit"
    ASSOCIATION = "association"


class Association(Base):
    __tablename__ = "associations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default=Kind.ASSOCIATION)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("associations.id"), index=True)


class Membership(Base):
    """A person's place in an association. `is_officer`: is its motions officer; `has_mandate`: may record decisions."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "association_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id", ondelete="CASCADE"), index=True)
    is_officer: Mapped[bool] = mapped_column(default=False)
    has_mandate: Mapped[bool] = mapped_column(default=False)
