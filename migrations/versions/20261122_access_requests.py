"""Access requests.

Revision: 20261122_access_requests, after 20261122_programmes.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_access_requests"
down_revision = "20261122_programmes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_requests",
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name=op.f("fk_access_requests_answered_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("fk_access_requests_motion_id_motions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_access_requests_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("motion_id", "person_id", name=op.f("pk_access_requests")),
    )
    op.create_index(op.f("ix_access_requests_person_id"), "access_requests", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_access_requests_person_id"), table_name="access_requests")
    op.drop_table("access_requests")
