"""Rotas that are being written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    line = sa.Enum("support", "office", name=op.f("ck_rota_drafts_flow"), native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "rota_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", line, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["based_on"], ["rotas.id"], name=op.f("fk_rota_drafts_based_on_rotas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_drafts")),
    )


def downgrade() -> None:
    op.drop_table("rota_drafts")
