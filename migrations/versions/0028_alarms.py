"""Alarms: one row for each matter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

KINDS = (
    "gap",
    "gap_soon",
    "telephone",
    "unreachable",
    "task",
    "provider",
    "pins",
    "prices",
    "bridge",
    "skew",
    "reconciliation",
    "webhook",
)


def upgrade() -> None:
    kind = sa.Enum(*KINDS, name=op.f("ck_alarms_alarmkind"), native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tell_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=254), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("ck_alarms_acknowledged")),
        sa.CheckConstraint("tell_at IS NULL OR (acknowledged_at IS NULL AND closed_at IS NULL)", name=op.f("ck_alarms_told")),
        sa.CheckConstraint("reminders >= 0", name=op.f("ck_alarms_reminders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    is_open, is_told = sa.text("closed_at IS NULL"), sa.text("tell_at IS NOT NULL")
    op.create_index("uq_alarms_open", "alarms", ["kind", "key"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(op.f("ix_alarms_tell_at"), "alarms", ["tell_at"], sqlite_where=is_told, postgresql_where=is_told)


def downgrade() -> None:
    op.drop_table("alarms")
