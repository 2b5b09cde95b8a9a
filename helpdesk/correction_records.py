"""What can be read about corrections, disputes and holds: plain data, for whoever shows it.

Raises helpdesk.customers.Unknown where nothing of that name exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger, refunds
from helpdesk.customers import Unknown
from models import Account, Call, Correction, Customer, Dispute, Hold
from models.calls import IS_OPEN
from models.corrections import CorrectionKind, CorrectionReason, CorrectionState, DisputeState
from models.values import CallState, HoldState, Points


@dataclass(frozen=True, kw_only=True)
class CorrectionRecord:
    """A refund or a grant: `quarters` is what it gives back of each quarter."""

    correction: int
    kind: CorrectionKind
    customer: str
    company: str
    call: str | None
    quarters: dict[int, Points]
    points: Points
    reason: CorrectionReason
    note: str
    state: CorrectionState
    dispute: int | None
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, kw_only=True)
class DisputeRecord:
    """A dispute; `points` is what its call cost, negative. `waits` is the correction that a second person must approve first."""

    dispute: int
    call: str
    receipt: int
    customer: str | None
    company: str | None
    case: str | None
    said: str
    state: DisputeState
    opened_at: datetime
    opened_by: str
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None
    points: Points
    waits: int | None


@dataclass(frozen=True, kw_only=True)
class Refundable:
    """A call of which points may come back: what each quarter cost (positive), and what of that is left to give back.

    What a call costs is only known when it `is_over`.
    """

    call: str
    at: datetime
    is_over: bool
    customer: str
    company: str
    supporter: str | None
    case: str | None
    charged: dict[int, Points]
    left: dict[int, Points]


@dataclass(frozen=True, kw_only=True)
class HoldRecord:
    """Points that a quarter of a running call keeps back now."""

    call: str
    quarter: int
    customer: str
    company: str
    points: Points
    held_at: datetime
    balance: Points
    held: Points


def corrections(session: Session, *, over: bool, before: int | None = None, most: int) -> list[CorrectionRecord]:
    """Those that wait for a second person, or those that were decided: the newest first, older than `before`."""
    query = _corrections().where((Correction.state == CorrectionState.ASKED) != over)
    if before is not None:
        query = query.where(Correction.id < before)
    return [_correction(row) for row in session.scalars(query.order_by(Correction.id.desc()).limit(most))]


def correction(session: Session, number: int) -> CorrectionRecord:
    """The correction of that number. Raises Unknown."""
    row = session.scalar(_corrections().where(Correction.id == number))
    if row is None:
        raise Unknown(f"there is no correction {number}")
    return _correction(row)


def of_call(session: Session, sid: str) -> list[CorrectionRecord]:
    """What was given back of a call, or is asked to be, in order."""
    called = select(Call.id).where(Call.sid == sid).scalar_subquery()
    return [_correction(row) for row in session.scalars(_corrections().where(Correction.call_id == called).order_by(Correction.id))]


def disputes(session: Session, *, over: bool, before: int | None = None, most: int) -> list[DisputeRecord]:
    """The open ones, the oldest first; or those that were answered, the newest first, older than `before`."""
    query = _disputes().where((Dispute.state == DisputeState.OPEN) != over)
    if before is not None:
        query = query.where(Dispute.id < before)
    rows = session.scalars(query.order_by(Dispute.id.desc() if over else Dispute.id).limit(most)).all()
    return _told(session, list(rows))


def dispute(session: Session, number: int) -> DisputeRecord:
    """The dispute of that number. Raises Unknown."""
    row = session.scalar(_disputes().where(Dispute.id == number))
    if row is None:
        raise Unknown(f"there is no dispute {number}")
    return _told(session, [row])[0]


def refundable(session: Session, sid: str) -> Refundable:
    """The call of that CallSid, for whoever gives points back. Raises Unknown; also for a call that has no customer."""
    named = (joinedload(Call.customer), joinedload(Call.supporter), joinedload(Call.case))
    call = session.scalar(select(Call).where(Call.sid == sid).options(*named))
    if call is None or call.customer is None:
        raise Unknown(f"there is no call {sid} of a customer")
    return Refundable(
        call=call.sid,
        at=call.accepted_at or call.started_at,
        is_over=call.state is CallState.ENDED,
        customer=call.customer.number,
        company=call.customer.name,
        supporter=call.supporter.name if call.supporter else None,
        case=call.case.number if call.case else None,
        charged={quarter: Points(-points) for quarter, points in sorted(ledger.charged(session, call.id).items())},
        left=refunds.refundable(session, call),
    )


def holds(session: Session) -> list[HoldRecord]:
    """What running calls hold now, the oldest first (R6: a hold never outlives its call)."""
    running = session.scalars(select(Call.id).where(IS_OPEN)).all()  # few: of all holds ever, theirs
    rows = session.execute(
        select(Hold, Call.sid, Account, Customer)
        .join(Call, Call.id == Hold.call_id)
        .join(Account, Account.id == Hold.account_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(Hold.call_id.in_(running), Hold.state == HoldState.OPEN)
        .order_by(Hold.held_at, Hold.id)
    )
    return [_hold(*row) for row in rows]


def _corrections() -> Select[Correction]:
    return select(Correction).options(joinedload(Correction.call), selectinload(Correction.quarters))


def _disputes() -> Select[Dispute]:
    call = joinedload(Dispute.call)
    return select(Dispute).options(call.joinedload(Call.customer), call.joinedload(Call.case))


def _correction(row: Correction) -> CorrectionRecord:
    return CorrectionRecord(
        correction=row.id,
        kind=row.kind,
        customer=row.customer.number,
        company=row.customer.name,
        call=row.call.sid if row.call else None,
        quarters={one.quarter: one.points for one in row.quarters},
        points=row.points,
        reason=row.reason,
        note=row.note,
        state=row.state,
        dispute=row.dispute_id,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _told(session: Session, rows: list[Dispute]) -> list[DisputeRecord]:
    paid = ledger.charged_of(session, {row.call_id for row in rows}) if rows else {}
    waiting = select(Correction.dispute_id, Correction.id).where(Correction.state == CorrectionState.ASKED)
    waits = dict(session.execute(waiting.where(Correction.dispute_id.in_([row.id for row in rows]))).all()) if rows else {}
    return [_dispute(row, Points(sum(paid[row.call_id].values())), waits.get(row.id)) for row in rows]


def _dispute(row: Dispute, points: Points, waits: int | None) -> DisputeRecord:
    return DisputeRecord(
        dispute=row.id,
        call=row.call.sid,
        receipt=row.call.id,
        customer=row.call.customer.number if row.call.customer else None,
        company=row.call.customer.name if row.call.customer else None,
        case=row.call.case.number if row.call.case else None,
        said=row.said,
        state=row.state,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        points=points,
        waits=waits,
    )


def _hold(hold: Hold, sid: str, account: Account, customer: Customer) -> HoldRecord:
    return HoldRecord(
        call=sid,
        quarter=hold.quarter,
        customer=customer.number,
        company=customer.name,
        points=hold.points,
        held_at=hold.held_at,
        balance=account.balance or Points(0),
        held=account.held or Points(0),
    )
