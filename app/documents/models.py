"""A document in the database: one row that orders its log, the log, and a snapshot that shortens it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime


class Document(Base):
    """`seq` is the place of the newest entry in the log; whoever appends holds this row's lock until it commits, so
    places become visible in order and without holes."""

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seq: Mapped[int] = mapped_column(default=0)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DocumentClient(Base):
    """Who writes as `client`, the number that the shared text knows a writer by, from `clock` on.

    `person_id` is None for nobody that is known, and may be somebody who has been removed since. `by_desk`: the server
    wrote it, in that person's name; it says itself when it writes in another's.
    """

    __tablename__ = "document_clients"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    client: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    clock: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[UUID | None]
    by_desk: Mapped[bool] = mapped_column(default=False)


class DocumentUpdate(Base):
    """One committed batch: the merged update, in the encoding of Yjs (v1)."""

    __tablename__ = "document_updates"
    # Rows are short and read in the order of their key: one tree instead of two.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - the form that SQLAlchemy asks for

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[bytes]


class DocumentSnapshot(Base):
    """The whole state as it was at place `seq`; the log up to and with that place is no longer needed."""

    __tablename__ = "document_snapshots"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int]
    state: Mapped[bytes]
