"""What only the database can know: a name that names nothing (1), and what contradicts what is written (2). Nothing is written."""

from __future__ import annotations

import pytest

from app.database import Database
from tests.cli.desk import PRICES, Terminal, written

DAYS = ("--from", "2026-11-23T16:00", "--to", "2026-11-24T08:00")
NEEDS_A_KEY = [("person", "add", "10001", "Bo"), ("pins", "show", "1"), ("pins", "replace", "1"), ("pins", "rekey"), ("serve",)]
UNKNOWN = [
    (("customer", "set", "99999", "--credit", "5"), "there is no customer 99999"),
    (("customer", "set", "nobody", "--credit", "5"), "there is no customer nobody"),
    (("person", "add", "99999", "Bo"), "there is no customer 99999"),
    (("points", "buy", "99999", "60", "--reference", "x"), "there is no customer 99999"),
    (("points", "statement", "99999"), "there is no customer 99999"),
    (("pins", "show", "99"), "there is no person 99"),
    (("pins", "show", "0"), "there is no person 0"),
    (("pins", "show", "2147483647"), "there is no person 2147483647"),
    (("pins", "show", "2147483648"), "there is nothing with the number 2147483648"),
    (("pins", "show", "9" * 30), f"there is nothing with the number {'9' * 30}"),
    (("pins", "replace", "99"), "there is no person 99"),
    (("shift", "add", "99", *DAYS), "there is no supporter 99"),
    (("call", "show", "CA99"), "there is no call CA99"),
    (("case", "show", "20001"), "there is no case 20001"),
    (("case", "show", "' OR 1=1"), "there is no case ' OR 1=1"),
    (("task", "take", "99", "1"), "there is no task 99"),
    (("task", "take", "1", "99"), "there is no supporter 99"),
    (("errand", "show", "99"), "there is no errand 99"),
    (("errand", "resend", "99"), "there is no errand 99"),
    (("errand", "resend", "99", "--again"), "there is no errand 99"),
]


@pytest.mark.parametrize(("words", "line"), UNKNOWN, ids=str)
def test_what_does_not_exist_is_named_and_nothing_is_written(
    furnished: Terminal, database: Database, words: tuple[str, ...], line: str
) -> None:
    before = written(database)

    said = furnished.is_refused(*words)

    assert said == (1, line)
    assert written(database) == before


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("points", "buy", "10001", "61", "--reference", "first"),
            "customer 10001 bought other points with reference 'first' before",
        ),
        (("supporter", "add", "Bo", "--phone", "+45 30 40 50 60"), "+4530405060 is the telephone of supporter 1, Anna"),
        (("prices", "publish", "prices.toml"), "support keeps its price list 1, valid from that moment: choose another"),
    ],
    ids=str,
)
def test_what_contradicts_what_is_written_is_refused_and_nothing_is_written(
    furnished: Terminal, database: Database, words: tuple[str, ...], line: str
) -> None:
    furnished.file(PRICES.replace("points = 15", "points = 20"))
    before = written(database)

    said = furnished.is_refused(*(str(furnished.folder / word) if word == "prices.toml" else word for word in words))

    assert said == (2, line)
    assert written(database) == before


def test_a_database_without_tables_is_named_and_stays_as_it_is(empty_database_url: str, nowhere: Terminal) -> None:
    said = nowhere.is_refused("customer", "add", "Nordvig Camping", DATABASE_URL=empty_database_url)

    assert said[0] == 1
    assert said[1].endswith("run `doegnvagt migrate`")


def test_a_database_that_is_not_there_is_not_made_by_looking_for_it(nowhere: Terminal) -> None:
    status, line = nowhere.is_refused("points", "statement", "10001")

    assert (status, line) == (1, f"there is no database at {nowhere.folder}/none/none.db yet: run `doegnvagt migrate`")
    assert not (nowhere.folder / "none").exists()


@pytest.mark.parametrize("command", [("points", "statement", "10001"), ("migrate",), ("customer", "add", "A")], ids=str)
def test_a_database_that_cannot_be_reached_is_one_line_without_its_password(nowhere: Terminal, command: tuple[str, ...]) -> None:
    status, line = nowhere.is_refused(*command, DATABASE_URL="postgresql://app:hunter2@127.0.0.1:1/doegnvagt")

    assert status == 1
    assert line.startswith("the database refused: ")
    assert "hunter2" not in line


def test_a_file_that_is_no_database_is_one_line(nowhere: Terminal) -> None:
    path = nowhere.file(PRICES * 20)

    assert nowhere.is_refused("points", "statement", "1", DATABASE_URL=f"sqlite:///{path}") == (
        1,
        "the database refused: file is not a database",
    )


@pytest.mark.parametrize("command", [("points", "statement", "10001"), ("migrate",), ("serve",), ("pins", "rekey")], ids=str)
def test_wrong_settings_are_one_line_that_names_each_of_them(nowhere: Terminal, command: tuple[str, ...]) -> None:
    status, line = nowhere.is_refused(*command, DATABASE_URL="doegnvagt", SMS_FROM="us", DEMO="yes")

    assert status == 2
    assert [name for name in ("DATABASE_URL", "SMS_FROM", "DEMO") if f"{name}: " in line] == ["DATABASE_URL", "SMS_FROM", "DEMO"]


@pytest.mark.parametrize("command", [("person", "add", "10001", "Bo"), ("pins", "rekey"), ("serve",)], ids=str)
def test_a_missing_secret_key_is_named_beside_what_else_is_wrong(
    nowhere: Terminal, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(nowhere.folder)  # where nobody keeps one

    status, line = nowhere.is_refused(*command, DATABASE_URL="doegnvagt", SECRET_KEY="")

    assert status == 2
    assert [name for name in ("DATABASE_URL", "SECRET_KEY") if f"{name}: is not" in line] == ["DATABASE_URL", "SECRET_KEY"]


@pytest.mark.parametrize("command", [*NEEDS_A_KEY, ("clock",), ("clock", "--once")], ids=str)
def test_what_needs_a_secret_key_is_refused_without_one(
    furnished: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(furnished.folder)  # where nobody keeps one
    before = written(database)

    status, line = furnished.is_refused(*command, SECRET_KEY="")

    assert status == 2
    assert line.startswith("SECRET_KEY: is not set")
    assert written(database) == before


@pytest.mark.parametrize("command", [*NEEDS_A_KEY, ("clock",), ("clock", "--once")], ids=str)
def test_a_key_that_is_gone_is_named(furnished: Terminal, database: Database, command: tuple[str, ...]) -> None:
    """R2."""
    before = written(database)

    status, line = furnished.is_refused(*command, SECRET_KEY="another key")

    assert status == 2
    assert line.startswith("SECRET_KEY: a PIN needs a key that is gone")
    assert written(database) == before
