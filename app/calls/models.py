"""A call for motions to one congress."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.calls.profile import Profile
from app.kit import clock
from app.kit.db import Base, UtcDateTime
from app.kit.ids import uuid7


class Call(Base):
    """`association_id` is the association that calls (none for a call that came by import); `template` is
    `{"headings": [...], "hints": [...], "profile": {...}}`, where the profile is what `app.calls.profile` keeps;
    `deadline_at` may move, and passing it is a warning, not a wall, unless `accepts_late` is false."""

    __tablename__ = "calls"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(160), unique=True)
    association_id: Mapped[UUID | None] = mapped_column(ForeignKey("associations.id"))
    recipient: Mapped[str] = mapped_column(String(160), default="")
    introduction: Mapped[str] = mapped_column(default="")
    template: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepts_late: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def headings(self) -> list[str]:
        return [str(heading) for heading in self.template.get("headings", [])]

    @property
    def hints(self) -> list[str]:
        return [str(hint) for hint in self.template.get("hints", [])]

    @property
    def profile(self) -> Profile:
        return Profile.read(self.template.get("profile"))

    @property
    def is_over(self) -> bool:
        return self.deadline_at is not None and self.deadline_at < clock.now()


class RecipientTemplate(Base):
    """A Word document of the recipient's into which the motions of a call are written; `content` is safe to open.

    At most one of a call's is in use: the one without `removed_at`. A few earlier ones are kept, to come back to.
    """

    __tablename__ = "recipient_templates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes]
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
