"""Calls, customers, cases, tasks and the audit a page at a time, for programs. Plain data, or rows to be read at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger
from helpdesk import call_records, customers
from helpdesk.call_records import CallRecord
from models import Audit, Call, Case, Correction, Customer, Leg, Person, Supporter, Task, Turn
from models.calls import IS_OPEN
from models.corrections import CorrectionState
from models.keyset import Position, Slice, sliced
from models.values import CallOutcome, CallState, CaseState


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """One turn of a call: on the caller's leg (`attempt` is null) or on that of an attempt. What was keyed is not told."""

    attempt: int | None
    at: datetime
    step: str


def calls(
    session: Session,
    *,
    customer: str | None = None,
    started_from: datetime | None = None,
    started_before: datetime | None = None,
    state: CallState | None = None,
    outcome: CallOutcome | None = None,
    after: Position | None,
    most: int,
    now: datetime,
) -> Slice[CallRecord]:
    """The calls that started last, the newest first. Raises Unknown for a customer's number that names nobody."""
    query = select(Call).options(joinedload(Call.customer), joinedload(Call.case), selectinload(Call.attempts))
    conditions = [
        *([Call.customer_id == customers.find(session, customer).id] if customer is not None else []),
        *([Call.started_at >= started_from] if started_from else []),
        *([Call.started_at < started_before] if started_before else []),
        *([Call.state == state] if state else []),
        *([Call.outcome == outcome] if outcome else []),
    ]
    if state is not None and state is not CallState.ENDED:
        conditions.append(IS_OPEN)
    found = sliced(session, query.where(*conditions), Call.started_at, Call.id, after=after, most=most)
    paid = ledger.charged_of(session, [row[0].id for row in found.rows])
    return Slice(rows=[call_records.record(session, row[0], paid[row[0].id], now=now) for row in found.rows], then=found.then)


def steps(session: Session, sid: str) -> list[StepRecord]:
    """The steps of a call, in the order in which they were."""
    query = select(Turn, Leg.attempt_id).join(Leg, Leg.id == Turn.leg_id).join(Call, Call.id == Leg.call_id)
    numbers = {one.id: one.number for one in session.scalars(select(Call).where(Call.sid == sid)).one().attempts}
    found = session.execute(query.where(Call.sid == sid).order_by(Turn.at, Turn.id))
    return [StepRecord(attempt=numbers.get(attempt) if attempt else None, at=turn.at, step=turn.step) for turn, attempt in found]


def customer_page(session: Session, *, after: Position | None, most: int) -> Slice[Customer]:
    """The customers, in the order in which they came."""
    return _rows(sliced(session, select(Customer), Customer.id, after=after, most=most, newest_first=False))


def persons(session: Session, customer: Customer, *, after: Position | None, most: int) -> Slice[Person]:
    """A customer's persons who may phone, in the order in which they came."""
    query = select(Person).where(Person.customer_id == customer.id, Person.ended_at.is_(None))
    return _rows(sliced(session, query, Person.id, after=after, most=most, newest_first=False))


def cases(
    session: Session, *, customer: Customer | None = None, state: CaseState | None = None, after: Position | None, most: int
) -> Slice[Case]:
    """The cases that were opened last, the newest first."""
    query = select(Case).options(joinedload(Case.customer))
    query = query if customer is None else query.where(Case.customer_id == customer.id)
    query = query if state is None else query.where(Case.state == state)
    return _rows(sliced(session, query, Case.id, after=after, most=most))


def tasks(session: Session, *, taken: bool | None, after: Position | None, most: int) -> Slice[tuple[Task, str]]:
    """Tasks, each with its CallSid: those that wait, the most urgent first; or taken ones, or all, the newest first."""
    query = select(Task, Call.sid).join(Call, Call.id == Task.call_id)
    query = query.options(joinedload(Task.case).joinedload(Case.customer))
    if taken is False:
        query = query.where(Task.alarm_at.is_not(None), Task.taken_at.is_(None))
        found = sliced(session, query, Task.due_at, Task.id, after=after, most=most, newest_first=False)
    else:
        query = query.where(Task.taken_at.is_not(None)) if taken else query
        found = sliced(session, query, Task.id, after=after, most=most)
    return Slice(rows=[(row[0], row[1]) for row in found.rows], then=found.then)


def corrections(session: Session, *, state: CorrectionState | None, after: Position | None, most: int) -> Slice[Correction]:
    """The refunds and grants that were asked for last, the newest first."""
    query = select(Correction).options(selectinload(Correction.quarters), joinedload(Correction.call))
    query = query if state is None else query.where(Correction.state == state)
    return _rows(sliced(session, query, Correction.id, after=after, most=most))


def audit(
    session: Session, *, subject: str | None = None, call_id: int | None = None, after: Position | None, most: int
) -> Slice[Audit]:
    """The lines of the audit that were written last, the newest first."""
    query = select(Audit)
    query = query if subject is None else query.where(Audit.subject == subject)
    query = query if call_id is None else query.where(Audit.call_id == call_id)
    return _rows(sliced(session, query, Audit.id, after=after, most=most))


def supporters(session: Session, *, after: Position | None, most: int) -> Slice[Supporter]:
    """The supporters, in the order in which they came."""
    return _rows(sliced(session, select(Supporter), Supporter.id, after=after, most=most, newest_first=False))


def _rows(found: Slice[Any]) -> Slice[Any]:
    return Slice(rows=[row[0] for row in found.rows], then=found.then)
