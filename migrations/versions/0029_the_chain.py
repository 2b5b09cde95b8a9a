"""The rest of the chain: a second telephone, how long each is rung, numbers that fail, and which telephone an attempt rang."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
TAKEN = sa.text("accepted_at IS NOT NULL")


def upgrade() -> None:
    # Both databases take these sentences; Alembic would write the table anew for a constraint on SQLite.
    op.execute(
        "ALTER TABLE supporters ADD COLUMN second_phone VARCHAR(32) "
        "CONSTRAINT ck_supporters_second_phone CHECK (second_phone != phone)"
    )
    op.create_index("uq_supporters_second_phone", "supporters", ["second_phone"], unique=True)
    op.execute(
        "ALTER TABLE supporters ADD COLUMN ring_seconds INTEGER DEFAULT '15' NOT NULL "
        "CONSTRAINT ck_supporters_ring_seconds CHECK (ring_seconds BETWEEN 10 AND 30)"
    )
    op.add_column("supporters", sa.Column("failing", sa.JSON(), nullable=True))
    op.add_column("attempts", sa.Column("phone", sa.String(length=32), nullable=True))
    op.create_index("ix_attempts_taken", "attempts", ["supporter_id", "ended_at"], sqlite_where=TAKEN, postgresql_where=TAKEN)


def downgrade() -> None:
    op.drop_index("ix_attempts_taken", "attempts")
    op.drop_column("attempts", "phone")
    op.drop_column("supporters", "failing")
    op.drop_column("supporters", "ring_seconds")  # its own CHECK goes with it, on both databases
    op.drop_index("uq_supporters_second_phone", "supporters")
    op.drop_column("supporters", "second_phone")
