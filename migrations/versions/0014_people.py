"""Persons who leave; customers in the order of their names, locks that hold now, and the audit by who and what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("persons", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_customers_name"), "customers", ["name"])
    op.create_index(op.f("ix_pin_gates_locked_until"), "pin_gates", ["locked_until"])
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])
    op.create_index("ix_audit_action_at", "audit", ["action", "at"])


def downgrade() -> None:
    op.drop_index("ix_audit_action_at", "audit")
    op.drop_index("ix_audit_actor_at", "audit")
    op.drop_index(op.f("ix_pin_gates_locked_until"), "pin_gates")
    op.drop_index(op.f("ix_customers_name"), "customers")
    op.drop_column("persons", "ended_at")
