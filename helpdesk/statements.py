"""A customer's statement with what its entries are about: billing's entries, and the calls and cases that they belong to.

The money of a period that is over never changes (billing.statements). What is told of its calls and cases is what is known of them
today: a case may have been chosen since.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger, statements
from billing.statements import Statement, StatementEntry
from helpdesk import call_records, customers
from helpdesk.call_records import WITH_PERSON
from models import Call, Case, Customer, Entry, Journal
from models.values import CallOutcome, CallState, CaseState, Points, Seconds

BATCH: Final = 500  # calls or cases asked about in one statement: databases bound how many values one may have


@dataclass(frozen=True, kw_only=True)
class StatementCall:
    """A call of a statement. `points` is what the entries of this period came to; `quarters` counts those charged until today."""

    call: str
    started_at: datetime
    person: str | None
    supporter: str | None
    case: str | None
    state: CallState
    outcome: CallOutcome | None
    seconds: Seconds
    quarters: int
    points: Points


@dataclass(frozen=True, kw_only=True)
class StatementCase:
    """A case of a statement; `calls` and `points` are those of this period."""

    case: str
    title: str
    state: CaseState
    calls: int
    points: Points


@dataclass(frozen=True, kw_only=True)
class CustomerStatement:
    """A statement as it is handed to a customer, made at `made_at`."""

    name: str
    made_at: datetime
    statement: Statement
    calls: tuple[StatementCall, ...]
    cases: tuple[StatementCase, ...]


def customer_statement(
    session: Session, number: str, *, since: datetime | None = None, until: datetime | None = None, now: datetime
) -> CustomerStatement:
    """The statement of the customer of that number over [since, until). Raises helpdesk.customers.Unknown.

    Its calls are those that ended in the period, what they cost or not, and those that an entry of the period is about.
    """
    customer = customers.find(session, number)
    made = statements.statement(session, customer, since=since, until=until)
    calls = _calls(session, customer, made, now=now)
    return CustomerStatement(
        name=customer.name, made_at=now, statement=made, calls=calls, cases=_cases(session, made.entries, calls)
    )


def _calls(session: Session, customer: Customer, made: Statement, *, now: datetime) -> tuple[StatementCall, ...]:
    points: defaultdict[str | None, int] = defaultdict(int)
    for entry in made.entries:
        points[entry.call] += entry.points
    people = (joinedload(Call.customer), WITH_PERSON, joinedload(Call.supporter), joinedload(Call.case))
    query = select(Call).options(*people, selectinload(Call.attempts)).where(_is_in(session, customer, made))
    found = session.scalars(query.order_by(Call.started_at, Call.id)).all()
    told: list[StatementCall] = []
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        paid = ledger.charged_of(session, [call.id for call in batch])
        told += (_call(session, call, paid[call.id], Points(points[call.sid]), now=now) for call in batch)
    return tuple(told)


def _is_in(session: Session, customer: Customer, made: Statement) -> ColumnElement[bool]:
    """Whether a call ended in the period, or is what an entry of the period is about: a union, for each has an index of its own."""
    account = ledger.customer_account(session, customer.id)
    entries = select(Journal.call_id).join(Entry, Entry.journal_id == Journal.id).where(Entry.account_id == account.id)
    ended = [Call.customer_id == customer.id, Call.ended_at.is_not(None)]
    ended += [Call.ended_at >= made.since] if made.since else []
    ended += [Call.ended_at < made.until] if made.until else []
    about = entries.where(*statements.written_within(made.since, made.until))
    return Call.id.in_(union(select(Call.id).where(*ended), about))


def _call(session: Session, call: Call, paid: dict[int, Points], points: Points, *, now: datetime) -> StatementCall:
    record = call_records.record(session, call, paid, now=now)
    return StatementCall(
        call=call.sid,
        started_at=call.started_at,
        person=call.person.name if call.person else None,
        supporter=call.supporter.name if call.supporter and record.supporter else None,
        case=record.case,
        state=call.state,
        outcome=call.outcome,
        seconds=record.seconds,
        quarters=record.quarters,
        points=points,
    )


def _cases(session: Session, entries: Sequence[StatementEntry], calls: Sequence[StatementCall]) -> tuple[StatementCase, ...]:
    points: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.case is not None:
            points[entry.case] += entry.points
    counts = Counter(call.case for call in calls if call.case is not None)
    numbers = sorted(points.keys() | counts.keys(), key=int)
    found: list[Case] = []
    for start in range(0, len(numbers), BATCH):
        found += session.scalars(select(Case).where(Case.number.in_(numbers[start : start + BATCH])))
    return tuple(
        StatementCase(
            case=case.number, title=case.title, state=case.state, calls=counts[case.number], points=Points(points[case.number])
        )
        for case in sorted(found, key=lambda case: int(case.number))
    )
