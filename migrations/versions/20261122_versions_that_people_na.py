"""Versions that people name.

Revision: 20261122_versions_that_people_na, after 20261122_comments_and_proposals.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_versions_that_people_na"
down_revision = "20261122_comments_and_proposals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("fk_visits_motion_id_motions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_visits_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("motion_id", "person_id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_person_id"), "visits", ["person_id"], unique=False)
    op.add_column("motion_versions", sa.Column("demand_ids", sa.JSON(), nullable=True))
    op.add_column("motion_versions", sa.Column("name", sa.String(length=80), nullable=True))
    op.add_column("motion_versions", sa.Column("kept_by", sa.Uuid(), nullable=True))
    op.add_column("motion_versions", sa.Column("restored", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("motion_versions", "restored")
    op.drop_column("motion_versions", "kept_by")
    op.drop_column("motion_versions", "name")
    op.drop_column("motion_versions", "demand_ids")
    op.drop_index(op.f("ix_visits_person_id"), table_name="visits")
    op.drop_table("visits")
