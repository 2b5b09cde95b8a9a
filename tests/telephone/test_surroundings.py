"""Where the telephone finds the demo, and what it says where there is none."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app import cli, settings
from app.telephone import surroundings
from app.telephone.surroundings import NotRunning
from tests.telephone.demo import Demo

FILE = """
# what make run wrote
DEMO=1
TWILIO_API_BASE_URL=http://127.0.0.1:4000
PUBLIC_BASE_URL="http://127.0.0.1:8000"
DATABASE_URL=sqlite:///var/a=b.db
"""


def test_the_file_is_read_line_by_line() -> None:
    assert surroundings.parsed(FILE) == {
        "DEMO": "1",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:4000",
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": "sqlite:///var/a=b.db",
    }


def test_the_environment_wins_over_the_file_unless_it_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "demo.env"
    file.write_text(FILE, "utf-8")

    found = surroundings.merged({"TWILIO_API_BASE_URL": "http://127.0.0.1:4001", "DEMO": ""}, file=file)

    assert (found["TWILIO_API_BASE_URL"], found["DEMO"]) == ("http://127.0.0.1:4001", "1")


@pytest.mark.parametrize(
    "env",
    [
        {"TWILIO_API_BASE_URL": "http://127.0.0.1:4000"},
        {"TWILIO_API_BASE_URL": "https://api.example", "DEMO": "1"},
    ],
)
def test_pins_are_shown_only_in_a_demo_on_this_machine(env: dict[str, str]) -> None:
    with pytest.raises(NotRunning, match="no demo"):
        surroundings.exchange(settings.from_env(env))


def test_without_a_demo_one_line_says_how_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    status = cli.main(["phone"], {})

    assert status == 1
    assert capsys.readouterr().err == "doegnvagt: the demo is not running; start it with `make run` in this folder\n"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ([], 2, "it needs a terminal"),
        (["--as", "ida", "--supporter", "+45 00 40 50 70"], 2, "it needs a terminal"),
        (["--as", "2", "--supporter", "2", "--language", "en"], 2, "it needs a terminal"),
        (["--as", "nobody"], 1, "there is no person nobody"),
        (["--supporter", "+4599999999"], 1, "there is no supporter +4599999999"),
        (["--language", "sv"], 2, "'sv' is not one of 'da', 'en'"),
    ],
)
def test_people_are_looked_up_before_the_screen_is_shown(
    demo: Demo, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, told: str
) -> None:
    assert cli.main(["phone", *arguments], demo.env) == status
    assert told in capsys.readouterr().err


def test_an_exchange_that_is_gone_is_one_line(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}"

    assert cli.main(["phone"], {**demo.env, "TWILIO_API_BASE_URL": gone}) == 1
    assert capsys.readouterr().err.startswith("doegnvagt: the demo's exchange does not answer")
