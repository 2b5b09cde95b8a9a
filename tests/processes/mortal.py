"""The real web application, with one addition: where a plan says so, its process kills itself, just before or behind a commit.

gunicorn starts `tests.processes.mortal:create_app()` as it starts the real one. The plan is a file that holds "before" or "after";
whoever finds it dies of SIGKILL in the next transaction that writes, and has removed the file before.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from app import clock, settings
from app.database import Database
from app.wsgi import create_app as made

PLAN = "MORTAL_PLAN"
CLOCK = "MORTAL_CLOCK"


class Mortal(Database):
    """The database as it is, to a process that may die of it."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write, and be the last thing this process does."""
        planned = self._planned()
        with super().writing() as session:
            yield session
            if planned == "before":
                session.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        if planned == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    def _planned(self) -> str:
        try:
            plan = Path(os.environ[PLAN])
            planned = plan.read_text("utf-8")
            plan.unlink()
        except FileNotFoundError:
            return ""
        return planned


def create_app() -> Flask:
    """The application, on a database that it may die of, by the exchange's clock."""
    environment = settings.from_env(os.environ)
    return made(environment, database=Mortal(environment.database_url), clock=clock.demo(Path(os.environ[CLOCK])))
