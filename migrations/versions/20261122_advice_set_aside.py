"""Advice set aside.

Revision: 20261122_advice_set_aside, after 20261122_templates_of_recipients.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_advice_set_aside"
down_revision = "20261122_templates_of_recipients"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "advice_set_aside",
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("fk_advice_set_aside_motion_id_motions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("motion_id", "key", name=op.f("pk_advice_set_aside")),
    )


def downgrade() -> None:
    op.drop_table("advice_set_aside")
