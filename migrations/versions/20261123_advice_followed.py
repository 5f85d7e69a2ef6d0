"""Advice followed.

Revision: 20261123_advice_followed, after 20261122_authorships.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_advice_followed"
down_revision = "20261122_authorships"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "advice_followed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("followed_by", sa.Uuid(), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_by"], ["people.id"], name=op.f("fk_advice_followed_followed_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("fk_advice_followed_motion_id_motions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_followed")),
    )
    op.create_index(op.f("ix_advice_followed_motion_id"), "advice_followed", ["motion_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_advice_followed_motion_id"), table_name="advice_followed")
    op.drop_table("advice_followed")
