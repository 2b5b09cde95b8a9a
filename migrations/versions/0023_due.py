"""What is due is found by an index of the rows that have such a moment: of all that ever were, few."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENTS: Final = {
    "calls": ("sweep_at", "next_hold_at", "next_quarter_at", "cut_at", "warn_at", "link_at", "follow_up_at", "tell_at"),
    "tasks": ("alarm_at",),
    "errands": ("due_at",),
    "accounts": ("low_at",),
    "readiness_tests": ("due_at",),
    "reconciliations": ("due_at",),
    "discrepancies": ("accept_at",),
    "deliveries": ("due_at", "done_at"),
}


def upgrade() -> None:
    for table, moment, name in _indices():
        told = sa.text(f"{moment} IS NOT NULL")
        op.drop_index(name, table)
        op.create_index(name, table, [moment], sqlite_where=told, postgresql_where=told)


def downgrade() -> None:
    for table, moment, name in _indices():
        op.drop_index(name, table)
        op.create_index(name, table, [moment])


def _indices() -> list[tuple[str, str, str]]:
    return [(table, moment, f"ix_{table}_{moment}") for table, moments in MOMENTS.items() for moment in moments]
