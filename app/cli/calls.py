"""`doegnvagt call` and `case`: what became of a call, and what stands on a case."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import click

from app.cli.arguments import CALL_SID, KEY, LIMIT, LOCAL_END, LOCAL_START
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, spoken, table
from helpdesk import call_records, records
from helpdesk.call_records import CallRecord
from helpdesk.records import CaseRecord
from models.values import masked


@click.group(cls=Group)
def call() -> None:
    """Calls, running and past."""


@call.command("show")
@click.argument("callsid", type=CALL_SID)
@click.pass_obj
def show_call(desk: Desk, callsid: str) -> None:
    """Show a call: who, with whom, how long, what it cost."""
    with desk.reading() as session:
        record = call_records.call_record(session, callsid, now=desk.now)
    desk.tell(_document(record), *_call_lines(record))


@call.command("list")
@click.option("--customer", type=KEY, help="Only calls of this customer's people.")
@click.option("--from", "start", type=LOCAL_START, help="Only calls that started then or later: local time, YYYY-MM-DDTHH:MM.")
@click.option("--to", "end", type=LOCAL_END, help="Only calls that started before: local time, YYYY-MM-DDTHH:MM.")
@click.option("--limit", type=LIMIT, default="50", show_default=True, help="How many, the newest first.")
@click.pass_obj
def list_calls(desk: Desk, *, customer: str | None, start: datetime | None, end: datetime | None, limit: int) -> None:
    """List calls, the newest first, their numbers masked."""
    if start and end and end <= start:
        raise click.BadParameter("the end must be later than the start", param_hint="--from and --to")
    with desk.reading() as session:
        found = call_records.calls(session, customer=customer, started_from=start, started_before=end, most=limit, now=desk.now)
    headings = ("CallSid", "Started", "Line", "From", "Customer", "Outcome", "Seconds", "Quarters", "Points")
    lines = table(headings, [_row(one) for one in found], right=("Seconds", "Quarters", "Points")) if found else ["No calls."]
    desk.tell({"calls": [{**_document(one), "from": masked(one.caller)} for one in found]}, *lines)


@click.group(cls=Group)
def case() -> None:
    """Cases."""


@case.command("show")
@click.argument("number", type=KEY)
@click.pass_obj
def show_case(desk: Desk, number: str) -> None:
    """Show a case, its calls and the time on it."""
    with desk.reading() as session:
        record = records.case_record(session, number)
    document = {name: value for name, value in asdict(record).items() if name != "time"}
    desk.tell(document, *_case_lines(record))


def _document(record: CallRecord) -> dict[str, object]:
    return {"from" if name == "caller" else name: value for name, value in asdict(record).items()}


def _row(one: CallRecord) -> tuple[object, ...]:
    """A call in one line; one that is not over says how far it is instead of its outcome."""
    known = (one.call, local(one.started_at), one.line, masked(one.caller), one.customer, one.outcome or one.state)
    return (*known, one.seconds, one.quarters, one.points)


def _call_lines(record: CallRecord) -> list[str]:
    facts = {
        "Line": record.line,
        "From": record.caller,
        "State": f"{record.state}, {record.outcome}" if record.outcome else record.state,
        "Customer": record.customer,
        "Person": record.person,
        "Supporter": record.supporter,
        "Case": record.case,
        "Started": local(record.started_at),
        "Accepted": local(record.accepted_at),
        "Ended": local(record.ended_at),
        "Talked": f"{record.seconds // 60}:{record.seconds % 60:02d} min",
        "Charged": f"quarters: {record.quarters}, points: {record.points}",
    }
    rows = [(number, one.supporter, one.outcome) for number, one in enumerate(record.attempts, start=1)]
    rung = ["", *table(("Rung", "Supporter", "Outcome"), rows, right=("Rung", "Supporter"))] if rows else []
    return [f"Call {record.call}", *(f"  {name:<10} {spoken(value)}" for name, value in facts.items()), *rung]


def _case_lines(record: CaseRecord) -> list[str]:
    rows = [(one.call, one.quarter, local(one.at), one.points) for one in record.time]
    time = ["", *table(("Call", "Quarter", "Began", "Points"), rows, right=("Quarter", "Points"))] if rows else []
    return [
        f"Case {record.case}: {record.title}",
        f"  Customer   {spoken(record.customer)}",
        f"  Severity   {record.severity}",
        f"  State      {record.state}",
        f"  Calls      {', '.join(record.calls) or '-'}",
        *time,
    ]
