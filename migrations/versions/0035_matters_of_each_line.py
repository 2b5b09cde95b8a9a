"""Alarms of gaps, and of nobody who can be reached, are of a line, those of before too; a callback rings the second telephone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NOTICES = ("gap", "gap_soon", "gap_now", "unreachable", "tier_unreachable", "gaps_ahead")
ROUND_THE_CLOCK = sa.text("SELECT name FROM lines WHERE flow = 'support' ORDER BY id LIMIT 1")
JSON = sa.JSON()
ALARMS = sa.table("alarms", sa.column("id", sa.Integer), sa.column("notice", sa.String), sa.column("told", JSON))
ERRANDS = sa.table("errands", sa.column("id", sa.Integer), sa.column("key", sa.String), sa.column("payload", JSON))


def upgrade() -> None:
    # Both databases take this sentence; Alembic would write the table anew for it on SQLite.
    op.execute(
        "ALTER TABLE callbacks ADD COLUMN again_of INTEGER CONSTRAINT fk_callbacks_again_of_callbacks REFERENCES callbacks (id)"
    )
    op.execute("DELETE FROM heartbeats WHERE name = 'look_ahead'")  # it is a round, as others are
    bind = op.get_bind()
    more = {"line": bind.scalar(ROUND_THE_CLOCK) or "Døgnvagten", "more": 0, "last": None}
    opened = bind.execute(sa.select(ALARMS).where(ALARMS.c.notice.in_([*NOTICES, "gap_while_open"]))).all()
    for number, notice, told in opened:
        bind.execute(ALARMS.update().where(ALARMS.c.id == number).values(notice=_named(notice), told=more | told))
    of_rounds = sa.or_(ERRANDS.c.key.like("alarm:%"), ERRANDS.c.key.like("week:%"))
    for number, _key, payload in bind.execute(sa.select(ERRANDS).where(of_rounds)).all():
        if (said := _said(payload, more)) != payload:
            bind.execute(ERRANDS.update().where(ERRANDS.c.id == number).values(payload=said))


def downgrade() -> None:
    # What a sentence has no place for is not said.
    op.execute("ALTER TABLE callbacks DROP COLUMN again_of")


def _named(notice: str) -> str:
    return "gap" if notice == "gap_while_open" else notice


def _said(payload: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    notice = _named(payload.get("notice", ""))
    return payload | {"notice": notice, "values": more | payload["values"]} if notice in NOTICES else payload
