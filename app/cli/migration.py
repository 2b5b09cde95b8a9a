"""`doegnvagt migrate`: the tables."""

from __future__ import annotations

import click
from sqlalchemy import text

from app.cli.commands import Command
from app.cli.desk import Desk
from app.migrate import migrate as bring_up


@click.command(cls=Command)
@click.pass_obj
def migrate(desk: Desk) -> None:
    """Bring the database up to the tables that this program needs."""
    bring_up(desk.settings.migration_database_url, desk.settings.database_url)
    with desk.reading() as session:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    desk.tell({"revision": revision}, f"The database is at {revision}.")
