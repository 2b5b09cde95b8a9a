"""When somebody showed to be who they are, and challenges that passkeys have answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_ins", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "spent_challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_challenges")),
        sa.UniqueConstraint("challenge", name=op.f("uq_spent_challenges_challenge")),
    )
    op.create_index(op.f("ix_spent_challenges_until"), "spent_challenges", ["until"])


def downgrade() -> None:
    op.drop_table("spent_challenges")
    op.drop_column("sign_ins", "proved_at")
