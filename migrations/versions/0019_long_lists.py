"""A customer's journals and free quarters are found in the order of writing, deliveries by since when they are done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_entry_account_id_journal_id", "entry", ["account_id", "journal_id"])
    op.drop_index("ix_entry_account_id_id", "entry")
    op.create_index(
        "ix_journal_free",
        "journal",
        ["id"],
        sqlite_where=sa.text("kind = 'quarter' AND json_extract(request, '$.amounts') = '[]'"),
        postgresql_where=sa.text("kind = 'quarter' AND (request ->> 'amounts') = '[]'"),
    )
    op.execute("UPDATE deliveries SET done_at = asked_at WHERE state = 'failed' AND done_at IS NULL")
    op.create_index("ix_deliveries_done_at", "deliveries", ["done_at"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_done_at", "deliveries")
    op.drop_index("ix_journal_free", "journal")
    op.create_index("ix_entry_account_id_id", "entry", ["account_id", "id"])
    op.drop_index("ix_entry_account_id_journal_id", "entry")
