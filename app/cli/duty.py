"""`doegnvagt supporter` and `shift`: who answers, and when they are on duty."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

import click
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cli.arguments import LIMIT, LOCAL_TIME, MAIL, MOST_ROWS, NAME, OF_LINE, PHONE, RING_TIME, ROW, TIER, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import listed, readiness, readiness_records
from helpdesk import telephones as ringing
from helpdesk.customers import Unknown
from helpdesk.readiness import OnACall, ReadinessError, UnderTest
from helpdesk.readiness_records import Readiness
from helpdesk.telephones import NumberTaken
from models import Supporter
from models.values import E164, Flow, Language, masked
from oncall import roster, rota, telephones

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
@click.option("--second", is_flag=True, help="Their second telephone instead of the first.")
@click.pass_obj
def ring_supporter(desk: Desk, supporter: int, *, second: bool) -> None:
    """Ring a supporter's telephone as a test: the clock does within seconds, and they are asked to press 1."""
    try:
        with desk.writing() as session:
            asked = readiness.ask(session, supporter, second=second, by=desk.actor, now=desk.now)
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
        said |= {"second_phone": found.second_phone, "ring_seconds": found.ring_seconds}
        failing = telephones.failing(found)
        test = readiness_records.last(session, [supporter]).get(supporter)
    known = {name: value for name, value in asdict(test).items() if name != "supporter"} if test else None
    rung = f", then {said['second_phone']}" if said["second_phone"] else ""
    desk.tell(
        {**said, "failing": [asdict(one) for one in failing], "readiness": known},
        f"Supporter {supporter}: {said['name']}, {said['phone']}{rung}, {said['ring_seconds']} s each",
        *(f"{one.number} cannot be rung since {local(one.since)}: {one.why}" for one in failing),
        _tested(test),
    )


@supporter.command("list")
@click.option(
    "--limit", type=LIMIT, default=str(MOST_ROWS), show_default=True, help="How many at most, in the order in which they came."
)
@click.pass_obj
def list_supporters(desk: Desk, limit: int) -> None:
    """List supporters with the numbers that other commands want, their telephones masked."""
    with desk.reading() as session:
        found = listed.supporters(session, after=None, most=limit).rows
        told = [{"supporter": one.id, "name": one.name, "phone": masked(one.phone)} for one in found]
    lines = table(("Supporter", "Name", "Phone"), [list(one.values()) for one in told], right=("Supporter",))
    desk.tell({"supporters": told}, *(lines if told else ["No supporters."]))


@supporter.command("ring-time")
@click.argument("supporter", type=ROW)
@click.argument("seconds", type=RING_TIME)
@click.pass_obj
def set_ring_time(desk: Desk, supporter: int, seconds: int) -> None:
    """Say for how many seconds a supporter's telephones are rung, each, before the next one is: 10 to 30."""
    _changed(desk, supporter, seconds=seconds)


@supporter.group("phone", cls=Group)
def phone() -> None:
    """A supporter's telephones."""


@phone.command("add")
@click.argument("supporter", type=ROW)
@click.option("--phone", "second", type=PHONE, required=True, help="The telephone that is rung behind the first.")
@click.pass_obj
def add_phone(desk: Desk, supporter: int, second: E164) -> None:
    """Give a supporter a second telephone, in place of the one before: rung where the first did not reach them."""
    _changed(desk, supporter, second=second)


@phone.command("remove")
@click.argument("supporter", type=ROW)
@click.pass_obj
def remove_phone(desk: Desk, supporter: int) -> None:
    """Ring a supporter's first telephone alone."""
    _changed(desk, supporter, second=None)


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


def _changed(desk: Desk, supporter: int, **wanted: Any) -> None:  # noqa: ANN401 - a field of Telephones
    """Changes how a supporter is rung, and tells how that is now."""
    try:
        with desk.writing() as session:
            them = ringing.find(session, supporter)
            ringing.change(session, them, replace(ringing.of(them), **wanted), by=desk.actor, now=desk.now)
            name, said = them.name, asdict(ringing.of(them))
    except NumberTaken as refused:
        raise click.ClickException(str(refused)) from refused
    numbers = " and ".join(filter(None, [said["phone"], said["second"]]))
    told = {"phone": said["phone"], "second_phone": said["second"], "ring_seconds": said["seconds"]}
    desk.tell({"supporter": supporter, **told}, f"{name} is rung at {numbers}, {said['seconds']} s each")


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
    """Writes a supporter, whose telephone must be nobody else's."""
    phone = supporter.phone
    try:
        ringing.require_free(session, {phone})
        with session.begin_nested():
            session.add(supporter)
    except NumberTaken as refused:
        raise click.ClickException(str(refused)) from refused
    except IntegrityError as refused:
        raise click.ClickException(f"{phone} is somebody else's since a moment ago") from refused
    return supporter
