"""The call log: the calls that somebody looks for, the newest first, a page at a time. Plain data.

A page is found by the call that it lies behind (keyset), so the thousandth costs what the first does; each filter has an index that
gives its calls in the order of the log, or few enough of them to be sorted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger
from helpdesk import call_records, search, sight
from helpdesk.call_records import WITH_PERSON, CallRecord
from helpdesk.customers import Unknown
from models import Attempt, Call, Case, Customer, Line, Task
from models.calls import IS_OPEN
from models.keyset import Position, window
from models.values import E164, CallOutcome, CallState, Points, masked

MOST_NAMED: Final = 200
FEW: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which calls: those for which all of it holds. Started in [since, until); `supporter` was rung; `number` called.

    `text` is part of the name of the customer or the person. `seen_by`: only what this supporter may see.
    """

    since: datetime | None = None
    until: datetime | None = None
    line: str | None = None
    state: CallState | None = None
    outcome: CallOutcome | None = None
    customer: str | None = None
    supporter: int | None = None
    case: str | None = None
    number: E164 | None = None
    text: str | None = None
    seen_by: int | None = None


@dataclass(frozen=True, kw_only=True)
class LoggedCall:
    """A call with the names that a list shows; `caller` is masked, `supporter` is who talked. `free`: its line costs nothing."""

    record: CallRecord
    line: str
    caller: str
    person: str | None
    company: str | None
    supporter: str | None
    free: bool
    is_outgoing: bool


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some calls of the log, and whether there are newer and older ones."""

    calls: tuple[LoggedCall, ...]
    newer: bool
    older: bool


def page(
    session: Session, wanted: Wanted, *, before: str | None = None, after: str | None = None, most: int, now: datetime
) -> Page:
    """The newest calls; those that are older than the call `before`, or newer than the call `after`. Raises Unknown for those."""
    places = {"before": _place(session, before), "after": _place(session, after)}
    found = window(session, _query(session, wanted), Call.started_at, Call.id, **places, most=most)
    return Page(calls=tuple(logged(session, [call for (call,) in found.rows], now=now)), newer=found.newer, older=found.older)


def find(session: Session, sid: str, *, seen_by: int | None) -> Call:
    """The call of that CallSid, where it may be seen. Raises Unknown."""
    call = session.scalar(select(Call).where(Call.sid == sid, *sight.calls(seen_by)))
    if call is None:
        raise Unknown(f"there is no call {sid}")
    return call


def logged(session: Session, found: list[Call], *, now: datetime) -> list[LoggedCall]:
    """These calls as a list shows them."""
    paid = ledger.charged_of(session, [call.id for call in found]) if found else {}
    return [_logged(session, call, paid[call.id], now=now) for call in found]


def of_case(session: Session, case: Case, *, seen_by: int | None, most: int, now: datetime) -> list[LoggedCall]:
    """The last calls of a case that may be seen, the newest first."""
    mine = _named().where(Call.case_id == case.id, *sight.calls(seen_by))
    found = session.scalars(mine.order_by(Call.started_at.desc(), Call.id.desc()).limit(most)).all()
    return logged(session, list(found), now=now)


def _named() -> Select[Call]:
    """Calls, with what a list shows of each."""
    named = (joinedload(Call.customer), WITH_PERSON, joinedload(Call.case), joinedload(Call.supporter))
    return select(Call).options(*named, selectinload(Call.attempts))


def _query(session: Session, wanted: Wanted) -> Select[Call]:
    conditions = (*_period(wanted), *_facts(wanted), *_names(session, wanted), *_rung(session, wanted))
    return _named().where(*conditions, *sight.calls(wanted.seen_by))


def _period(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield Call.started_at >= wanted.since
    if wanted.until is not None:
        yield Call.started_at < wanted.until


def _facts(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield Call.state == wanted.state
        if wanted.state is not CallState.ENDED:  # the few open ones, found by their index
            yield Call.id.in_(select(Call.id).where(IS_OPEN))
    if wanted.outcome is not None:
        yield Call.outcome == wanted.outcome
    if wanted.number is not None:
        yield Call.from_number == wanted.number


def _rung(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Who was rung, or sees it: of few calls all are sorted, of many the newest are soon met on the way through the log."""
    for supporter in {wanted.supporter, wanted.seen_by} - {None}:
        rung = select(Attempt.call_id).where(Attempt.supporter_id == supporter).limit(FEW)
        took = select(Task.call_id).where(Task.taken_by_id == supporter).limit(FEW)
        mine = {*session.scalars(rung), *(session.scalars(took) if supporter == wanted.seen_by else ())}
        if len(mine) < FEW:
            yield Call.id.in_(mine)
    if wanted.supporter is not None:
        yield sight.was_rung(wanted.supporter)


def _names(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.line is not None:
        yield Call.line_id.in_(select(Line.id).where(Line.number == wanted.line))
    if wanted.customer is not None:
        yield Call.customer_id == _key(session, Customer, wanted.customer)
    if wanted.case is not None:
        yield Call.case_id == _key(session, Case, wanted.case)
    if wanted.text is not None:
        companies = [one.id for one in search.customers(session, wanted.text, most=MOST_NAMED)]
        people = search.persons(session, wanted.text, most=MOST_NAMED)
        yield Call.customer_id.in_({*companies, *(one.customer_id for one in people)})
        yield or_(Call.customer_id.in_(companies), Call.person_id.in_([one.id for one in people]))


def _key(session: Session, table: type[Customer | Case], number: str) -> int:
    """The key of what people call by that number; 0, which nothing has, where there is none."""
    return session.scalar(select(table.id).where(table.number == number)) or 0


def _place(session: Session, sid: str | None) -> Position | None:
    if sid is None:
        return None
    found = session.execute(select(Call.started_at, Call.id).where(Call.sid == sid)).one_or_none()
    if found is None:
        raise Unknown(f"there is no call {sid}")
    return tuple(found)


def _logged(session: Session, call: Call, paid: dict[int, Points], *, now: datetime) -> LoggedCall:
    record = call_records.record(session, call, paid, now=now)
    return LoggedCall(
        record=record,
        line=call.line.name,
        caller=masked(call.from_number),
        person=call.person.name if call.person else None,
        company=call.customer.name if call.customer else None,
        supporter=call.supporter.name if call.supporter and record.supporter else None,
        free=not call.costs_points,
        is_outgoing=call.is_outgoing,
    )
