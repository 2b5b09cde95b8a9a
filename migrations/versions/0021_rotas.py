"""Rotas, and what an attempt keeps of why its supporter was on duty; one whom a rota put there has no shift."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rotas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Enum("support", name="flow", native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=100), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotas")),
    )
    op.create_index("ix_rotas_line_id", "rotas", ["line", "id"])
    op.add_column("attempts", sa.Column("tier", sa.Integer(), nullable=True))
    op.add_column("attempts", sa.Column("grounds", sa.JSON(), nullable=True))
    # Both databases take this sentence; Alembic would write a large table anew for it on SQLite.
    op.execute(
        "ALTER TABLE attempts ADD COLUMN rota_id INTEGER "
        "CONSTRAINT fk_attempts_rota_id_rotas REFERENCES rotas (id) "
        "CONSTRAINT ck_attempts_duty CHECK (shift_id IS NOT NULL OR rota_id IS NOT NULL)"
    )
    _shift_is(needed=False)
    op.execute("UPDATE attempts SET tier = (SELECT tier FROM shifts WHERE shifts.id = attempts.shift_id)")


def downgrade() -> None:
    if found := op.get_bind().scalar(sa.text("SELECT count(*) FROM attempts WHERE shift_id IS NULL")):
        raise CommandError(f"{found} attempts came from a rota, which the revision before 0021 cannot keep: nothing was changed")
    _shift_is(needed=True)
    op.execute("ALTER TABLE attempts DROP COLUMN rota_id")
    op.drop_column("attempts", "grounds")
    op.drop_column("attempts", "tier")
    op.drop_index("ix_rotas_line_id", "rotas")
    op.drop_table("rotas")


def _shift_is(*, needed: bool) -> None:
    """Whether an attempt must have a shift.

    SQLite cannot say so. Other tables refer to this one, so that it cannot be written anew within a transaction; its definition is
    changed instead, as https://www.sqlite.org/lang_altertable.html tells for constraints that change nothing in the rows.
    """
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("attempts", "shift_id", nullable=not needed)
        return
    before, after = ("shift_id INTEGER", "shift_id INTEGER NOT NULL")[:: 1 if needed else -1]
    version = op.get_bind().scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    op.execute(f"UPDATE sqlite_schema SET sql = replace(sql, '{before}', '{after}') WHERE type = 'table' AND name = 'attempts'")  # noqa: S608 - our own words
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")
