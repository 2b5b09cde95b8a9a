"""`doegnvagt reconcile`: our calls held against the provider's records, by hand; and what was found, day by day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from app import clock, reconciler
from app.carrier import Ports
from app.cli.arguments import CALL_SID, DAY
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import discrepancies, reconciliation, reconciliation_records
from helpdesk.ports import PortFailed
from helpdesk.reconciliation_records import DayRecord
from models.local import to_local

WORDS = {
    "only_here": "Only here",
    "only_there": "Only at the provider",
    "status": "Status",
    "quarters": "Number of quarters",
    "duration": "Duration",
    "adjusted": "Adjusted",
    "review": "For a person to look at",
}


@click.group(cls=Group, invoke_without_command=True)
@click.option("--day", type=DAY, help="The local day; yesterday unless it is said.")
@click.pass_context
def reconcile(context: click.Context, day: date | None) -> None:
    """Hold a day's calls, and those of the day before, against the provider's records; `show` tells what was found."""
    if context.invoked_subcommand is not None:
        if day is not None:
            raise click.UsageError(f"--day is for a run; `reconcile {context.invoked_subcommand}` takes none before it.")
        return
    desk = context.ensure_object(Desk)
    day = day or (to_local(desk.now) - reconciliation.A_DAY).date()
    with desk.writing() as session:
        try:
            run = reconciliation.by_hand(session, day, now=desk.now)
        except ValueError as fault:
            raise click.BadParameter(f"{fault}.", param_hint="--day") from fault
    reconciler.reconcile(desk.database, Ports.of(desk.settings), clock.of(desk.settings), run)
    _tell(desk, day)


@reconcile.command("show")
@click.argument("day", type=DAY, required=False)
@click.pass_obj
def show(desk: Desk, day: date | None) -> None:
    """Show what was found on a day; without one, how the last days stand."""
    if day is not None:
        _tell(desk, day)
        return
    with desk.reading() as session:
        found = reconciliation_records.days(session)
    headings = ("Day", "Done", "Compared", *WORDS.values(), "Problem")
    rows = [(one.day, local(one.done_at), one.compared, *(one.found[word] for word in WORDS), one.problem) for one in found]
    lines = table(headings, rows, right=("Compared", *WORDS.values())) if rows else ["No day was reconciled yet."]
    desk.tell({"days": [_document(one) for one in found]}, *lines)


@reconcile.command("accept")
@click.argument("call", type=CALL_SID)
@click.pass_obj
def accept(desk: Desk, call: str) -> None:
    """Take over what the provider says of one call, also where the customer is charged more."""
    phone = Ports.of(desk.settings).phone
    if phone is None:
        raise PortFailed("TWILIO_ACCOUNT_SID is not set", permanent=True)
    legs = phone.legs(call)
    with desk.writing() as session:
        moved = discrepancies.accept(session, call, legs, actor=desk.actor, now=desk.now)
    desk.tell({"call": call, "points": moved}, f"Call {call}: {moved:+d} points")


def _tell(desk: Desk, day: date) -> None:
    with desk.reading() as session:
        found = reconciliation_records.day(session, day)
    desk.tell(_document(found), *_lines(found))


def _document(found: DayRecord) -> dict[str, object]:
    return asdict(found) | {"day": found.day.isoformat()}


def _lines(found: DayRecord) -> list[str]:
    head = [f"{found.day}: calls compared: {found.compared}, those of the day before included ({local(found.done_at)})."]
    if found.done_at is None:
        head = [f"{found.day}: not reconciled yet."]
    if found.problem:
        by_hand = f"It is not tried again by itself: doegnvagt reconcile --day {found.day}"
        again = f"It is tried again at {local(found.due_at)}." if found.due_at else by_hand
        head.append(f"It did not work: {found.problem}. {again}")
    counts = [f"  {said:<24}{found.found[word]:>6}" for word, said in WORDS.items()]
    costs = [f"  {f'Cost in {cost.currency}':<24}{cost.amount:>13}" for cost in found.costs]
    unpriced = [f"  {'Legs without a price yet':<24}{found.unpriced:>6}"] if found.unpriced else []
    headings = ("Call", "What", "Here", "There", "What became of it", "Points")
    rows = [(one.call, one.kind, _said(one.here), _said(one.there), one.resolution, one.points) for one in found.discrepancies]
    return [*head, *counts, *costs, *unpriced, *(["", *table(headings, rows, right=("Points",))] if rows else [])]


def _said(account: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in account.items()) or "-"
