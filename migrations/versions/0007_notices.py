"""When to tell that points run low, and that a talk nears the end of what can be paid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("notify_below", sa.Integer(), nullable=True))
    op.add_column("accounts", sa.Column("low_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_accounts_low_at"), "accounts", ["low_at"])
    op.add_column("calls", sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_calls_warn_at"), "calls", ["warn_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_calls_warn_at"), "calls")
    op.drop_column("calls", "warn_at")
    op.drop_index(op.f("ix_accounts_low_at"), "accounts")
    op.drop_column("accounts", "low_at")
    op.drop_column("accounts", "notify_below")
