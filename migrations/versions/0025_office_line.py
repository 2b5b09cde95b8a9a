"""The office line: a flow of its own, shifts that belong to a line, a call that found it closed, and cases of nobody known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FLOWS = ("support", "office")
OUTCOMES = (
    "talked",
    "wrong_pin",
    "locked_out",
    "no_points",
    "declined_price",
    "no_input",
    "nobody_answered",
    "callback_requested",
    "message_left",
    "caller_hung_up",
    "failed",
    "closed",
)
LEFT_BEHIND = {
    "office lines": "SELECT count(*) FROM lines WHERE flow = 'office'",
    "rotas of the office line": "SELECT count(*) FROM rotas WHERE line = 'office'",
    "shifts of the office line": "SELECT count(*) FROM shifts WHERE line = 'office'",
    "cases without a customer": "SELECT count(*) FROM cases WHERE customer_id IS NULL",
}


def upgrade() -> None:
    # Both databases take this sentence; Alembic would write the table anew for it on SQLite.
    op.execute(
        "ALTER TABLE shifts ADD COLUMN line VARCHAR(32) DEFAULT 'support' NOT NULL "
        "CONSTRAINT ck_shifts_flow CHECK (line IN ('support', 'office'))"
    )
    _widen(back=False)


def downgrade() -> None:
    found = {what: op.get_bind().scalar(sa.text(query)) for what, query in LEFT_BEHIND.items()}
    if told := " and ".join(f"{count} {what}" for what, count in found.items() if count):
        raise CommandError(f"there are {told}, which the revision before 0025 cannot keep: nothing was changed")
    _widen(back=True)
    op.execute("ALTER TABLE shifts DROP COLUMN line")


def _widen(*, back: bool) -> None:
    """What columns may hold: one word more each, and a case no customer; `back` as it was before."""
    _words("lines", "flow", "flow", FLOWS, back=back)
    _words("rotas", "line", "flow", FLOWS, back=back)
    _words("calls", "outcome", "calloutcome", OUTCOMES, back=back)
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("cases", "customer_id", nullable=not back)
    else:
        _rewritten("cases", "customer_id INTEGER NOT NULL", "customer_id INTEGER", back=back)


def _words(table: str, column: str, name: str, words: tuple[str, ...], *, back: bool) -> None:
    before, after = (f"{column} IN ({', '.join(map(repr, some))})" for some in (words[:-1], words))
    if op.get_bind().dialect.name == "sqlite":
        _rewritten(table, before, after, back=back)
        return
    constraint = op.f(f"ck_{table}_{name}")
    op.drop_constraint(constraint, table, type_="check")
    op.create_check_constraint(constraint, table, before if back else after)


def _rewritten(table: str, before: str, after: str, *, back: bool) -> None:
    """Changes the definition of a SQLite table.

    Other tables refer to it, so that it cannot be written anew within a transaction; its definition is changed instead, as
    https://www.sqlite.org/lang_altertable.html tells for constraints that change nothing in the rows.
    """
    old, new = (text.replace("'", "''") for text in ((after, before) if back else (before, after)))
    version = op.get_bind().scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    op.execute(f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE type = 'table' AND name = '{table}'")  # noqa: S608 - our own words
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")
