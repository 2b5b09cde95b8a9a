"""`doegnvagt serve` and `graph`: the web process, and a picture of the conversations."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from app import readiness
from app.cli.arguments import ADDRESS, WORKERS
from app.cli.commands import Command, require_text
from app.cli.desk import Desk
from ivr.graph import page

APP: Final = Path(__file__).resolve().parents[1]


@click.command(cls=Command)
@click.option("--bind", type=ADDRESS, help="Where to listen; 127.0.0.1:8000 unless HOST and PORT say otherwise.")
@click.option("--workers", type=WORKERS, default="1", show_default=True, help="How many processes; on SQLite one.")
@click.pass_obj
def serve(desk: Desk, bind: str | None, workers: int) -> None:
    """Start the web process; it becomes this one. Whatever would keep it from working is said before it starts."""
    require_text(desk)
    keys = desk.keys
    readiness.require_one_writer(desk.settings, workers)
    readiness.require_ready(desk.found, keys)  # A database that is out of reach is gunicorn's to tell (app.gunicorn).
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
