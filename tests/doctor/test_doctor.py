"""`doegnvagt doctor` on a house that is well, and on one of which nothing works; what it says is told beside its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import doctor
from app.doctor.findings import Finding, Level
from app.doctor.installation import Installation
from models.values import Language
from tests.cli.desk import SECRET, Terminal, written
from tests.doctor.conftest import HELPER, PASSWORD, Ward
from tests.house import SUPPORT, TOKEN

CHECKS = {
    "settings",
    "database",
    "migrations",
    "keys",
    "clock",
    "prices",
    "duty",
    "telephones",
    "messages",
    "alarms",
    "records",
    "provider",
    "numbers",
    "door",
    "signature",
    "mail",
}


def test_a_house_that_is_well_is_told_so_part_by_part(ward: Ward) -> None:
    said = ward.asks()

    assert said.status == 0
    assert {one["check"] for one in ward.findings()} == CHECKS
    assert ward.ails() == []
    assert "→" not in said.out
    assert said.out.endswith("\n\nAll is well.\n")


def test_looking_leaves_no_trace(ward: Ward) -> None:
    """R23: no row, no call, no message; and nothing that it asks of itself is written down."""
    before = written(ward.database)

    ward.asks()

    assert written(ward.database) == before
    assert (list(ward.exchange.log), ward.exchange.messages) == ([], {})
    assert ward.front.asked == ["GET /healthz", *["POST /twilio/fallback/screen"] * 2]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_not_well_has_its_cure_beside_it_and_is_counted(ward: Ward) -> None:
    said = ward.asks(EMERGENCY_NUMBER="", TWILIO_AUTH_TOKEN="")

    assert said.status == 0
    assert "warning  settings   EMERGENCY_NUMBER is not set" in said.out
    assert "→ set EMERGENCY_NUMBER\n" in said.out
    assert said.out.endswith("\n0 errors, 3 warnings.\n")
    assert ward.asks(TWILIO_AUTH_TOKEN="wrong").status == 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_nothing_that_it_says_holds_a_token_a_password_or_a_whole_number(ward: Ward) -> None:
    """R2, R23: well or ill, as text or as JSON."""
    ward.exchange.numbers.clear()
    ill = {"TWILIO_AUTH_TOKEN": f"{TOKEN},another token", "SMTP_URL": "smtp://vagt:forkert-ord@127.0.0.1:1", "HOST": "+4520123456"}

    said = [ward.terminal.types("doctor", *words, **env).out for words in ((), ("--json",)) for env in ({}, ill)]

    secrets = [TOKEN, "another token", PASSWORD, "forkert-ord", SECRET, SUPPORT, SUPPORT[3:], HELPER, HELPER[3:], "20123456"]
    assert [(text, secret) for text in said for secret in secrets if secret in text] == []
    assert "+45…63" in said[1]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_house_of_which_nothing_is_there_is_looked_at_to_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], backend: str
) -> None:
    """Every wrong variable by its name, no database, nobody at home."""
    env = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.{backend}",
        "PUBLIC_BASE_URL": "https://line.example/",
        "TWILIO_ACCOUNT_SID": "AC1",
        "SMTP_URL": "http://mail",
        "PORT": "0",
        "SECRET_KEY": "a,,b",
    }

    said = Terminal(env, tmp_path, capsys).types("doctor")

    assert said.status == 1
    for name in ("PUBLIC_BASE_URL", "TWILIO_ACCOUNT_SID", "SMTP_URL", "PORT", "SECRET_KEY", "DEMO", "MAIL_FROM"):
        assert f"error    settings   {name} " in said.out
    assert "error    database   There is no database" in said.out
    assert "→ doegnvagt migrate" in said.out
    for check in ("keys", "clock", "prices", "duty", "messages", "records", "provider", "numbers", "door", "mail"):
        assert f"warning  {check:<10} It was not looked at, because " in said.out
    assert not (tmp_path / f"none.{backend}").exists()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_check_that_breaks_keeps_no_other_from_being_made(terminal: Terminal) -> None:
    def breaks(_house: Installation) -> list[Finding]:
        raise ZeroDivisionError(TOKEN)

    def works(_house: Installation) -> list[Finding]:
        return [Finding("works", Level.OK, "It works.")]

    found = list(doctor.examine(terminal.env, Language.ENGLISH, {"breaks": breaks, "works": works}))

    broken, last = found[-2:]
    assert (broken.check, broken.level, broken.found) == (
        "breaks",
        Level.ERROR,
        "It could not be looked at (ZeroDivisionError).",
    )
    assert last.check == "works"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_without_an_account_the_rest_is_looked_at(ward: Ward) -> None:
    ails = ward.ails(TWILIO_ACCOUNT_SID="")

    assert [(check, level) for check, level, *_ in ails] == [("provider", "warning")]
    assert {one["check"] for one in ward.findings(TWILIO_ACCOUNT_SID="")} == CHECKS - {"numbers"}
