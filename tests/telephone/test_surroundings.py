"""Where the telephone finds the demo, and what it says where there is none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import cli, settings, surroundings
from app.surroundings import AlreadyRuns, NotRunning
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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What a demo wrote, in a folder of its own."""
    file = tmp_path / "var/demo.env"
    file.parent.mkdir()
    return file


@contextmanager
def a_demo(file: Path) -> Iterator[None]:
    with surroundings.alone(file=file):
        file.write_text(FILE, "utf-8")
        yield


def test_the_environment_wins_over_the_file_unless_it_is_empty(file: Path) -> None:
    with a_demo(file):
        found = surroundings.merged({"TWILIO_API_BASE_URL": "http://127.0.0.1:4001", "DEMO": ""}, file=file)

    assert (found["TWILIO_API_BASE_URL"], found["DEMO"]) == ("http://127.0.0.1:4001", "1")


def test_the_file_of_a_demo_that_has_gone_is_left_alone_and_cleared_by_the_next(file: Path) -> None:
    file.write_text(FILE, "utf-8")

    assert surroundings.merged({"LANG": "da"}, file=file) == {"LANG": "da"}
    with surroundings.alone(file=file):
        assert not file.exists()
        assert surroundings.merged({}, file=file) == {}


@pytest.mark.parametrize(
    "env",
    [
        {"DATABASE_URL": "sqlite:///other.db"},
        {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32},
        {"PUBLIC_BASE_URL": "https://house.example"},
        {"DEMO": "0"},
    ],
)
def test_the_environment_of_another_house_hears_nothing_of_the_demo(file: Path, env: dict[str, str]) -> None:
    with a_demo(file):
        assert surroundings.merged(env, file=file) == env


def test_there_is_one_demo_in_a_folder_and_looking_at_it_does_not_disturb_it(file: Path) -> None:
    assert not surroundings.is_running(file=file)
    with a_demo(file):
        assert surroundings.is_running(file=file)
        with pytest.raises(AlreadyRuns), surroundings.alone(file=file):
            pass
        assert surroundings.is_running(file=file)
    assert not surroundings.is_running(file=file)


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


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("da_DK.UTF-8", "Demoen kører ikke. Start den med `make run` i denne mappe, og ring igen."),
        ("en_GB.UTF-8", "The demo is not running. Start it with `make run` in this folder, and phone again."),
    ],
)
def test_without_a_demo_one_line_says_how_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)

    status = cli.main(["phone"], {"LANG": lang})

    assert (status, capsys.readouterr().err) == (1, f"doegnvagt: {told}\n")


def test_a_demo_that_is_not_ready_yet_is_waited_for(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(file.parents[1])

    with surroundings.alone():
        assert cli.main(["phone"], {"LANG": "en_GB.UTF-8"}) == 1
    assert capsys.readouterr().err == "doegnvagt: The demo is being started. Try again in a moment.\n"


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
    assert capsys.readouterr().err == "doegnvagt: Demoen svarer ikke. Start den igen med `make run`, og ring igen.\n"
