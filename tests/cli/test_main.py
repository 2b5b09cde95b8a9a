"""The entry: where `--json` may stand, what a terminal can show, and how a command ends that nobody listens to."""

from __future__ import annotations

import json
from importlib import import_module

import click
import pytest

from app.cli import main
from app.cli.commands import COMMANDS, Command, Group
from app.refusals import one_line
from ivr.graph import page
from tests.cli.desk import Terminal


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "customer", "set", "10001"),
        ("customer", "--json", "set", "10001"),
        ("customer", "set", "--json", "10001"),
        ("customer", "set", "10001", "--json"),
        ("--json", "customer", "set", "10001", "--json"),
    ],
    ids=str,
)
def test_json_may_stand_anywhere(furnished: Terminal, words: tuple[str, ...]) -> None:
    assert json.loads(furnished.reads(*words)) == {"customer": "10001", "policy": "credit", "credit": 60}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_takes_json(nowhere: Terminal, name: str) -> None:
    said = nowhere.reads(name, "--help")

    assert f"doegnvagt {name}" in said
    assert "--json" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_every_group_takes_json(name: str) -> None:
    module, attribute = COMMANDS[name].split(":")
    found = getattr(import_module(module), attribute)

    commands = list(found.commands.values()) if isinstance(found, click.Group) else [found]

    assert [command.name for command in commands if not isinstance(command, (Command, Group))] == []


def test_the_help_lists_every_command(nowhere: Terminal) -> None:
    said = nowhere.reads("--help")

    assert [name for name in COMMANDS if f"\n  {name} " not in said] == []


@pytest.mark.parametrize("name", ["serve", "clock", "demo", "phone"])
def test_what_goes_on_until_it_is_stopped_has_no_document_and_does_not_begin(nowhere: Terminal, name: str) -> None:
    status, line = nowhere.is_refused(name, "--json")

    assert (status, line) == (
        2,
        f"--json is for commands that end with an answer; this one goes on until it is stopped. See `doegnvagt {name} --help`.",
    )


def test_an_error_is_text_even_where_json_was_asked_for(furnished: Terminal) -> None:
    assert furnished.is_refused("--json", "points", "statement", "99999") == (1, "there is no customer 99999")


def test_a_message_is_one_line_that_a_terminal_can_show() -> None:
    assert one_line("a\nb\u2028c\x1b[2J\t\udcff d") == "a b c\\x1b[2J \\udcff d"
    assert len(one_line("x" * 5000)) == 1001


def test_the_conversations_are_drawn_without_a_database(nowhere: Terminal) -> None:
    assert nowhere.reads("graph") == page()
    assert nowhere.gets("graph") == {"page": page()}


def test_an_interrupted_command_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupted(dict[str, str]):
        def get(self, _name: str, _default: object = None) -> str:
            raise KeyboardInterrupt

    assert main(["points", "statement", "10001"], Interrupted()) == 130
    assert capsys.readouterr() == ("", "")


def test_migrating_makes_the_tables_and_may_be_done_again(empty_database_url: str, nowhere: Terminal) -> None:
    first = nowhere.gets("migrate", DATABASE_URL=empty_database_url)
    again = nowhere.reads("migrate", DATABASE_URL=empty_database_url)

    assert list(first) == ["revision"]
    assert again == f"The database is at {first['revision']}.\n"
    assert nowhere.gets("customer", "add", "Nordvig Camping", DATABASE_URL=empty_database_url) == {"customer": "10001"}
