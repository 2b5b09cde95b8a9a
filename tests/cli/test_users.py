"""Log-ins at the terminal: a password that is read from standard input."""

from __future__ import annotations

import io
import sys

import pytest

from app.database import Database
from tests.cli.desk import Terminal, audited, written


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_password_that_is_no_text_in_utf_8_is_refused_in_a_line(
    terminal: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch, errors: str
) -> None:
    before = written(database)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("en lang sætning".encode("latin-1")), "utf-8", errors))

    refused = terminal.is_refused("user", "add", "ulla@house.example", "Ulla", "--role", "auditor", "--password-stdin")

    assert refused == (2, "Invalid value for --password-stdin: it must be text in UTF-8")
    assert written(database) == before


def test_nobody_is_told_that_an_app_was_taken_off_who_had_none(terminal: Terminal, database: Database) -> None:
    terminal.reads("user", "add", "ulla@house.example", "Ulla", "--role", "auditor")

    said = terminal.gets("user", "no-second-factor", "ulla@house.example")

    assert said == {"user": "ulla@house.example", "second_factor": False}
    assert audited(database, "second_factor_taken_off") == []
    assert written(database)["errands"] == []
