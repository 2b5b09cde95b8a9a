"""Calendars that somebody subscribes to: secret addresses, known by their hash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0023"
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
        sa.CheckConstraint("(supporter_id IS NULL) <> (line_id IS NULL)", name=op.f("ck_calendar_addresses_owner")),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_calendar_addresses_line_id_lines")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporters.id"], name=op.f("fk_calendar_addresses_supporter_id_supporters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_addresses")),
        sa.UniqueConstraint("hash", name=op.f("uq_calendar_addresses_hash")),
    )
    for column in ("supporter_id", "line_id"):
        name = f"uq_calendar_addresses_{column}"
        op.create_index(name, "calendar_addresses", [column], unique=True, sqlite_where=STANDS, postgresql_where=STANDS)


def downgrade() -> None:
    op.drop_table("calendar_addresses")
