"""Corrections with a second person above the limit, and disputes; calls that continue a quarter of an earlier one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(500), nullable=False),
        sa.Column("state", _one_of("disputestate", "open", "refunded", "refused"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(100), nullable=False),
        sa.Column("answer", sa.String(500), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(100), nullable=True),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_disputes_answered_at")),
        sa.CheckConstraint("(state = 'open') = (answered_by IS NULL)", name=op.f("ck_disputes_answered_by")),
        sa.CheckConstraint("(state = 'open') = (answer IS NULL)", name=op.f("ck_disputes_answer")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_disputes_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_call_id"), "disputes", ["call_id"])
    is_open = sa.text("state = 'open'")
    op.create_index("uq_disputes_open_call", "disputes", ["call_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("correctionkind", "refund", "grant"), nullable=False),
        sa.Column("reason", _one_of("correctionreason", "goodwill", "own_fault", "outage", "wrong_number"), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("dispute_id", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("above_limit", sa.Boolean(), nullable=False),
        sa.Column("state", _one_of("correctionstate", "asked", "done", "refused"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(100), nullable=True),
        sa.CheckConstraint("points > 0", name=op.f("ck_corrections_points")),
        sa.CheckConstraint("(kind = 'refund') = (call_id IS NOT NULL)", name=op.f("ck_corrections_call")),
        sa.CheckConstraint("dispute_id IS NULL OR kind = 'refund'", name=op.f("ck_corrections_dispute")),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_corrections_decided_at")),
        sa.CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name=op.f("ck_corrections_decided_by")),
        sa.CheckConstraint(
            "state != 'done' OR NOT above_limit OR decided_by != asked_by", name=op.f("ck_corrections_second_person")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_corrections_customer_id_customers")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_corrections_call_id_calls")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_corrections_dispute_id_disputes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    for column in ("customer_id", "call_id", "dispute_id"):
        op.create_index(op.f(f"ix_corrections_{column}"), "corrections", [column])
    op.create_table(
        "refunded_quarters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_refunded_quarters_points")),
        sa.CheckConstraint("quarter >= 1", name=op.f("ck_refunded_quarters_quarter")),
        sa.ForeignKeyConstraint(["correction_id"], ["corrections.id"], name=op.f("fk_refunded_quarters_correction_id_corrections")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunded_quarters")),
        sa.UniqueConstraint("correction_id", "quarter", name=op.f("uq_refunded_quarters_correction_id_quarter")),
    )
    op.create_index(op.f("ix_journal_reverses_id"), "journal", ["reverses_id"])
    op.add_column("calls", sa.Column("billed_from", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Refuses where points were given back, or a quarter was continued: the books could not be explained, or added up, without."""
    kept = {
        "corrections": "SELECT count(*) FROM corrections",
        "disputes": "SELECT count(*) FROM disputes",
        "calls that continue a quarter": "SELECT count(*) FROM calls WHERE billed_from IS NOT NULL",
    }
    found = {what: op.get_bind().scalar(sa.text(query)) for what, query in kept.items()}
    if told := " and ".join(f"{count} {what}" for what, count in found.items() if count):
        raise CommandError(f"there are {told}, which the revision before 0006 cannot keep: nothing was changed")
    op.drop_column("calls", "billed_from")
    op.drop_index(op.f("ix_journal_reverses_id"), "journal")
    op.drop_table("refunded_quarters")
    op.drop_table("corrections")
    op.drop_table("disputes")


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
