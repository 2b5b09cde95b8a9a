"""Which days were held against the provider's records, what differed, and what the provider charged; tasks for an administrator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = ("callback", "message", "missed", "review")
BEHIND = (*BEFORE, "discrepancy", "dispute")
KINDS = ("only_here", "only_there", "status", "quarters", "duration")


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=True),
        sa.Column("unpriced", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(500), nullable=True),
        sa.CheckConstraint(
            "(done_at IS NULL) = (compared IS NULL) AND (done_at IS NULL) = (unpriced IS NULL)",
            name=op.f("ck_reconciliations_done"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
        sa.UniqueConstraint("day", name=op.f("uq_reconciliations_day")),
    )
    op.create_index(op.f("ix_reconciliations_due_at"), "reconciliations", ["due_at"])
    op.create_table(
        "discrepancies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reconciliation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="discrepancykind", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("sid", sa.String(34), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("here", sa.JSON(), nullable=False),
        sa.Column("there", sa.JSON(), nullable=False),
        sa.Column(
            "resolution",
            sa.Enum("adjusted", "review", "none", name="resolution", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"], ["reconciliations.id"], name=op.f("fk_discrepancies_reconciliation_id_reconciliations")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_discrepancies_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancies")),
        sa.UniqueConstraint("reconciliation_id", "sid", "kind", name=op.f("uq_discrepancies_reconciliation_id_sid_kind")),
    )
    op.create_index(op.f("ix_discrepancies_sid"), "discrepancies", ["sid"])
    op.create_index(op.f("ix_discrepancies_call_id"), "discrepancies", ["call_id"])
    op.create_table(
        "costs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(34), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("millionths", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_costs_currency")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_costs_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costs")),
        sa.UniqueConstraint("sid", name=op.f("uq_costs_sid")),
    )
    op.create_index(op.f("ix_costs_call_id"), "costs", ["call_id"])
    op.create_index(op.f("ix_costs_day"), "costs", ["day"])
    _kinds_of_tasks(BEHIND)


def downgrade() -> None:
    op.execute("UPDATE tasks SET kind = 'review' WHERE kind IN ('discrepancy', 'dispute')")  # what somebody has to look at, then
    _kinds_of_tasks(BEFORE)
    op.drop_table("costs")
    op.drop_table("discrepancies")
    op.drop_table("reconciliations")


def _kinds_of_tasks(kinds: tuple[str, ...]) -> None:
    """SQLite knows no other way to move a CHECK than to write the table anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_tasks_taskkind"), "tasks", type_="check")
        op.create_check_constraint(op.f("ck_tasks_taskkind"), "tasks", sa.column("kind", sa.String).in_(kinds))
        return
    op.create_table(
        "tasks_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*kinds, name=op.f("ck_tasks_taskkind"), native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.Column("recording_url", sa.String(500), nullable=True),
        sa.Column("recording_seconds", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_tasks_call_id_calls")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id_cases")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["supporters.id"], name=op.f("fk_tasks_taken_by_id_supporters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("call_id", name=op.f("uq_tasks_call_id")),
    )
    op.execute("INSERT INTO tasks_anew SELECT * FROM tasks")
    op.drop_table("tasks")
    op.rename_table("tasks_anew", "tasks")
    op.create_index(op.f("ix_tasks_alarm_at"), "tasks", ["alarm_at"])
    op.create_index(op.f("ix_tasks_case_id"), "tasks", ["case_id"])
