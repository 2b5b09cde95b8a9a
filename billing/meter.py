"""What the quarters of a call cost, which of them are held ahead, and what a call that is over owes (R7, R8, R10, R11).

What a call owes is a function of its facts: accepted, bridged, ended, granted, price list, price accepted by key. What it was
charged stands in the journal (billing.charging). The database row of the call is locked by whoever calls.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from billing import holds, ledger, price_lists, quarters, tariff
from models import Call, Hold
from models.values import HoldState, Points, Policy

HOLDS: Final = cast("Table", Hold.__table__)
HELD_LAST: Final = select(func.max(HOLDS.c.quarter)).where(HOLDS.c.call_id == bindparam("call"), HOLDS.c.state == HoldState.OPEN)


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
    """The first quarter of a running call that is neither held nor begun, nor charged by a clock that is ahead."""
    held, charged = session.scalar(HELD_LAST, {"call": call.id}) or 0, ledger.charged(session, call.id)
    return max(held, *charged, quarters.begun(quarters.elapsed(begins(call), now))) + 1


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
    holds.hold(session, account, call_id=call.id, quarter=quarter, points=points, floor=floor(call), now=now)


def payable(session: Session, call: Call, *, now: datetime) -> int | None:
    """How many quarters beyond the one that runs a talk can still be paid for, held ones among them (R11); None is no limit.

    Never more than were granted: the carrier ends the bridge there, whatever is bought meanwhile.
    """
    limit = floor(call)
    if limit is None:
        return None
    running = max(1, quarters.begun(quarters.elapsed(begins(call), now)))
    quarter = next_to_hold(session, call, now=now)
    free = ledger.available(ledger.customer_account(session, call.customer_id or 0)) - limit
    while quarter <= (call.granted_quarters or 0) and (due := price(session, call, quarter)) <= free:
        free, quarter = free - due, quarter + 1
    return max(0, quarter - 1 - running)


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
    """How many quarters a call that is over owes (R7, R8, R20); none where nobody was told a price."""
    if not call.bridged or call.accepted_at is None or call.ended_at is None or call.price_list_id is None:
        return 0
    if call.end_unknown and call.ended_at >= begins(call):
        return min(quarters.reached(quarters.elapsed(begins(call), call.ended_at)), call.granted_quarters or 0)
    return owed_until(call, call.ended_at)


def owed_until(call: Call, ended_at: datetime) -> int:
    """How many quarters a talk owes that ended at that moment (R8); 0 where nobody accepted, or its line costs nothing."""
    if call.accepted_at is None or call.price_list_id is None:
        return 0
    seconds, limit = quarters.elapsed(begins(call), ended_at), call.time_limit or quarters.LONGEST_CALL
    return quarters.owed(seconds, time_limit=limit, granted=call.granted_quarters or 0)
