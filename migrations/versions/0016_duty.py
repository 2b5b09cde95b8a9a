"""What a supporter says: that they cannot be reached, and what was done in a case; messages found by when they were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_errands_asked_at"), "errands", ["asked_at"])
    op.add_column("supporters", sa.Column("away_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_notes_call_id_calls")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_call_id"), "notes", ["call_id"])
    op.create_index(op.f("ix_notes_case_id"), "notes", ["case_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_notes_case_id"), "notes")
    op.drop_index(op.f("ix_notes_call_id"), "notes")
    op.drop_table("notes")
    op.drop_column("supporters", "away_since")
    op.drop_index(op.f("ix_errands_asked_at"), "errands")
