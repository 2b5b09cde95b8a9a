"""A call may have one task of each kind: a dispute stands beside a call whose end is looked into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = ("callback", "message", "missed", "review", "discrepancy", "dispute")


def upgrade() -> None:
    _unique(("call_id", "kind"), instead_of="uq_tasks_call_id")


def downgrade() -> None:
    several = sa.text("SELECT count(*) FROM (SELECT call_id FROM tasks GROUP BY call_id HAVING count(*) > 1) AS calls")
    if found := op.get_bind().scalar(several):
        raise CommandError(
            f"{found} calls have more than one task, of which the revision before 0009 can keep one: nothing was changed"
        )
    _unique(("call_id",), instead_of="uq_tasks_call_id_kind")


def _unique(columns: tuple[str, ...], *, instead_of: str) -> None:
    """SQLite knows no other way to move a constraint than to write the table anew."""
    name = op.f(f"uq_tasks_{'_'.join(columns)}")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(instead_of), "tasks", type_="unique")
        op.create_unique_constraint(name, "tasks", list(columns))
        return
    op.create_table(
        "tasks_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name=op.f("ck_tasks_taskkind"), native_enum=False, create_constraint=True, length=32),
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
        sa.UniqueConstraint(*columns, name=name),
    )
    op.execute("INSERT INTO tasks_anew SELECT * FROM tasks")
    op.drop_table("tasks")
    op.rename_table("tasks_anew", "tasks")
    op.create_index(op.f("ix_tasks_alarm_at"), "tasks", ["alarm_at"])
    op.create_index(op.f("ix_tasks_case_id"), "tasks", ["case_id"])
