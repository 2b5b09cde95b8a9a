"""Brings a database up to the tables that this program needs (app.revisions says whether it is there).

`migrate` runs as the owner (MIGRATION_DATABASE_URL). Where the application has a role of its own on PostgreSQL, that role may do
what it needs and no more: in the books it may only add and look (architecture.md, "Points").
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from app.database import engine
from app.revisions import MIGRATIONS, NotMigrated
from models import Base

BOOKS: Final = ("journal", "entry", "audit")
LOCK: Final = 6318_6363


def migrate(owner_url: str, application_url: str) -> None:
    """Runs every migration that is missing, then gives the application's role its rights.

    Raises app.revisions.NotMigrated where the database is at a migration that this program does not know.
    """
    _made_private(owner_url)
    owner = engine(owner_url)
    try:
        with owner.connect() as connection:
            if owner.dialect.name == "postgresql":  # Several releases at once: one migrates, the others wait and find it done.
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            role = make_url(application_url).username
            if owner.dialect.name == "postgresql" and role and role != make_url(owner_url).username:
                _grant(connection, role)
            connection.commit()
    except CommandError as problem:
        raise NotMigrated(str(problem)) from problem
    finally:
        owner.dispose()


def _made_private(url: str) -> None:
    """A SQLite file that is not there yet is made for its owner alone: it holds names, numbers and what was keyed (R23)."""
    file = make_url(url).database if make_url(url).get_backend_name() == "sqlite" else None
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).touch(mode=0o600, exist_ok=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {quoted}"))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
    for table in Base.metadata.sorted_tables:
        rights = "SELECT, INSERT" if table.name in BOOKS else "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(text(f"REVOKE ALL ON {table.name} FROM {quoted}"))
        connection.execute(text(f"GRANT {rights} ON {table.name} TO {quoted}"))
