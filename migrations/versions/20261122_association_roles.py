"""What all members of an association are to a motion.

Revision: 20261122_association_roles, after 20261122_advice_set_aside.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_association_roles"
down_revision = "20261122_advice_set_aside"
branch_labels = None
depends_on = None

TABLE = "motion_association_roles"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["associations.id"], name=op.f(f"fk_{TABLE}_association_id_associations")
        ),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f(f"fk_{TABLE}_motion_id_motions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("motion_id", "association_id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_association_id"), TABLE, ["association_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(f"ix_{TABLE}_association_id"), table_name=TABLE)
    op.drop_table(TABLE)
