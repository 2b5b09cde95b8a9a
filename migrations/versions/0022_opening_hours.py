"""A line's opening hours, as one document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lines", sa.Column("hours", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("lines", "hours")
