"""A motion. Its text lives in its document; the title, body and demands here are a projection of it that can be
rebuilt at any time."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.roles import Visibility
from app.kit.db import Base, UtcDateTime
from app.kit.ids import uuid7


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class Motion(Base):
    """`external_id` is the id that an imported motion had where it came from, unique within its call."""

    __tablename__ = "motions"
    __table_args__ = (
        UniqueConstraint("call_id", "external_id"),
        Index("ix_motions_changed_at_id", "changed_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    external_id: Mapped[str | None] = mapped_column(String(100), index=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"), unique=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"), index=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    status: Mapped[str] = mapped_column(String(30), default=Status.DRAFT)
    visibility: Mapped[str] = mapped_column(String(10), default=Visibility.HIDDEN)
    theme: Mapped[str | None] = mapped_column(String(80), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    #: The place in the document's log that the projection is at least as new as.
    projected_seq: Mapped[int] = mapped_column(default=0)
    #: When the text, the openness or the state last changed; what follows changes reads on from here.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Demand(Base):
    """`id` is the demand's key in the document; `position` counts from 1; `digest` is that of its frozen form."""

    __tablename__ = "demands"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    text: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))


class MotionRole(Base):
    """What a person is to a motion."""

    __tablename__ = "motion_roles"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(10))
    #: The link that the person came by; withdrawing it takes the role away.
    share_link_id: Mapped[UUID | None] = mapped_column(ForeignKey("share_links.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AssociationRole(Base):
    """What all members of an association are to a motion, besides what each has been made."""

    __tablename__ = "motion_association_roles"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(10))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Authorship(Base):
    """Whether a person wants to be named as an author of a motion; `named` is None while they have not answered."""

    __tablename__ = "authorships"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    named: Mapped[bool | None]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AssociationInvitation(Base):
    """An association whose people with mandate may read the motion, because it was asked to stand behind it."""

    __tablename__ = "association_invitations"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"), primary_key=True, index=True)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShareLink(Base):
    """A link, and a code to be read aloud, by which anybody who has it joins with `role`."""

    __tablename__ = "share_links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    created_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Showing(Base):
    """The authors of `motion_id` are willing to show its title and demands to those of `other_id` in return for theirs.

    Only when there is such a row in both directions, neither of them declined, does either side see anything.
    """

    __tablename__ = "showings"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True, index=True)
    shown_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the authors of `other_id` said no.
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactKind(StrEnum):
    """What the authors of one motion want of those of another."""

    JOIN_THEIRS = "join_theirs"
    JOIN_OURS = "join_ours"
    BACK_THEIRS = "back_theirs"


class ContactState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Contact(Base):
    """The authors of `motion_id` have turned to those of `other_id`: to write together in the one or the other motion,
    or to offer their association's backing. Asked again after a withdrawal, the row begins anew."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("motion_id", "other_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccessRequest(Base):
    """Somebody who has asked to be let in. Asking again after an answer takes the place of the first time."""

    __tablename__ = "access_requests"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    message: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class MotionVersion(Base):
    """The text as it was at a moment that somebody may need to come back to: its frozen form, byte for byte."""

    __tablename__ = "motion_versions"

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(30))
    canonical: Mapped[bytes]
    #: The ids of the demands in the frozen form, which has none itself, in order. None for what was kept without.
    demand_ids: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: What somebody called it.
    name: Mapped[str | None] = mapped_column(String(80))
    #: Who had it kept, when a person did; it may be somebody who is no longer known.
    kept_by: Mapped[UUID | None]
    #: The number of the version that the text was brought back to.
    restored: Mapped[int | None]
