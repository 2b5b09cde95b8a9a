"""`doegnvagt call` and `case`: what became of a call, and what stands on a case."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.arguments import CALL_SID, KEY
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, spoken, table
from helpdesk import records
from helpdesk.records import CallRecord, CaseRecord


@click.group(cls=Group)
def call() -> None:
    """Calls, running and past."""


@call.command("show")
@click.argument("callsid", type=CALL_SID)
@click.pass_obj
def show_call(desk: Desk, callsid: str) -> None:
    """Show a call: who, with whom, how long, what it cost."""
    with desk.reading() as session:
        record = records.call_record(session, callsid, now=desk.now)
    document = {"from" if name == "caller" else name: value for name, value in asdict(record).items()}
    desk.tell(document, *_call_lines(record))


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
        f"  Customer   {record.customer}",
        f"  Severity   {record.severity}",
        f"  State      {record.state}",
        f"  Calls      {', '.join(record.calls) or '-'}",
        *time,
    ]
