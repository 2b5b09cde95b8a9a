"""What the doctor says of a database that is not there, not migrated, or none; the command itself must not need one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.app.outside import free_port
from tests.cli.desk import Terminal
from tests.doctor.conftest import Ward


def told_about(terminal: Terminal, check: str, **env: str) -> tuple[str, str, str]:
    """What is said of one check in a house of which not much is there: level, finding, cure."""
    said = terminal.types("doctor", **env).out.splitlines()
    at = next(number for number, line in enumerate(said) if line[9:].startswith(f"{check} "))
    level, found = said[at][:8].strip(), said[at][20:]
    return level, found, said[at + 1].strip().removeprefix("→ ") if "→" in said[at + 1] else ""


def test_a_database_without_tables_is_to_be_migrated(terminal: Terminal, empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        Path(str(make_url(empty_database_url).database)).touch()

    level, found, cure = told_about(terminal, "migrations", DATABASE_URL=empty_database_url)

    assert (level, found, cure) == ("error", found, "doegnvagt migrate")
    assert found.startswith("The database has no tables yet, this program needs ")


@pytest.mark.parametrize(
    ("revision", "cure"), [("0001", "doegnvagt migrate"), ("9999", "start the newer program")], ids=["behind", "ahead"]
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_database_at_another_migration_is_told_which_program_fits(ward: Ward, revision: str, cure: str) -> None:
    with ward.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": revision})

    level, found, told = told_about(ward.terminal, "migrations")

    assert (level, told) == ("error", cure)
    assert "this program needs" in found


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_database_that_is_out_of_reach_or_none_is_told(terminal: Terminal) -> None:
    nobody = f"postgresql://app:hemmelig@127.0.0.1:{free_port()}/doegnvagt"
    none = terminal.file("this is no database")

    away, broken = (told_about(terminal, "database", DATABASE_URL=url) for url in (nobody, f"sqlite:///{none}"))

    assert (away[0], away[2]) == ("error", "start the database server, or set DATABASE_URL to where it is")
    assert "Connection refused" in away[1]
    assert "hemmelig" not in away[1]
    assert broken[:2] == ("error", "It cannot be used (file is not a database).")
    assert "restore a backup" in broken[2]
