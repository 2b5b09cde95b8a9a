"""A paid quarter is continued in one call at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    lives = sa.text("billed_from IS NOT NULL AND ended_at IS NULL")
    columns = ["person_id", "billed_from"]
    op.create_index("uq_calls_continued_quarter", "calls", columns, unique=True, sqlite_where=lives, postgresql_where=lives)


def downgrade() -> None:
    op.drop_index("uq_calls_continued_quarter", "calls")
