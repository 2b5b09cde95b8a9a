"""A call's charges: held ahead, charged while it goes on, brought into line with what it owes when it is over (R7-R11).

What a call owes is a function of its facts (accepted, bridged, ended, granted, price list, price accepted by key). What it was
charged stands in the journal. Settling posts the difference, one journal for each quarter that differs; doing it again posts
nothing. The database row of the call is locked by whoever calls.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from billing import ledger, price_lists, quarters, refunds, tariff
from billing.ledger import Posting
from models import Account, Audit, Call, Hold, Journal
from models.values import CallState, HoldState, JournalKind, Points, Policy

BATCH: Final = 100
RETRY: Final = timedelta(minutes=1)
ACTOR: Final = "meter"


def price(session: Session, call: Call, quarter: int) -> Points:
    """What quarter n of an accepted call costs, by the list in force then, at the local moment it begins (R10).

    The first one never costs more than the caller accepted by key.
    """
    if call.price_list_id is None:
        raise ValueError(f"call {call.sid} was not accepted under a price list")
    due = tariff.price(price_lists.tariff(session, call.price_list_id), quarters.starts_at(begins(call), quarter))
    return min(due, call.quoted_points) if quarter == 1 and call.quoted_points is not None else due


def begins(call: Call) -> datetime:
    """When the first quarter of an accepted call begins: with its acceptance, or when the quarter that it continues is over."""
    if call.accepted_at is None:
        raise ValueError(f"call {call.sid} was not accepted")
    return call.billed_from or call.accepted_at


def floor(call: Call) -> Points | None:
    """How far a running call may take its customer's points (R11); None is no limit."""
    customer = call.customer
    if customer is None or customer.policy is Policy.INVOICE:
        return None
    return Points(-customer.credit if customer.policy is Policy.CREDIT else 0)


def start(call: Call) -> None:
    """Sets the clock of a call that was just accepted: when its quarters are charged and the next is held."""
    call.next_quarter_at = quarters.charge_at(begins(call), 1)
    call.next_hold_at = hold_due(call, 2)


def charge_begun(session: Session, now: datetime) -> int:
    """Charges every quarter that has begun, of up to BATCH calls; how many it charged. Scheduler's unit of work (R9)."""
    due = select(Call).where(Call.next_quarter_at <= now).order_by(Call.next_quarter_at, Call.id).limit(BATCH)
    calls = session.scalars(due.with_for_update(skip_locked=True, of=Call)).all()
    # In the order of customers, so that two clocks never wait for each other's accounts.
    return sum(_charge_safely(session, call, now) for call in sorted(calls, key=lambda call: call.customer_id or 0))


def hold_next(session: Session, call: Call, *, now: datetime) -> None:
    """Holds the next quarter of a running call when it is due; a quarter that has begun needs no hold, only a charge.

    Raises NotEnoughPoints, and leaves `next_hold_at` as it was.
    """
    quarter = next_to_hold(session, call, now=now)
    due = hold_due(call, quarter)
    if due is not None and due <= now:
        hold_quarter(session, call, quarter, now=now)
        due = hold_due(call, quarter + 1)
    call.next_hold_at = due


def next_to_hold(session: Session, call: Call, *, now: datetime) -> int:
    """The first quarter of a running call that is neither held nor begun."""
    held = session.scalar(select(func.max(Hold.quarter)).where(Hold.call_id == call.id, Hold.state == HoldState.OPEN)) or 0
    return max(held, quarters.begun(quarters.elapsed(begins(call), now))) + 1


def hold_due(call: Call, quarter: int) -> datetime | None:
    """When quarter n of a running call is held; None where it was not granted."""
    if call.accepted_at is None or quarter > (call.granted_quarters or 0):
        return None
    return quarters.hold_at(begins(call), quarter)


def hold_quarter(session: Session, call: Call, quarter: int, *, now: datetime) -> None:
    """Holds quarter n of a running call as far down as its customer may go (R11). Raises NotEnoughPoints."""
    if call.customer_id is None:
        raise ValueError(f"call {call.sid} has nobody to charge")
    account = ledger.customer_account(session, call.customer_id)
    points = price(session, call, quarter)
    ledger.hold(session, account, call_id=call.id, quarter=quarter, points=points, floor=floor(call), now=now)


def is_payable(session: Session, call: Call, quarter: int) -> bool:
    """Whether quarter n of a running call could be held now."""
    limit = floor(call)
    free = ledger.available(ledger.customer_account(session, call.customer_id or 0))
    return limit is None or free - price(session, call, quarter) >= limit


def is_within_limit(session: Session, call: Call) -> bool:
    """Whether a running call's customer has what was charged and what is held, credit included (R11)."""
    limit = floor(call)
    account = ledger.customer_account(session, call.customer_id or 0)
    return limit is None or ledger.available(account) >= limit


def owed(session: Session, call: Call) -> dict[int, Points]:
    """What a call that is over owes: the price of each quarter from 1 (R7, R8). Empty where no human was bridged."""
    return {quarter: price(session, call, quarter) for quarter in range(1, count(call) + 1)}


def count(call: Call) -> int:
    """How many quarters a call that is over owes (R7, R8, R20)."""
    if not call.bridged or call.accepted_at is None or call.ended_at is None:
        return 0
    if call.end_unknown and call.ended_at >= begins(call):
        return min(quarters.reached(quarters.elapsed(begins(call), call.ended_at)), call.granted_quarters or 0)
    return owed_until(call, call.ended_at)


def owed_until(call: Call, ended_at: datetime) -> int:
    """How many quarters a talk owes that ended at that moment (R8); 0 where nobody accepted."""
    if call.accepted_at is None:
        return 0
    seconds, limit = quarters.elapsed(begins(call), ended_at), call.time_limit or quarters.LONGEST_CALL
    return quarters.owed(seconds, time_limit=limit, granted=call.granted_quarters or 0)


def settle(session: Session, call: Call, *, now: datetime) -> None:
    """Brings what a call was charged into line with what it owes; a call that is over gives back what is still held (R6, R9)."""
    due, paid = owed(session, call), ledger.charged(session, call.id)
    for quarter in sorted(due.keys() | paid.keys()):
        _bring_into_line(session, call, quarter, due=due.get(quarter, Points(0)), paid=paid.get(quarter), now=now)
    refunds.bring_into_line(session, call, now=now)
    if call.state is CallState.ENDED:
        ledger.release(session, call_id=call.id, now=now)


def _charge_safely(session: Session, call: Call, now: datetime) -> int:
    """One call's quarters. A call that cannot be charged is marked and tried again in a minute, and holds up no other."""
    bind_contextvars(call=call.sid)
    try:
        with session.begin_nested():
            return _charge(session, call, now)
    except Exception as problem:  # noqa: BLE001 - whatever it is, the other calls must be charged
        call.next_quarter_at = now + RETRY
        details = {"problem": repr(problem)[:500]}
        session.add(
            Audit(at=now, actor=ACTOR, action="charge_failed", subject=f"call:{call.sid}", call_id=call.id, details=details)
        )
        return 0


def _charge(session: Session, call: Call, now: datetime) -> int:
    granted, quarter, charges = call.granted_quarters or 0, 1, 0
    paid = ledger.charged(session, call.id)
    while quarter <= granted and quarters.charge_at(begins(call), quarter) <= now:
        charges += _bring_into_line(session, call, quarter, due=price(session, call, quarter), paid=paid.get(quarter), now=now)
        quarter += 1
    # Behind its time limit the carrier has ended the bridge; should it have missed that, settling charges what was talked.
    call.next_quarter_at = quarters.charge_at(begins(call), quarter) if quarter <= granted else None
    return charges


def _bring_into_line(session: Session, call: Call, quarter: int, *, due: Points, paid: Points | None, now: datetime) -> bool:
    """Posts what is missing for one quarter, or takes back what was too much; whether anything was posted."""
    if paid is None:
        _post_quarter(session, call, quarter, due, now=now)
    elif due != -paid:
        _adjust(session, call, quarter, Points(-due - paid), now=now)
    else:
        return False
    return True


def _post_quarter(session: Session, call: Call, quarter: int, points: Points, *, now: datetime) -> None:
    if call.customer_id is None:
        raise ValueError(f"call {call.sid} has nobody to charge")
    account = ledger.customer_account(session, call.customer_id)
    ledger.capture(session, call_id=call.id, quarter=quarter, now=now)
    posting = Posting(
        key=f"call:{call.id}:quarter:{quarter}",
        kind=JournalKind.QUARTER,
        amounts=((account.id, Points(-points)), (ledger.house_account(session, ledger.EARNED).id, points)),
        occurred_at=quarters.starts_at(begins(call), quarter),
        actor=ACTOR,
        call_id=call.id,
        quarter=quarter,
        case_id=call.case_id,
        price_list_id=call.price_list_id,
    )
    ledger.post(session, [posting], now=now)
    _mark_beyond_limit(session, call, account, quarter=quarter, now=now)


def _adjust(session: Session, call: Call, quarter: int, difference: Points, *, now: datetime) -> None:
    """Takes back what was too much, as a correction; what is owed after all is charged as the quarter that it is."""
    account = ledger.customer_account(session, call.customer_id or 0)
    key = f"call:{call.id}:quarter:{quarter}"
    ledger.capture(session, call_id=call.id, quarter=quarter, now=now)
    original = session.scalars(select(Journal).where(Journal.key == key)).one()
    adjusted = session.scalar(select(func.count()).where(Journal.key.startswith(f"{key}:adjust:", autoescape=True))) or 0
    taken_back = difference > 0
    posting = Posting(
        key=f"{key}:adjust:{adjusted + 1}",
        kind=JournalKind.CORRECTION if taken_back else JournalKind.QUARTER,
        amounts=((account.id, difference), (ledger.house_account(session, ledger.EARNED).id, Points(-difference))),
        occurred_at=(call.ended_at or now) if taken_back else quarters.starts_at(begins(call), quarter),
        actor=ACTOR,
        reason="settled: more was charged than the call owes" if taken_back else None,
        call_id=call.id,
        quarter=quarter,
        case_id=call.case_id,
        price_list_id=call.price_list_id,
        reverses_id=original.id if taken_back else None,
    )
    ledger.post(session, [posting], now=now)
    if not taken_back:
        _mark_beyond_limit(session, call, account, quarter=quarter, now=now)


def _mark_beyond_limit(session: Session, call: Call, account: Account, *, quarter: int, now: datetime) -> None:
    limit = floor(call)
    if limit is not None and (account.balance or 0) < limit:
        details = {"quarter": quarter, "balance": account.balance, "limit": limit}
        mark = Audit(
            at=now, actor=ACTOR, action="charged_beyond_limit", subject=f"call:{call.sid}", call_id=call.id, details=details
        )
        session.add(mark)
