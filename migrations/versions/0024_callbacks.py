"""Callbacks, outgoing calls, and within how many minutes a line calls back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OUTCOMES = (
    *("talked", "no_answer", "busy", "hung_up", "failed", "on_a_call", "passed", "silent", "left"),
    *("not_reached", "declined", "no_points", "called_in", "unfinished"),
)
ON_DUTY = "shift_id IS NOT NULL OR rota_id IS NOT NULL"
OR_OUTGOING = f"{ON_DUTY} OR tier IS NULL"
OF_NO_DUTY = "shift_id IS NULL AND rota_id IS NULL"


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("supporter_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=254), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("picked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", _outcome(), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_callbacks_outcome")),
        sa.CheckConstraint("ended_at IS NULL OR due_at IS NULL", name=op.f("ck_callbacks_due")),
        *(_refers(*one) for one in (("task_id", "tasks"), ("case_id", "cases"), ("person_id", "persons"))),
        *(_refers(*one) for one in (("supporter_id", "supporters"), ("line_id", "lines"), ("call_id", "calls"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("sid", name=op.f("uq_callbacks_sid")),
        sa.UniqueConstraint("call_id", name=op.f("uq_callbacks_call_id")),
    )
    told = sa.text("due_at IS NOT NULL")
    op.create_index("ix_callbacks_due_at", "callbacks", ["due_at"], sqlite_where=told, postgresql_where=told)
    op.create_index("ix_callbacks_task_id_asked_at", "callbacks", ["task_id", "asked_at"])
    op.create_index("ix_callbacks_person_id_ended_at", "callbacks", ["person_id", "ended_at"])
    for name, column in (("task", "task_id"), ("supporter", "supporter_id")):
        is_open = sa.text("ended_at IS NULL")
        op.create_index(
            f"uq_callbacks_running_of_{name}", "callbacks", [column], unique=True, sqlite_where=is_open, postgresql_where=is_open
        )
    op.add_column("calls", sa.Column("is_outgoing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "ALTER TABLE lines ADD COLUMN callback_minutes INTEGER CONSTRAINT ck_lines_callback_minutes CHECK (callback_minutes >= 1)"
    )
    _attempts_are(ON_DUTY, OR_OUTGOING)


def downgrade() -> None:
    if found := op.get_bind().scalar(sa.text(f"SELECT count(*) FROM attempts WHERE {OF_NO_DUTY}")):  # noqa: S608 - our own words
        raise CommandError(f"{found} attempts are of callbacks, which the revision before 0024 cannot keep: nothing was changed")
    _attempts_are(OR_OUTGOING, ON_DUTY)
    op.execute("ALTER TABLE lines DROP COLUMN callback_minutes")
    op.drop_column("calls", "is_outgoing")
    op.drop_table("callbacks")


def _outcome() -> sa.Enum:
    name = op.f("ck_callbacks_callbackoutcome")
    return sa.Enum(*OUTCOMES, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_callbacks_{column}_{table}"))


def _attempts_are(before: str, after: str) -> None:
    """What an attempt must fulfil. SQLite cannot say so: its definition is changed instead, as 0021 explains."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("ck_attempts_duty", "attempts")
        op.create_check_constraint(op.f("ck_attempts_duty"), "attempts", after)
        return
    version = op.get_bind().scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    old, new = f"CHECK ({before})", f"CHECK ({after})"
    op.execute(f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE type = 'table' AND name = 'attempts'")  # noqa: S608 - as above
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")
