"""What there is to explain about a call and its charges. Facts only; the words are in `web.papers.explanation`.

Who called, with which PIN, at what price and why; who took it, who says that it ended, and what became of each quarter.

Raises helpdesk.customers.Unknown where nothing of that name exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import explanations, price_lists, quarters, statements
from billing.explanations import ListFacts, QuarterFacts, Shortfall
from billing.statements import PostedEntry
from helpdesk import endings, pin_history
from helpdesk.customers import Unknown
from helpdesk.pin_history import PinFacts
from models import Account, Attempt, Audit, Call, Customer, Entry, Report, Task
from models.values import AttemptOutcome, CallOutcome, CallState, Points, ReportKind, Seconds, TaskKind, masked

NEAR: Final = Seconds(30)  # the carrier may count from the answer on, a while before anybody presses 1


class Free(StrEnum):
    """Why a call that is over cost nothing (R7); `line`: calls to it never cost anything."""

    NOT_ACCEPTED = "not_accepted"
    NOT_BRIDGED = "not_bridged"
    NO_SECOND = "no_second"
    NO_POINTS = "no_points"
    NO_PRICE_LIST = "no_price_list"
    NEVER_TAKEN = "never_taken"
    LINE = "line"


@dataclass(frozen=True, kw_only=True)
class AttemptFacts:
    """Ringing one supporter: when, and what became of it."""

    supporter: int
    name: str
    rung_at: datetime
    accepted_at: datetime | None
    bridged: bool | None
    ended_at: datetime | None
    outcome: AttemptOutcome | None


@dataclass(frozen=True, kw_only=True)
class EndFacts:
    """When a call ended, and whose word that is: a report's; nobody's where the carrier's own limit ended the bridge (R7, R8).

    `of_supporter`: the report is about the supporter's telephone. `at_limit`: it ended where the granted quarters do, or just
    before. `is_unknown`: only as far as is known (R20).
    """

    at: datetime
    report: ReportKind | None
    of_supporter: bool
    received_at: datetime | None
    at_limit: bool
    is_unknown: bool


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """All that is known of why a call cost what it cost. `caller` is masked; `points` is what it came to: negative, or 0.

    `rings_out` is who had a customer rung, whose telephone the attempts are about (ADR 16); None of a call that came in.
    """

    call: str
    line: str
    line_name: str
    costs_points: bool
    caller: str
    state: CallState
    outcome: CallOutcome | None
    started_at: datetime
    customer: str | None
    company: str | None
    person: str | None
    pin: PinFacts
    quoted: Points | None
    price_accepted_at: datetime | None
    price_list: ListFacts | None
    attempts: tuple[AttemptFacts, ...]
    accepted_at: datetime | None
    supporter: str | None
    granted: int | None
    end: EndFacts | None
    seconds: Seconds
    free: Free | None
    shortfall: Shortfall | None
    quarters: tuple[QuarterFacts, ...]
    others: tuple[PostedEntry, ...]
    points: Points
    case: str | None
    case_title: str | None
    tasks: tuple[TaskKind, ...]
    marks: tuple[str, ...]
    rings_out: str | None = None


@dataclass(frozen=True, kw_only=True)
class EntryFacts:
    """One entry on a customer's account."""

    customer: str
    company: str
    entry: PostedEntry


def explain(session: Session, sid: str, *, now: datetime) -> Explanation:
    """The call of that CallSid, as it stands at `now`. Raises Unknown."""
    call = session.scalar(select(Call).where(Call.sid == sid))
    if call is None:
        raise Unknown(f"there is no call {sid}")
    posted = explanations.entries(session, call)
    placed = {entry.entry for of_one in explanations.of_quarters(posted).values() for entry in of_one}
    return Explanation(
        call=call.sid,
        line=call.line.number,
        line_name=call.line.name,
        costs_points=call.costs_points,
        caller=masked(call.from_number),
        state=call.state,
        outcome=call.outcome,
        started_at=call.started_at,
        customer=call.customer.number if call.customer else None,
        company=call.customer.name if call.customer else None,
        person=call.person.name if call.person else None,
        pin=pin_history.pin_facts(session, call),
        quoted=call.quoted_points,
        price_accepted_at=call.price_accepted_at,
        price_list=explanations.price_list(session, call),
        attempts=tuple(_attempt(one) for one in call.attempts),
        accepted_at=call.accepted_at,
        supporter=call.supporter.name if call.supporter else None,
        granted=call.granted_quarters,
        end=_end(session, call),
        seconds=_seconds(call, now=now),
        free=_why_free(session, call),
        shortfall=_shortfall(session, call),
        quarters=explanations.quarter_facts(session, call, posted),
        others=tuple(entry for entry in posted if entry.entry not in placed),
        points=Points(sum(entry.points for entry in posted)),
        case=call.case.number if call.case else None,
        case_title=call.case.title if call.case else None,
        tasks=tuple(session.scalars(select(Task.kind).where(Task.call_id == call.id).order_by(Task.id))),
        marks=tuple(session.scalars(select(Audit.action).where(Audit.call_id == call.id).order_by(Audit.id))),
        rings_out=call.callback.supporter.name if call.is_outgoing and call.callback else None,
    )


def entry_facts(session: Session, number: int) -> EntryFacts:
    """The entry of that number on a customer's account. Raises Unknown for one that is not there, or is the house's own."""
    accounts = select(Account, Customer).join(Customer, Customer.id == Account.customer_id)
    found = session.execute(accounts.join(Entry, Entry.account_id == Account.id).where(Entry.id == number)).one_or_none()
    if found is None:
        raise Unknown(f"there is no entry {number} on a customer's account")
    account, customer = found
    (entry,) = statements.posted(session, account, Entry.id == number)
    return EntryFacts(customer=customer.number, company=customer.name, entry=entry)


def _seconds(call: Call, *, now: datetime) -> Seconds:
    """How long the two talked, or have talked so far."""
    if call.accepted_at is None or call.outcome not in {None, CallOutcome.TALKED}:
        return Seconds(0)
    return quarters.elapsed(call.accepted_at, call.ended_at or now)


def _attempt(one: Attempt) -> AttemptFacts:
    return AttemptFacts(
        supporter=one.supporter_id,
        name=one.supporter.name,
        rung_at=one.rung_at,
        accepted_at=one.accepted_at,
        bridged=one.bridged,
        ended_at=one.ended_at,
        outcome=one.outcome,
    )


def _end(session: Session, call: Call) -> EndFacts | None:
    if call.ended_at is None:
        return None
    reports = list(session.scalars(select(Report).where(Report.call_id == call.id).order_by(Report.id)))
    talked = call.outcome is CallOutcome.TALKED
    accepted = next((one for one in call.attempts if talked and one.number == call.accepted_attempt), None)
    told = endings.witness(reports, call, accepted)
    seconds = quarters.elapsed(call.accepted_at, call.ended_at) if call.accepted_at else 0
    limit = call.time_limit if talked else None
    return EndFacts(
        at=call.ended_at,
        report=told.kind if told else None,
        of_supporter=told is not None and told.attempt_id is not None and told.sid != call.sid,
        received_at=told.received_at if told else None,
        at_limit=limit is not None and limit - NEAR <= seconds <= limit + quarters.LIMIT_SLACK,
        is_unknown=call.end_unknown,
    )


def _why_free(session: Session, call: Call) -> Free | None:
    """Why a call that is over owes nothing; None where it owes something, or is not over."""
    if call.state is not CallState.ENDED or call.ended_at is None:
        return None
    if not call.costs_points:
        return Free.LINE if call.outcome is CallOutcome.TALKED else Free.NEVER_TAKEN
    if call.outcome is not CallOutcome.TALKED:
        return _why_no_talk(session, call)
    return None if call.end_unknown or quarters.elapsed(call.accepted_at or call.ended_at, call.ended_at) else Free.NO_SECOND


def _why_no_talk(session: Session, call: Call) -> Free:
    if any(one.bridged and one.accepted_at is None for one in call.attempts):
        return Free.NOT_ACCEPTED
    if any(one.accepted_at is not None for one in call.attempts):
        return Free.NOT_BRIDGED
    if call.outcome is CallOutcome.NO_POINTS:
        return Free.NO_POINTS
    known = call.customer_id is not None and call.quoted_points is None
    if known and price_lists.was_in_force(session, call.line.flow, call.started_at) is None:
        return Free.NO_PRICE_LIST
    return Free.NEVER_TAKEN


def _shortfall(session: Session, call: Call) -> Shortfall | None:
    return explanations.shortfall(session, call) if call.outcome is CallOutcome.NO_POINTS else None
