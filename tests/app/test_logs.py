"""How lines look and what is kept out of them, whoever writes them (R2, R23; conventions, "Logging")."""

from __future__ import annotations

import json
import logging
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from app import logs, settings
from tests.lines import lines

HERE = Path(__file__).parents[2]
TOKEN = "0123456789abcdeftoken"
ENV = {
    "SECRET_KEY": "a root key, and, an older one",
    "TWILIO_AUTH_TOKEN": f"{TOKEN},older-token",
    "DATABASE_URL": "postgresql://app:hemm%40lig@db.example/doegnvagt",
    "SMTP_URL": "smtp://vagt:brevdue@mail.example",
    "MAIL_FROM": "vagt@example.dk",
    "METRICS_TOKEN": "whoever-counts-us",
    "TRANSCRIBE_URL": "https://whisper.example/v1",
    "TRANSCRIBE_TOKEN": "whoever-listens",
}
BLURT = f"pin 04417392, +4520123456, {TOKEN}, older-token, a root key, hemm@lig, hemm%40lig, brevdue, whoever-listens"
BLURT += ", whoever-counts-us"
HELD = ("04417392", "0123456", TOKEN, "older-token", "root key", "hemm@lig", "hemm%40lig", "brevdue", "whoever-")
Screen = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def configured() -> None:
    logs.configure(settings.from_env(ENV))


def test_no_value_of_an_event_gives_anything_away_however_deep(capsys: Screen) -> None:
    """R2, R23."""
    structlog.get_logger().warning(BLURT, text=BLURT, deep={"a": [BLURT, {"b": (BLURT,)}]}, odd=ValueError(BLURT), count=3, no=None)

    [line] = lines(capsys)
    assert [held for held in HELD if held in json.dumps(line)] == []
    assert (line["count"], line["no"], line["level"]) == (3, None, "warning")
    assert line["text"].startswith("pin …92, …56, …")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("64d5e0fec4c44bcd991a51e741667576", "64d5e0fec4c44bcd991a51e741667576"),
        ("2F1C0AA4-8E5B-4C07-9A3E-012345678901", "2F1C0AA4-8E5B-4C07-9A3E-012345678901"),
        ("04417392", "…92"),
        ("order-04417392", "order-…92"),
    ],
)
def test_a_request_is_found_by_its_number_and_a_pin_in_place_of_one_is_masked(capsys: Screen, told: str, kept: str) -> None:
    """R2. docs/api.md: what stands in X-Request-Id stands in the logs too."""
    structlog.get_logger().error("api_failed", request=told, other=told)

    [line] = lines(capsys)
    assert line["request"] == kept
    assert line["other"] != told


def test_what_a_traceback_says_is_cleaned_too(capsys: Screen) -> None:
    """R2, R23."""
    try:
        int(BLURT)
    except ValueError:
        structlog.get_logger().exception("turn_failed")

    [line] = lines(capsys)
    assert "base 10: 'pin …92" in line["exception"]
    assert [held for held in HELD if held in line["exception"]] == []


@pytest.mark.parametrize("name", ["sqlalchemy.pool", "twilio.http_client", "gunicorn.error", "apscheduler.executors", "werkzeug"])
def test_a_librarys_line_looks_as_ours_do_and_is_cleaned(capsys: Screen, name: str) -> None:
    """R2, R23: with what is bound."""
    with structlog.contextvars.bound_contextvars(call="CA" + "1" * 32):
        logging.getLogger(name).error("%s has failed", BLURT)

    [line] = lines(capsys)
    assert (line["logger"], line["level"], line["call"]) == (name, "error", "CA" + "1" * 32)
    assert line["event"].startswith("pin …92, …56, …")
    assert line["event"].endswith("has failed")
    assert [held for held in HELD if held in json.dumps(line)] == []


def test_a_library_says_nothing_where_nothing_is_wrong(capsys: Screen) -> None:
    for name in ("sqlalchemy.engine", "twilio.http_client", "werkzeug", "apscheduler.scheduler"):
        logging.getLogger(name).info("all is well")

    assert lines(capsys) == []


def test_setting_up_again_repeats_no_line(capsys: Screen) -> None:
    logs.configure(settings.from_env(ENV))

    logging.getLogger("sqlalchemy.pool").error("once")

    assert [line["event"] for line in lines(capsys)] == ["once"]


def test_gunicorns_own_lines_look_as_ours_do() -> None:
    """R2, R23: and are written once."""
    program = "import sys, gunicorn.config, app.gunicorn as ours; ours.OurLines(gunicorn.config.Config()).warning(sys.argv[1])"
    env = {**os.environ, **ENV}

    said = subprocess.run([sys.executable, "-c", program, BLURT], env=env, capture_output=True, text=True, check=True, cwd=HERE)

    [line] = [json.loads(written) for written in said.stderr.splitlines()]
    assert (line["logger"], line["level"]) == ("gunicorn.error", "warning")
    assert [held for held in HELD if held in said.stderr] == []


def test_on_a_terminal_a_line_is_for_reading_and_gives_nothing_away_either() -> None:
    """R2, R23: a traceback shows no values."""
    program = """
import sys, structlog
from app import logs, settings
logs.configure(settings.from_env({}))
def step(pin):
    raise ValueError(f"{pin} is no PIN")
try:
    step(sys.argv[1])
except ValueError:
    structlog.get_logger().exception("turn_failed", turn=2)
"""
    master, terminal = pty.openpty()

    subprocess.run([sys.executable, "-c", program, "04417392"], stderr=terminal, check=True, cwd=HERE)
    os.close(terminal)
    said = os.read(master, 65_536).decode()
    os.close(master)

    assert "turn_failed" in said
    assert "ValueError: …92 is no PIN" in said
    assert "{" not in said.splitlines()[0]
    assert "04417392" not in said
