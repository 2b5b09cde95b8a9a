"""Somebody at a terminal: types commands at an environment of their own, and looks at what came out and what was written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from app.cli import main
from app.database import Database
from models import Audit, Base

SECRET: Final = "a secret key of the tests and long enough"
NIGHT: Final = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
PRICES: Final = """
valid_from = 2026-01-01T00:00:00
line = "support"
interval_minutes = 15
[[period]]
name = "Altid"
points = 15
"""


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


class Terminal:
    """`env` is all that a command sees of the environment; its clock stands still until it is set."""

    def __init__(self, env: dict[str, str], folder: Path, screen: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.env = env | {"DEMO": "1", "DEMO_CLOCK": str(folder / "clock")}
        self._screen = screen
        self.set_clock(NIGHT)

    def set_clock(self, moment: datetime) -> None:
        """From now on it is `moment` for every command."""
        virtual = {"wall": 0.0, "virtual": moment.timestamp(), "speed": 0.0}
        (self.folder / "clock").write_text(json.dumps(virtual))

    def file(self, content: str | bytes) -> str:
        """A price-list file."""
        path = self.folder / "prices.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def types(self, *words: str, **env: str) -> Said:
        """Runs a command, with more of an environment where it is given."""
        self._screen.readouterr()
        status = main(list(words), self.env | env)
        return Said(status, *self._screen.readouterr())

    def reads(self, *words: str, **env: str) -> str:
        """What a command that works says to people."""
        said = self.types(*words, **env)
        assert (said.status, said.err) == (0, ""), said
        return said.out

    def gets(self, *words: str, **env: str) -> Any:  # noqa: ANN401 - whatever the document holds
        """The document of a command that works; the same one whether `--json` stands at its end or at its beginning."""
        return json.loads(self.reads(*words, "--json", **env))

    def is_refused(self, *words: str, **env: str) -> tuple[int, str]:
        """The status and the one line of a command that does not work, without its beginning."""
        said = self.types(*words, **env)
        assert said.out == ""
        assert said.err.startswith("doegnvagt: ")
        assert said.err.endswith("\n")
        assert len(said.err.splitlines()) == 1
        return said.status, said.err.removeprefix("doegnvagt: ").strip()


def written(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {name: sorted(map(tuple, session.execute(select(table))), key=repr) for name, table in Base.metadata.tables.items()}


def audited(database: Database, action: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Who did `action` to what, and how, in order."""
    with database.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.action == action).order_by(Audit.id))
        return [(row.actor, row.subject, row.details) for row in rows]
