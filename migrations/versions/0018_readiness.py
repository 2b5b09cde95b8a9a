"""Tests of supporters' telephones, and their turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OUTCOMES = ("ready", "other_key", "silent", "voicemail", "hung_up", "busy", "no_answer", "failed", "on_a_call", "unfinished")
ANSWERS = OUTCOMES[:3]


def upgrade() -> None:
    op.create_table(
        "readiness_tests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supporter_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=254), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ringing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("picked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("said", _one_of("readinessanswer", ANSWERS), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("is_machine", sa.Boolean(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", _one_of("readinessoutcome", OUTCOMES), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (due_at IS NOT NULL)", name=op.f("ck_readiness_tests_due")),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_readiness_tests_outcome")),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_readiness_tests_line_id_lines")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporters.id"], name=op.f("fk_readiness_tests_supporter_id_supporters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_tests")),
        sa.UniqueConstraint("sid", name=op.f("uq_readiness_tests_sid")),
    )
    op.create_index(op.f("ix_readiness_tests_due_at"), "readiness_tests", ["due_at"])
    op.create_index("ix_readiness_tests_supporter_id_asked_at", "readiness_tests", ["supporter_id", "asked_at"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_readiness_tests_open", "readiness_tests", ["supporter_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "readiness_turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_readiness_turns_number")),
        sa.ForeignKeyConstraint(["test_id"], ["readiness_tests.id"], name=op.f("fk_readiness_turns_test_id_readiness_tests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_turns")),
        sa.UniqueConstraint("test_id", "number", name=op.f("uq_readiness_turns_test_id_number")),
    )


def downgrade() -> None:
    op.drop_table("readiness_turns")
    op.drop_table("readiness_tests")


def _one_of(kind: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=op.f(f"ck_readiness_tests_{kind}"), native_enum=False, create_constraint=True, length=32)
