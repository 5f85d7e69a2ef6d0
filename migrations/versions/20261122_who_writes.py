"""Who writes.

Revision: 20261122_who_writes, after 20261122_association_roles.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_who_writes"
down_revision = "20261122_association_roles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_clients",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("clock", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("by_desk", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_document_clients_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "client", "clock", name=op.f("pk_document_clients")),
    )


def downgrade() -> None:
    op.drop_table("document_clients")
