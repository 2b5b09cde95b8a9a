"""Indices for the call log: calls of a customer, a number or an outcome in its order; who was rung, who took a task."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTEAD = ("customer_id", "from_number")


def upgrade() -> None:
    for column in INSTEAD:
        op.create_index(op.f(f"ix_calls_{column}_started_at"), "calls", [column, "started_at"])
        op.drop_index(op.f(f"ix_calls_{column}"), "calls")
    op.create_index(op.f("ix_calls_outcome_started_at"), "calls", ["outcome", "started_at"])
    op.create_index(op.f("ix_attempts_supporter_id_rung_at"), "attempts", ["supporter_id", "rung_at"])
    op.create_index(op.f("ix_tasks_taken_by_id"), "tasks", ["taken_by_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_tasks_taken_by_id"), "tasks")
    op.drop_index(op.f("ix_attempts_supporter_id_rung_at"), "attempts")
    op.drop_index(op.f("ix_calls_outcome_started_at"), "calls")
    for column in INSTEAD:
        op.create_index(op.f(f"ix_calls_{column}"), "calls", [column])
        op.drop_index(op.f(f"ix_calls_{column}_started_at"), "calls")
