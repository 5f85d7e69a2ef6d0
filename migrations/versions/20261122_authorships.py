"""Authorships.

Revision: 20261122_authorships, after 20261122_who_writes.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_authorships"
down_revision = "20261122_who_writes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authorships",
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("fk_authorships_motion_id_motions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_authorships_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("motion_id", "person_id", name=op.f("pk_authorships")),
    )
    op.create_index(op.f("ix_authorships_person_id"), "authorships", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_authorships_person_id"), table_name="authorships")
    op.drop_table("authorships")
