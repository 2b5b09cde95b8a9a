"""`doegnvagt supporter` and `shift`: who answers, and when they are on duty."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

import click
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cli.arguments import LOCAL_TIME, MAIL, NAME, OF_LINE, PHONE, ROW, TIER, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local
from helpdesk import readiness, readiness_records
from helpdesk.customers import Unknown
from helpdesk.readiness import OnACall, ReadinessError, UnderTest
from helpdesk.readiness_records import Readiness
from models import Supporter
from models.values import Flow, Language
from oncall import roster, rota

REFUSED: Final = {
    OnACall: "the supporter is on a call, or being rung for one; try again when it is over",
    UnderTest: "that telephone is being rung as a test already",
}


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


@supporter.command("ring")
@click.argument("supporter", type=ROW)
@click.pass_obj
def ring_supporter(desk: Desk, supporter: int) -> None:
    """Ring a supporter's telephone as a test: the clock does within seconds, and they are asked to press 1."""
    try:
        with desk.writing() as session:
            asked = readiness.ask(session, supporter, by=desk.actor, now=desk.now)
            number, name = asked.id, asked.supporter.name
    except ReadinessError as refused:
        raise click.ClickException(REFUSED.get(type(refused), str(refused))) from refused
    told = f"Test {number}: {name} is rung. How it went: doegnvagt supporter show {supporter}"
    desk.tell({"test": number, "supporter": supporter, "asked_at": desk.now}, told)


@supporter.command("show")
@click.argument("supporter", type=ROW)
@click.pass_obj
def show_supporter(desk: Desk, supporter: int) -> None:
    """Show a supporter, and how the last test of their telephone went."""
    with desk.reading() as session:
        found = session.get(Supporter, supporter)
        if found is None:
            raise Unknown(f"there is no supporter {supporter}")
        said = {"supporter": found.id, "name": found.name, "phone": found.phone, "language": found.language}
        test = readiness_records.last(session, [supporter]).get(supporter)
    known = {name: value for name, value in asdict(test).items() if name != "supporter"} if test else None
    desk.tell({**said, "readiness": known}, f"Supporter {supporter}: {said['name']}, {said['phone']}", _tested(test))


@click.group(cls=Group)
def shift() -> None:
    """Spans of duty."""


@shift.command("add")
@click.argument("supporter", type=ROW)
@click.option("--from", "start", type=LOCAL_TIME, required=True, help="Local time, YYYY-MM-DDTHH:MM.")
@click.option("--to", "end", type=LOCAL_TIME, required=True, help="Local time, YYYY-MM-DDTHH:MM.")
@click.option("--tier", type=TIER, default="1", show_default=True, help="1 is rung first, then 2, …")
@OF_LINE
@click.pass_obj
def add_shift(desk: Desk, supporter: int, *, start: datetime, end: datetime, tier: int, line: Flow) -> None:
    """Put a supporter on duty."""
    try:
        span = rota.span(start, end)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--from and --to") from fault
    with desk.writing() as session:
        found = session.get(Supporter, supporter)
        if found is None:
            raise Unknown(f"there is no supporter {supporter}")
        name, number = found.name, roster.add_shift(session, found, span, tier=tier, line=line).id
        times = {"from": span.starts_at.isoformat(), "to": span.ends_at.isoformat()}
        desk.note(session, "shift_added", f"shift:{number}", supporter=supporter, tier=tier, line=line.value, **times)
    desk.tell({"shift": number}, f"Shift {number}: {name}, {local(span.starts_at)} to {local(span.ends_at)}, tier {tier}")


def _tested(test: Readiness | None) -> str:
    """How the last test went, in a line."""
    if test is None:
        return "Never rung as a test."
    if test.outcome is None or test.ended_at is None:
        return f"A test goes on, asked for by {test.asked_by}."
    rang = f", rang for {test.rang} s" if test.rang is not None else ""
    other = ", on another number" if test.other_number else ""
    why = f" ({test.problem})" if test.problem else ""
    return f"Tested {local(test.ended_at)}, asked for by {test.asked_by}{other}: {test.outcome}{rang}{why}"


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
