"""Calendars that somebody subscribes to, by secret addresses; what supporters want to be told; shifts from elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
STANDS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "calendar_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("supporter_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("supporter_id IS NOT NULL OR line_id IS NOT NULL", name=op.f("ck_calendar_addresses_owner")),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_calendar_addresses_line_id_lines")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporters.id"], name=op.f("fk_calendar_addresses_supporter_id_supporters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_addresses")),
        sa.UniqueConstraint("hash", name=op.f("uq_calendar_addresses_hash")),
    )
    for column in ("supporter_id", "line_id"):
        name = f"uq_calendar_addresses_{column}"
        op.create_index(name, "calendar_addresses", [column], unique=True, sqlite_where=STANDS, postgresql_where=STANDS)

    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("name", name=op.f("uq_rounds_name")),
    )
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_rounds_due_at", "rounds", ["due_at"], sqlite_where=is_due, postgresql_where=is_due)
    # Both databases take these sentences; Alembic would write the table anew for a constraint on SQLite.
    op.execute(
        "ALTER TABLE supporters ADD COLUMN shift_notice VARCHAR(32) DEFAULT 'none' NOT NULL "
        "CONSTRAINT ck_supporters_shiftnotice CHECK (shift_notice IN ('none', 'text', 'mail'))"
    )
    op.add_column("shifts", sa.Column("source", sa.String(length=100), nullable=True))
    op.execute(
        "ALTER TABLE shifts ADD COLUMN uid VARCHAR(200) CONSTRAINT ck_shifts_origin CHECK ((source IS NULL) = (uid IS NULL))"
    )
    op.create_index("uq_shifts_line_source", "shifts", ["line", "source", "uid"], unique=True)
    op.add_column("supporters", sa.Column("week_ahead", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_table("rounds")
    op.drop_index("uq_shifts_line_source", "shifts")
    for table, column in (("supporters", "week_ahead"), ("supporters", "shift_notice"), ("shifts", "uid"), ("shifts", "source")):
        op.drop_column(table, column)  # its own CHECK goes with it, on both databases
    op.drop_table("calendar_addresses")
