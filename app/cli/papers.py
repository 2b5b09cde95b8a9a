"""What the commands share that hand out papers: statements, explanations, the books. Options, and where a paper goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from app.cli.arguments import LOCAL_END, LOCAL_START, Argument, one_of
from app.cli.desk import Desk
from models.values import Language
from web import words
from web.papers.formats import Format
from web.words import Words

Function = TypeVar("Function", bound=Callable[..., Any])


def _file(text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise ValueError("it must be the name of a file")
    return Path(text)


FILE: Final = Argument("file", _file)


def with_period(function: Function) -> Function:
    """Adds `--from` and `--to`, local times; the command gets them as `since` and `until`."""
    since = click.option(
        "--from", "since", type=LOCAL_START, help="Only what was written then or later: local time, YYYY-MM-DDTHH:MM."
    )
    return since(
        click.option("--to", "until", type=LOCAL_END, help="Only what was written before: local time, YYYY-MM-DDTHH:MM.")(function)
    )


def with_output(function: Function) -> Function:
    """Adds `--output` and `--force`: where a paper goes, and whether it may replace what is there."""
    output = click.option("--output", type=FILE, help="A file to write instead of the screen.")
    return output(click.option("--force", is_flag=True, help="Replace the file that is there.")(function))


def with_language(function: Function) -> Function:
    """Adds `--lang`; the command gets the language as `language`, or None for the environment's."""
    return click.option("--lang", "language", type=one_of(Language), help="Of the paper; else the environment's, or Danish.")(
        function
    )


def require_period(since: datetime | None, until: datetime | None) -> None:
    """Raises BadParameter unless the end is later than the start."""
    if since and until and until <= since:
        raise click.BadParameter("the end must be later than the start", param_hint="--from and --to")


def require_free(output: Path | None, *, force: bool) -> None:
    """Raises BadParameter where there is something that nobody said may be replaced."""
    if output is not None and not force and output.exists():
        raise click.BadParameter(f"{output} is there already: --force replaces it", param_hint="--output")


def require_form(desk: Desk, form: Format | None, output: Path | None, *, force: bool, language: Language | None) -> None:
    """Raises a UsageError for a form that does not go together with the rest, or that a terminal cannot show."""
    require_free(output, force=force)
    if desk.wants_json and (form or output or language):
        raise click.UsageError("--json is a form of its own, without --format, --output and --lang.")
    if form and not form.is_for_people and output is None:
        raise click.BadParameter(f"a terminal cannot show {form}: say --output FILE", param_hint="--format")


def spoken_at(desk: Desk, language: Language | None) -> Words:
    """The words of the language that was asked for, or of the environment."""
    return Words(language or words.preferred(desk.own))


def hand_out(parts: Iterable[bytes], output: Path | None, *, force: bool) -> None:
    """Writes to the screen, or whole to a file: where writing fails, what was there before still is, and half a file is none.

    A file that came to be there since `require_free` is not replaced either; into a device it is written as it comes.
    """
    if output is None:
        sys.stdout.buffer.writelines(parts)
    elif force and output.exists() and not output.is_file():
        with output.open("wb") as device:
            device.writelines(parts)
    else:
        _write_whole(parts, output, force=force)


def _write_whole(parts: Iterable[bytes], output: Path, *, force: bool) -> None:
    made = output.with_name(f".{output.name}.part") if force else output
    try:
        file = made.open("wb" if force else "xb")
    except FileExistsError as problem:
        raise click.BadParameter(f"{output} is there already: --force replaces it", param_hint="--output") from problem
    try:
        with file:
            file.writelines(parts)
        made.replace(output)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
