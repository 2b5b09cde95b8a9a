"""Which migration a database is at, and whether it is the one that this program needs.

Asked at the start of every process, so without Alembic: loading it takes longer than everything else a short command does.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

MIGRATIONS: Final = Path(__file__).parent.parent / "migrations"


class NotMigrated(Exception):
    """The database has not the tables that this program needs; the message says what to do."""


def require_migrated(database: Engine) -> None:
    """Raises NotMigrated unless the database is exactly at this program's head."""
    with database.execution_options(reads_only=True).connect() as connection:
        current = revision(connection)
    if current != head_revision():
        state = f"is at {current}" if current else "has no tables yet"
        known = current is None or current in known_revisions()
        cure = "run `doegnvagt migrate`" if known else "it was migrated by a newer program: start that one"
        raise NotMigrated(f"the database {state}, this program needs {head_revision()}: {cure}")


def revision(connection: Connection) -> str | None:
    """The migration that a database is at; None where it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    current: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return current


def head_revision() -> str:
    """The migration that this program needs."""
    return known_revisions()[-1]


@cache
def known_revisions() -> tuple[str, ...]:
    """Every migration of this program, the first one first: a file is named by its number."""
    return tuple(sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")))
