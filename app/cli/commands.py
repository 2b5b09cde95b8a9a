"""The table of commands, and a group that loads a command's module only when it is asked for.

Every command takes `--json`, at its end or right behind `doegnvagt`; one that goes on until it is stopped refuses it. A group is a
`Group`, a command on its own `@click.command(cls=Command)`; what a command works with comes as its first argument by
`@click.pass_obj` (app.cli.desk).
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, Final

import click

from app.cli.desk import Desk

COMMANDS: Final = {
    "migrate": "app.cli.migration:migrate",
    "serve": "app.cli.system:serve",
    "clock": "app.cli.clock:clock",
    "demo": "app.cli.demo:demo",
    "phone": "app.cli.phone:phone",
    "line": "app.cli.lines:line",
    "prices": "app.cli.points:prices",
    "customer": "app.cli.customers:customer",
    "person": "app.cli.customers:person",
    "pins": "app.cli.customers:pins",
    "points": "app.cli.points:points",
    "ledger": "app.cli.points:ledger",
    "refund": "app.cli.corrections:refund",
    "dispute": "app.cli.disputes:dispute",
    "reconcile": "app.cli.reconcile:reconcile",
    "supporter": "app.cli.duty:supporter",
    "shift": "app.cli.duty:shift",
    "rota": "app.cli.rotas:rota",
    "oncall": "app.cli.rotas:oncall",
    "duty": "app.cli.duty_report:duty",
    "user": "app.cli.users:user",
    "token": "app.cli.access:token",
    "webhook": "app.cli.access:webhook",
    "explain": "app.cli.explain:explain",
    "call": "app.cli.calls:call",
    "case": "app.cli.calls:case",
    "task": "app.cli.tasks:task",
    "alarms": "app.cli.alarms:alarms",
    "errand": "app.cli.errands:errand",
    "twilio": "app.cli.twilio:twilio",
    "doctor": "app.cli.doctor:doctor",
    "graph": "app.cli.system:graph",
}


class Command(click.Command):
    """A command that also takes `--json`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - click's own arguments, handed on
        super().__init__(*args, **kwargs)
        self.params.append(_json())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the words. No option is a digit, so that -5 is an argument, and its sort says what is wrong with it."""
        try:
            return super().parse_args(ctx, list(args))
        except click.NoSuchOption as unknown:
            if not re.match("-[0-9]", unknown.option_name) or not all(map(_is_no_cluster, args)):
                raise
            ctx.ignore_unknown_options = True
            return super().parse_args(ctx, list(args))


class Group(click.Group):
    """Commands about one subject. Named without a command it says so in one line, as for any unusable argument."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - click's own arguments, handed on
        super().__init__(*args, **kwargs)
        self.no_args_is_help = False
        self.params.append(_json())


class LazyGroup(Group):
    """The commands of the table, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)  # noqa: S101 - the table above names nothing else
        return found


def require_text(desk: Desk) -> None:
    """For what goes on until it is stopped: a document would come at its end, or never. Raises UsageError."""
    if desk.wants_json:
        raise click.UsageError("--json is for commands that end with an answer; this one goes on until it is stopped.")


def _is_no_cluster(word: str) -> bool:
    """Whether no letter of a word like -5h could be taken for an option."""
    return not re.match("-[0-9]", word) or bool(re.fullmatch("-[0-9][0-9.,e+-]*", word))


def _json() -> click.Option:
    return click.Option(["--json"], is_flag=True, expose_value=False, callback=_ask_for_json, help="Print one JSON document.")


def _ask_for_json(context: click.Context, _option: click.Parameter, value: bool) -> None:
    context.ensure_object(Desk).wants_json |= value


doegnvagt: Final = LazyGroup(
    "doegnvagt",
    help="A round-the-clock support line, billed in points per started 15 minutes.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
