"""`doegnvagt demo`: everything on this machine, for people who want to try it (`make run`)."""

from __future__ import annotations

from collections.abc import Mapping

import click
from sqlalchemy import select

from app import clock, seed, settings
from app import demo as house
from app.cli.commands import Command
from app.cli.desk import Desk
from app.database import Database
from app.demo import DemoFailed, Stopped
from app.migrate import migrate
from app.seed import LogIn
from helpdesk.pins import PinKeys
from models import Supporter


@click.command("demo", cls=Command)
@click.pass_obj
def demo(desk: Desk) -> None:
    """Start web, clock and a telephone exchange on this machine, with demo data. Ctrl-C stops everything."""
    house.raise_on_signals()
    try:
        log_ins, supporters = _prepared(desk.env)
        with house.running(desk.env) as running:
            click.echo(_welcome(running.address, log_ins, supporters))
            running.wait()
    except Stopped:
        click.echo("\nStopped. The data stays in var/.")
    except DemoFailed as problem:
        raise click.ClickException(str(problem)) from problem


def _prepared(env: Mapping[str, str]) -> tuple[list[LogIn], list[tuple[str, str]]]:
    environment = settings.from_env(house.prepare(env), needs_secret=True)
    keys = PinKeys.derive(environment.secret_keys)
    migrate(environment.migration_database_url, environment.database_url)
    database = Database(environment.database_url)
    try:
        with database.writing() as session:
            seed.seed(session, keys=keys, now=clock.of(environment)())
        with database.reading() as session:
            supporters = [(one.name, one.phone) for one in session.scalars(select(Supporter).order_by(Supporter.id))]
            return seed.log_ins(session, keys=keys), supporters
    finally:
        database.close()


def _welcome(address: str, log_ins: list[LogIn], supporters: list[tuple[str, str]]) -> str:
    callers = "\n".join(f"    {one.name:<12} {one.company:<20} {one.phone}   PIN {one.pin[:4]} {one.pin[4:]}" for one in log_ins)
    answering = "\n".join(f"    {name:<33} {phone}" for name, phone in supporters)
    return (
        f"\nDøgnvagt runs on {address}\n\n"
        f"  Callers, and the PINs to phone 6318 6363 with:\n{callers}\n\n"
        f"  Supporters on duty:\n{answering}\n\n"
        "  Phone the line from a second terminal:   .venv/bin/doegnvagt phone\n"
        "  Ctrl-C stops everything; the data stays in var/.\n"
    )
