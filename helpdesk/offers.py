"""What a caller is told before accepting, and for how long a talk can be paid (R4, R10, R11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from billing import ledger, meter, price_lists, quarters, tariff
from billing.tariff import Tariff
from models import Call
from models.values import Points, Policy

MOST_QUARTERS: Final = quarters.LONGEST_CALL // quarters.QUARTER


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a caller is told before accepting: the price now, a price change within the hour, and what the points last for."""

    price: Points
    price_list: int | None
    change: tariff.Change | None
    available: Points
    payable: int | None
    missing: Points


def offer(session: Session, call: Call, *, now: datetime) -> Offer | None:
    """What the caller is told; None where no price list is in force, so that nobody can be connected for points."""
    prices = price_lists.in_force(session, call.line.flow, now)
    if prices is None or call.customer is None:
        return None
    account = ledger.customer_account(session, call.customer.id)
    free, price = ledger.available(account), tariff.price(prices, now)
    payable = None if call.customer.policy is Policy.INVOICE else _payable(prices, price, free, now=now, most=quarters.A_DAY + 1)
    return Offer(
        price=price,
        price_list=prices.list_id,
        change=tariff.next_change(prices, now, within=timedelta(hours=1)),
        available=free,
        payable=payable,
        missing=Points(max(0, price - free)),
    )


def granted(session: Session, call: Call, *, now: datetime) -> int:
    """How many quarters could be paid for if the supporter accepted now (R11).

    The first one is held already; of an outgoing call it will be, when the customer accepts the price. A call that costs
    nothing may last as long as any.
    """
    floor, prices = meter.floor(call), price_lists.in_force(session, call.line.flow, now)
    if floor is None or prices is None or call.customer_id is None or not call.costs_points:
        return MOST_QUARTERS
    first = tariff.price(prices, now) if call.is_outgoing else 0
    free = ledger.available(ledger.customer_account(session, call.customer_id)) - floor - first
    return 1 + _payable(prices, None, Points(free), now=now, most=MOST_QUARTERS - 1)


def _payable(prices: Tariff, first: Points | None, free: Points, *, now: datetime, most: int) -> int:
    """How many quarters `free` points pay for, one after another from now; without `first`, counted from the second."""
    count, start = 0, 1 if first is not None else 2
    while count < most:
        quarter = start + count
        due = first if quarter == 1 and first is not None else tariff.price(prices, quarters.starts_at(now, quarter))
        if due > free:
            break
        free = Points(free - due)
        count += 1
    return count
