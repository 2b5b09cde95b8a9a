"""What is written and asked about rotas before it becomes a part of them: requests for swaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

STATES = ("asked", "agreed", "declined", "withdrawn", "lapsed", "undone")
RETURN = (
    "(return_layer IS NULL) = (return_starts IS NULL) AND (return_layer IS NULL) = (return_starts_at IS NULL)"
    " AND (return_layer IS NULL) = (return_ends_at IS NULL)"
)
ANSWERED = "(state = 'asked') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)"


def upgrade() -> None:
    op.create_table(
        "swap_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", _one_of("ck_swap_requests_flow", "support", "office"), nullable=False),
        sa.Column("state", _one_of("ck_swap_requests_swapstate", *STATES), nullable=False),
        sa.Column("supporter_id", sa.Integer(), nullable=False),
        sa.Column("colleague_id", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(length=200), nullable=False),
        sa.Column("starts", sa.String(length=19), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_layer", sa.String(length=200), nullable=True),
        sa.Column("return_starts", sa.String(length=19), nullable=True),
        sa.Column("return_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=254), nullable=True),
        sa.Column("rota_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("supporter_id <> colleague_id", name=op.f("ck_swap_requests_two")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_swap_requests_span")),
        sa.CheckConstraint("return_ends_at > return_starts_at", name=op.f("ck_swap_requests_return_span")),
        sa.CheckConstraint(RETURN, name=op.f("ck_swap_requests_return")),
        sa.CheckConstraint(ANSWERED, name=op.f("ck_swap_requests_answered")),
        sa.CheckConstraint("state NOT IN ('agreed', 'undone') OR rota_id IS NOT NULL", name=op.f("ck_swap_requests_rota")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporters.id"], name=op.f("fk_swap_requests_supporter_id_supporters")),
        sa.ForeignKeyConstraint(["colleague_id"], ["supporters.id"], name=op.f("fk_swap_requests_colleague_id_supporters")),
        sa.ForeignKeyConstraint(["rota_id"], ["rotas.id"], name=op.f("fk_swap_requests_rota_id_rotas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_requests")),
    )
    is_open, shift = sa.text("state = 'asked'"), ["line", "layer", "starts"]
    op.create_index("uq_swap_requests_open", "swap_requests", shift, unique=True, sqlite_where=is_open, postgresql_where=is_open)
    for column in ("supporter_id", "colleague_id", "ends_at"):
        op.create_index(op.f(f"ix_swap_requests_{column}"), "swap_requests", [column])


def downgrade() -> None:
    op.drop_table("swap_requests")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=op.f(name), native_enum=False, create_constraint=True, length=32)
