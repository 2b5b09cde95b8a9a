"""The billing log finds its journals in the order of writing; price lists can be drafted, a provider's word be accepted later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_journal_written_at_id", "journal", ["written_at", "id"])
    rare = sa.text("kind != 'quarter'")
    op.create_index("ix_journal_rare", "journal", ["kind", "written_at", "id"], sqlite_where=rare, postgresql_where=rare)
    op.create_table(
        "price_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_drafts")),
    )
    op.add_column("discrepancies", sa.Column("accept_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("discrepancies", sa.Column("accepted_by", sa.String(length=100), nullable=True))
    op.add_column("discrepancies", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_discrepancies_accept_at"), "discrepancies", ["accept_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_discrepancies_accept_at"), "discrepancies")
    for column in ("accepted_at", "accepted_by", "accept_at"):
        op.drop_column("discrepancies", column)
    op.drop_table("price_drafts")
    op.drop_index("ix_journal_rare", "journal")
    op.drop_index("ix_journal_written_at_id", "journal")
