"""How a program says why it does not go on: one line and a status. Shared by the commands and gunicorn's own start.

1   something that was named does not exist, or not yet, or the database or the provider is not there
2   an argument or a setting that cannot be used
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.revisions import NotMigrated
from app.settings import WrongSettings
from billing.ledger import LedgerError
from billing.price_file import PriceListRefused
from helpdesk.corrections import CorrectionRefused, NotOver
from helpdesk.customers import Unknown
from helpdesk.pins import KeyGone
from helpdesk.ports import PortFailed
from oncall.opening_file import BadHours
from oncall.rota_file import RotaRefused

NOT_THERE: Final = 1
UNUSABLE: Final = 2
LONGEST_MESSAGE: Final = 1_000
STATUS: Final[Mapping[type[Exception], int]] = {
    click.ClickException: UNUSABLE,
    WrongSettings: UNUSABLE,
    KeyGone: UNUSABLE,
    LedgerError: UNUSABLE,
    NotOver: NOT_THERE,
    CorrectionRefused: UNUSABLE,
    PriceListRefused: UNUSABLE,
    RotaRefused: UNUSABLE,
    BadHours: UNUSABLE,
    Unknown: NOT_THERE,
    PortFailed: NOT_THERE,
    NotMigrated: NOT_THERE,
    SQLAlchemyError: NOT_THERE,
    OSError: NOT_THERE,
}
REFUSALS: Final = tuple(STATUS)


def told(problem: Exception) -> int:
    """Says one of REFUSALS in one line; the exit status."""
    sys.stderr.write(f"doegnvagt: {one_line(_explained(problem))}\n")
    return next(status for kind, status in STATUS.items() if isinstance(problem, kind))


def one_line(text: str) -> str:
    """A message in one line that a terminal can show, whatever an argument or a driver put into it."""
    line = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in " ".join(text.split()))
    return line if len(line) <= LONGEST_MESSAGE else f"{line[:LONGEST_MESSAGE]}…"


def of_driver(problem: DBAPIError) -> str:
    """What the driver says of it. SQLAlchemy's own words repeat the statement and its values; the driver's first part does not."""
    return one_line(str(problem.orig).partition("DETAIL")[0])


def _explained(problem: Exception) -> str:
    if isinstance(problem, click.ClickException):
        return problem.format_message() + _hint(problem)
    if isinstance(problem, DBAPIError):
        return f"the database refused: {of_driver(problem)}"
    if isinstance(problem, SQLAlchemyError):
        return f"the database cannot be used ({type(problem).__name__})"
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.filename}: {problem.strerror}" if problem.filename else problem.strerror
    return str(problem)


def _hint(problem: click.ClickException) -> str:
    """Where to read on, for whoever does not know a command's words; a value that cannot be used speaks for itself."""
    if isinstance(problem, click.BadParameter) and not isinstance(problem, click.MissingParameter):
        return ""
    if not isinstance(problem, click.UsageError) or problem.ctx is None:
        return ""
    return f" See `{problem.ctx.command_path} --help`."
