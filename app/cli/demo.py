"""`doegnvagt demo`: everything on this machine, for people who want to try it (`make run`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click
from sqlalchemy import select

from app import clock, seed, settings, surroundings
from app import demo as house
from app.cli.commands import Command, require_text
from app.cli.desk import Desk
from app.database import Database
from app.demo import DemoFailed, Stopped
from app.migrate import migrate
from app.seed import LogIn
from app.surroundings import AlreadyRuns
from app.telephone import greeting
from app.telephone.words import Words, preferred
from helpdesk.pins import PinKeys
from models import Supporter


@click.command("demo", cls=Command)
@click.pass_obj
def demo(desk: Desk) -> None:
    """Start web, clock and a telephone exchange on this machine, with demo data. Ctrl-C stops everything."""
    require_text(desk)
    words = Words(preferred(desk.own))
    starter = house.Starter.seen() if "MAKELEVEL" in desk.own else None
    house.raise_on_signals(greeting.stopping(words))
    try:
        with surroundings.alone():
            click.echo(greeting.starting(words))
            log_ins, supporters = _prepared(desk.own)
            with house.running(desk.own) as running:
                click.echo(greeting.welcome(words, running.address, log_ins, supporters))
                running.wait(starter)
    except Stopped:
        _say_if_heard(greeting.stopped(words))
    except (AlreadyRuns, DemoFailed) as problem:
        raise click.ClickException(str(problem)) from problem


def _say_if_heard(sentence: str) -> None:
    """Prints it, unless the terminal has been closed: then nothing that is left to print is printed."""
    try:
        click.echo(sentence)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepared(env: Mapping[str, str]) -> tuple[list[LogIn], list[tuple[str, str]]]:
    environment = settings.from_env(house.prepare(env), needs_secret=True)
    keys = PinKeys.derive(environment.secret_keys)
    migrate(environment.migration_database_url, environment.database_url)
    database = Database(environment.database_url)
    try:
        with database.writing() as session:
            seed.seed(session, keys=keys, now=clock.of(environment)())
            seed.seed_users(session, now=clock.of(environment)())
        with database.reading() as session:
            supporters = [(one.name, one.phone) for one in session.scalars(select(Supporter).order_by(Supporter.id))]
            return seed.log_ins(session, keys=keys), supporters
    finally:
        database.close()
