"""`doegnvagt supporter` and `shift`: who answers, and when they are on duty."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cli.arguments import LOCAL_TIME, MAIL, NAME, PHONE, ROW, TIER, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local
from helpdesk.customers import Unknown
from models import Supporter
from models.values import Language
from oncall import roster, rota


@click.group(cls=Group)
def supporter() -> None:
    """People who answer."""


@supporter.command("add")
@click.argument("name", type=NAME)
@click.option("--phone", type=PHONE, required=True, help="The telephone that is rung.")
@click.option("--email", type=MAIL, help="Where notices go, besides text messages.")
@click.option(
    "--language", type=one_of(Language), default=Language.DANISH.value, show_default=True, help="What the supporter hears."
)
@click.pass_obj
def add_supporter(desk: Desk, name: str, *, phone: str, email: str | None, language: Language) -> None:
    """Add a supporter; nobody else may have that telephone."""
    with desk.writing() as session:
        added = _added(session, Supporter(name=name, phone=phone, email=email, language=language))
        number = added.id
        desk.note(session, "supporter_added", f"supporter:{number}", name=name)
    desk.tell({"supporter": number}, f"Supporter {number}: {name}, {phone}")


@click.group(cls=Group)
def shift() -> None:
    """Spans of duty."""


@shift.command("add")
@click.argument("supporter", type=ROW)
@click.option("--from", "start", type=LOCAL_TIME, required=True, help="Local time, YYYY-MM-DDTHH:MM.")
@click.option("--to", "end", type=LOCAL_TIME, required=True, help="Local time, YYYY-MM-DDTHH:MM.")
@click.option("--tier", type=TIER, default="1", show_default=True, help="1 is rung first, then 2, …")
@click.pass_obj
def add_shift(desk: Desk, supporter: int, *, start: datetime, end: datetime, tier: int) -> None:
    """Put a supporter on duty."""
    try:
        span = rota.span(start, end)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--from and --to") from fault
    with desk.writing() as session:
        found = session.get(Supporter, supporter)
        if found is None:
            raise Unknown(f"there is no supporter {supporter}")
        name, number = found.name, roster.add_shift(session, found, span, tier=tier).id
        times = {"from": span.starts_at.isoformat(), "to": span.ends_at.isoformat()}
        desk.note(session, "shift_added", f"shift:{number}", supporter=supporter, tier=tier, **times)
    desk.tell({"shift": number}, f"Shift {number}: {name}, {local(span.starts_at)} to {local(span.ends_at)}, tier {tier}")


def _added(session: Session, supporter: Supporter) -> Supporter:
    """Writes a supporter. The database's own constraint says whether the telephone is somebody else's already."""
    phone = supporter.phone
    try:
        with session.begin_nested():
            session.add(supporter)
    except IntegrityError as refused:
        other = session.scalar(select(Supporter).where(Supporter.phone == phone))
        if other is None:
            raise
        raise click.ClickException(f"{phone} is the telephone of supporter {other.id}, {other.name}") from refused
    return supporter
