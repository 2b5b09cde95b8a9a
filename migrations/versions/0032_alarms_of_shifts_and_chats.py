"""Chats that are told of alarms; shifts that their supporter acknowledges, and the alarm where nobody did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0032"
down_revision = "0031"
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
    "shift",
)
ALARMS_OF_SHIFTS = "SELECT count(*) FROM alarms WHERE kind = 'shift'"


def upgrade() -> None:
    # Both databases take these sentences; Alembic would write the tables anew for them on SQLite.
    op.execute(
        "ALTER TABLE webhook_endpoints ADD COLUMN format VARCHAR(32) DEFAULT 'plain' NOT NULL "
        "CONSTRAINT ck_webhook_endpoints_webhookformat CHECK (format IN ('plain', 'slack', 'teams'))"
    )
    op.execute(
        "ALTER TABLE lines ADD COLUMN acknowledge_hours INTEGER "
        "CONSTRAINT ck_lines_acknowledge_hours CHECK (acknowledge_hours >= 1)"
    )
    flow = sa.Enum(
        "support", "office", name=op.f("ck_shift_acknowledgements_flow"), native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "shift_acknowledgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("supporter_id", sa.Integer(), nullable=False),
        sa.Column("line", flow, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_shift_acknowledgements_supporter_id_supporters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_acknowledgements")),
        sa.UniqueConstraint("key", name=op.f("uq_shift_acknowledgements_key")),
    )
    op.create_index(op.f("ix_shift_acknowledgements_starts_at"), "shift_acknowledgements", ["starts_at"])
    _kinds(back=False)


def downgrade() -> None:
    if count := op.get_bind().scalar(sa.text(ALARMS_OF_SHIFTS)):
        raise CommandError(f"there are {count} alarms of shifts, which the revision before 0032 cannot keep: nothing was changed")
    _kinds(back=True)
    op.drop_table("shift_acknowledgements")
    op.execute("ALTER TABLE lines DROP COLUMN acknowledge_hours")
    op.execute("ALTER TABLE webhook_endpoints DROP COLUMN format")


def _kinds(*, back: bool) -> None:
    """What sorts of alarms there may be: one more, or `back` as it was before."""
    before, after = (f"kind IN ({', '.join(map(repr, some))})" for some in (KINDS[:-1], KINDS))
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_alarms_alarmkind"), "alarms", type_="check")
        op.create_check_constraint(op.f("ck_alarms_alarmkind"), "alarms", before if back else after)
        return
    # As https://www.sqlite.org/lang_altertable.html tells for constraints that change nothing in the rows.
    old, new = (text.replace("'", "''") for text in ((after, before) if back else (before, after)))
    version = op.get_bind().scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    op.execute(f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE type = 'table' AND name = 'alarms'")  # noqa: S608 - our own words
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")
