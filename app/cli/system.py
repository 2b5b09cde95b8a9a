"""`doegnvagt migrate`, `serve` and `graph`: the tables, the web process, and a picture of the conversations."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.cli.arguments import ADDRESS, WORKERS
from app.cli.commands import Command
from app.cli.desk import Desk
from app.migrate import migrate as bring_up
from helpdesk import pins
from ivr.graph import page

APP: Final = Path(__file__).resolve().parents[1]


@click.command(cls=Command)
@click.pass_obj
def migrate(desk: Desk) -> None:
    """Bring the database up to the tables that this program needs."""
    bring_up(desk.settings.migration_database_url, desk.settings.database_url)
    with desk.reading() as session:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    desk.tell({"revision": revision}, f"The database is at {revision}.")


@click.command(cls=Command)
@click.option("--bind", type=ADDRESS, help="Where to listen; 127.0.0.1:8000 unless HOST and PORT say otherwise.")
@click.option("--workers", type=WORKERS, default="1", show_default=True, help="How many processes; on SQLite one.")
@click.pass_obj
def serve(desk: Desk, bind: str | None, workers: int) -> None:
    """Start the web process; it becomes this one. Whatever would keep it from working is said before it starts."""
    keys = desk.keys
    if workers > 1 and desk.settings.database_url.startswith("sqlite"):
        raise click.ClickException(
            "--workers: SQLite has one writer, so there is one process; PostgreSQL takes as many as you like"
        )
    try:
        with desk.reading() as session:
            pins.require_keys(session, keys)
    except OperationalError:  # Callers reach the emergency number meanwhile: /twilio/fallback works without a database.
        sys.stderr.write("doegnvagt: the database is out of reach; until it is back, only the fallback answers calls\n")
    desk.close()
    listening = ["--bind", bind] if bind else []
    options = ["--config", str(APP / "gunicorn.py"), "--workers", str(workers), *listening]
    program = [sys.executable, "-P", "-m", "gunicorn", *options, "app.wsgi:create_app()"]
    os.execve(sys.executable, program, _paths_of_ours_first(desk.env))  # noqa: S606 - it becomes gunicorn; all but HOST:PORT is ours


@click.command(cls=Command)
@click.pass_obj
def graph(desk: Desk) -> None:
    """Draw the conversations from their code, as Markdown (docs/flows.md)."""
    drawn = page()
    desk.tell({"page": drawn}, drawn.removesuffix("\n"))


def _paths_of_ours_first(env: Mapping[str, str]) -> dict[str, str]:
    """Gunicorn puts the current folder before all others unless it is among them; a folder `app` in it would be taken for ours."""
    here = str(Path.cwd())
    paths = [str(APP.parent), here, *filter(None, [env.get("PYTHONPATH")])]
    return {**env, "PWD": here, "PYTHONPATH": os.pathsep.join(paths)}
