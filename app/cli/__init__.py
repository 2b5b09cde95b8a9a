"""The command line, `doegnvagt` (interface.md). One entry, `main`, at which every command ends with a status and at most one line.

0 is done; what else there is, and how it is said, stands in app.refusals. Nothing is printed before a command's transaction is
committed, and nothing is written by a command that ends with an error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Final

import click

from app import refusals
from app.cli.commands import doegnvagt
from app.cli.desk import Desk
from app.refusals import REFUSALS

INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None, env: Mapping[str, str] | None = None) -> int:
    """Runs one command and gives its exit status back. `argv` is without the program's name; both default to the process's own."""
    try:
        with closing(Desk(os.environ if env is None else env)) as desk:
            _run(list(sys.argv[1:] if argv is None else argv), desk)
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:  # Whoever read has gone: nobody is left to tell.
        _silence()
        return refusals.NOT_THERE
    except REFUSALS as problem:
        return refusals.told(problem)
    return 0


def _run(argv: list[str], desk: Desk) -> None:
    try:
        with doegnvagt.make_context("doegnvagt", argv, obj=desk) as context:
            doegnvagt.invoke(context)
    finally:
        sys.stdout.flush()


def _silence() -> None:
    """What is still waiting to be printed goes nowhere, so that Python does not complain about it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
