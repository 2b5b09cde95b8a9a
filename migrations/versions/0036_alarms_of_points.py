"""Alarms of calls whose points run out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KINDS = (
    "gap",
    "gap_soon",
    "telephone",
    "unreachable",
    "task",
    "provider",
    "pins",
    "prices",
    "bridge",
    "skew",
    "reconciliation",
    "webhook",
    "shift",
    "points",
)
ALARMS_OF_POINTS = "SELECT count(*) FROM alarms WHERE kind = 'points'"


def upgrade() -> None:
    _kinds(back=False)


def downgrade() -> None:
    if count := op.get_bind().scalar(sa.text(ALARMS_OF_POINTS)):
        raise CommandError(f"there are {count} alarms of points, which the revision before 0036 cannot keep: nothing was changed")
    _kinds(back=True)


def _kinds(*, back: bool) -> None:
    """What sorts of alarms there may be: one more, or `back` as it was before."""
    before, after = (f"kind IN ({', '.join(map(repr, some))})" for some in (KINDS[:-1], KINDS))
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_alarms_alarmkind"), "alarms", type_="check")
        op.create_check_constraint(op.f("ck_alarms_alarmkind"), "alarms", before if back else after)
        return
    # As https://www.sqlite.org/lang_altertable.html tells for constraints that change nothing in the rows.
    old, new = (text.replace("'", "''") for text in ((after, before) if back else (before, after)))
    version = op.get_bind().scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    op.execute(f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE type = 'table' AND name = 'alarms'")  # noqa: S608 - our own words
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")
