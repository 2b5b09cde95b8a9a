"""What can be read about calls, one by one and the last of them: plain data, for whoever shows it.

Raises helpdesk.customers.Unknown where nothing of that name exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger, meter, quarters
from helpdesk import customers
from helpdesk.customers import Unknown
from models import Call, Person
from models.values import AttemptOutcome, CallOutcome, CallState, Points, Seconds

WITH_PERSON: Final = joinedload(Call.person).lazyload(Person.customer)
"""A call is read with its person. Whose that is, the call says itself: SQLite would read every person there is to say it too."""


@dataclass(frozen=True, kw_only=True)
class AttemptRecord:
    """Who was rung; without an outcome while it rings, or while the two are talking."""

    supporter: int
    outcome: AttemptOutcome | None


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """A call as it stands now (interface.md, `call show`).

    `caller` is the number as it came. `supporter` and `accepted_at` are those of the conversation: a call that was not bridged
    has neither. `quarters` are those charged so far, a free one included; `points` is what they came to, negative or 0.
    """

    call: str
    line: str
    caller: str
    state: CallState
    outcome: CallOutcome | None
    customer: str | None
    person: int | None
    supporter: int | None
    case: str | None
    started_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    seconds: Seconds
    quarters: int
    points: Points
    attempts: tuple[AttemptRecord, ...]


def call_record(session: Session, sid: str, *, now: datetime) -> CallRecord:
    """The call of that CallSid, as it stands at `now`. Raises Unknown."""
    call = session.scalar(select(Call).where(Call.sid == sid))
    if call is None:
        raise Unknown(f"there is no call {sid}")
    return record(session, call, ledger.charged(session, call.id), now=now)


def row_of(session: Session, sid: str) -> int:
    """The number that the call of that CallSid has in the database. Raises Unknown."""
    found = session.scalar(select(Call.id).where(Call.sid == sid))
    if found is None:
        raise Unknown(f"there is no call {sid}")
    return found


def sid_of(session: Session, call_id: int) -> str:
    """The CallSid of a call of ours."""
    return session.scalars(select(Call.sid).where(Call.id == call_id)).one()


def calls(
    session: Session,
    *,
    customer: str | None = None,
    started_from: datetime | None = None,
    started_before: datetime | None = None,
    most: int,
    now: datetime,
) -> list[CallRecord]:
    """The calls that started last, the newest first, `most` of them, as they stand at `now`.

    `customer` is a customer's number, Unknown where there is none: only those of whoever keyed a PIN of that customer. Calls that
    started at `started_from` are among them, those that started at `started_before` are not.
    """
    query = select(Call).options(joinedload(Call.customer), joinedload(Call.case), selectinload(Call.attempts))
    if customer is not None:
        query = query.where(Call.customer_id == customers.find(session, customer).id)
    if started_from is not None:
        query = query.where(Call.started_at >= started_from)
    if started_before is not None:
        query = query.where(Call.started_at < started_before)
    found = session.scalars(query.order_by(Call.started_at.desc(), Call.id.desc()).limit(most)).all()
    paid = ledger.charged_of(session, [call.id for call in found])
    return [record(session, call, paid[call.id], now=now) for call in found]


def record(session: Session, call: Call, paid: dict[int, Points], *, now: datetime) -> CallRecord:
    """A call as it stands at `now`; `paid` is what the ledger says that it was charged, by quarter."""
    talked = _talked(call)
    return CallRecord(
        call=call.sid,
        line=call.line.number,
        caller=call.from_raw,
        state=call.state,
        outcome=call.outcome,
        customer=call.customer.number if call.customer else None,
        person=call.person_id,
        supporter=call.supporter_id if talked else None,
        case=call.case.number if call.case else None,
        started_at=call.started_at,
        accepted_at=call.accepted_at if talked else None,
        ended_at=call.ended_at,
        seconds=quarters.elapsed(call.accepted_at, call.ended_at or now) if talked and call.accepted_at else Seconds(0),
        quarters=_quarters(session, call, paid) if talked else 0,
        points=Points(sum(paid.values())),
        attempts=tuple(AttemptRecord(supporter=one.supporter_id, outcome=one.outcome) for one in call.attempts),
    )


def _talked(call: Call) -> bool:
    """Whether the caller and a supporter talk, as far as is known, or have talked (R7)."""
    if call.accepted_at is None:
        return False
    return bool(call.bridged) if call.state is CallState.ENDED else call.bridged is not False


def _quarters(session: Session, call: Call, paid: dict[int, Points]) -> int:
    """How many quarters the conversation was charged so far; what a correction took back from it altogether does not count."""
    if call.state is CallState.ENDED:
        return meter.count(call)
    return sum(points == -meter.price(session, call, quarter) for quarter, points in paid.items())
