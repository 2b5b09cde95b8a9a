"""Chats that are told of alarms."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases take this sentence; Alembic would write the table anew for it on SQLite.
    op.execute(
        "ALTER TABLE webhook_endpoints ADD COLUMN format VARCHAR(32) DEFAULT 'plain' NOT NULL "
        "CONSTRAINT ck_webhook_endpoints_webhookformat CHECK (format IN ('plain', 'slack', 'teams'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE webhook_endpoints DROP COLUMN format")
