"""Quarters posted: each one that has begun while a call goes on, and the difference to what it owes when it is over (R6-R9, R11).

Many calls are charged at once, in a few statements for all of them; one that cannot be charged is found by trying each alone.
Settling posts one journal for each quarter that differs; doing it again posts nothing. Calls are locked before accounts, and
accounts in the order of their ids, so two that charge never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only
from structlog.contextvars import bind_contextvars

from billing import bulk, holds, ledger, meter, quarters, refunds
from billing.ledger import ACCOUNTS, Posting
from models import Audit, Call, Journal
from models.savepoint import PartFailed, part
from models.values import CallState, JournalKind, Points

BATCH: Final = 500
FEW: Final = 25  # tried alone in one transaction where one of many cannot be charged: their rows are locked meanwhile
RETRY: Final = timedelta(minutes=1)
ACTOR: Final = "meter"
CALLS: Final = cast("Table", Call.__table__)
WHAT_A_CHARGE_NEEDS: Final = (
    load_only(
        Call.sid,
        Call.customer_id,
        Call.case_id,
        Call.quoted_points,
        Call.price_list_id,
        Call.accepted_at,
        Call.billed_from,
        Call.granted_quarters,
        Call.next_quarter_at,
    ),
    joinedload(Call.customer),
    lazyload(Call.line),
)
BEGUN: Final = (
    select(Call)
    .where(Call.next_quarter_at <= bindparam("now"))
    .order_by(Call.next_quarter_at, Call.id)
    .limit(BATCH)
    .options(*WHAT_A_CHARGE_NEEDS)
    .with_for_update(skip_locked=True, of=Call)
)
FREE: Final = bulk.listing(
    lambda among: (
        select(ACCOUNTS.c.customer_id)
        .where(among(ACCOUNTS.c.customer_id, "customers"))
        .order_by(ACCOUNTS.c.id)
        .with_for_update(key_share=True, skip_locked=True)
    )
)
PAYING: Final = bulk.listing(
    lambda among: (
        select(ACCOUNTS.c.customer_id, ACCOUNTS.c.id)
        .where(among(ACCOUNTS.c.customer_id, "customers"))
        .order_by(ACCOUNTS.c.id)
        .with_for_update(key_share=True)
    )
)
BALANCES: Final = bulk.listing(lambda among: select(ACCOUNTS.c.id, ACCOUNTS.c.balance).where(among(ACCOUNTS.c.id, "accounts")))


@dataclass(frozen=True, slots=True)
class Due:
    """One quarter of a call that was not charged before, and its price."""

    call: Call
    quarter: int
    points: Points


def charge_begun(session: Session, now: datetime) -> int:
    """Charges every quarter that has begun, of up to BATCH calls; how many it charged. Scheduler's unit of work (R9)."""
    calls = _payable_now(session, session.scalars(BEGUN, {"now": now}).all())
    try:
        with part(session):
            return _charge_begun(session, calls, now=now)
    except PartFailed:  # whichever call it is: the others must be charged
        return sum(_charge_alone(session, call, now=now) for call in calls[:FEW])


def settle(session: Session, call: Call, *, now: datetime) -> None:
    """Brings what a call was charged into line with what it owes; a call that is over gives back what is still held (R6, R9)."""
    due, paid = meter.owed(session, call), ledger.charged(session, call.id)
    charge(session, [Due(call, quarter, points) for quarter, points in due.items() if quarter not in paid], now=now)
    for quarter, was_paid in sorted(paid.items()):
        _bring_into_line(session, call, quarter, due=due.get(quarter, Points(0)), paid=was_paid, now=now)
    refunds.bring_into_line(session, call, now=now)
    if call.state is CallState.ENDED:
        holds.release(session, call_id=call.id, now=now)


def charge(session: Session, due: Sequence[Due], *, now: datetime) -> None:
    """Posts quarters that were not charged before: their holds become charges, and nothing is refused (R6, R11)."""
    if not due:
        return
    earned = ledger.house_account(session, ledger.EARNED).id  # before any account is locked: two may want to open it
    accounts = _accounts(session, due)
    holds.capture(session, [(one.call.id, one.quarter) for one in due], now=now)
    ledger.post(session, [_posting(one, accounts[_payer(one.call)], earned) for one in due], now=now)
    _mark_beyond_limit(session, due, accounts, now=now)


def _payable_now(session: Session, calls: Sequence[Call]) -> list[Call]:
    """Those whose customer's account nobody else has locked; they are locked now. The others are due again at the next beat."""
    ledger.house_account(session, ledger.EARNED)  # before any account is locked: two may want to open it
    customers = {call.customer_id for call in calls if call.customer_id is not None}
    locked = set(session.scalars(FREE(session), {"customers": list(customers)}))
    return [call for call in calls if call.customer_id is None or call.customer_id in locked]


def _charge_begun(session: Session, calls: Sequence[Call], *, now: datetime) -> int:
    paid = ledger.charged_of(session, [call.id for call in calls])
    due = []
    for call in calls:
        for quarter in _begun(call, now):
            price, was_paid = meter.price(session, call, quarter), paid[call.id].get(quarter)
            if was_paid is None:
                due.append(Due(call, quarter, price))
            elif was_paid != -price:
                _bring_into_line(session, call, quarter, due=price, paid=was_paid, now=now)
    charge(session, due, now=now)
    bulk.change(session, CALLS.c.next_quarter_at, {call.id: _next_at(call, now) for call in calls})
    return len(due)


def _charge_alone(session: Session, call: Call, *, now: datetime) -> int:
    """One call's quarters. A call that cannot be charged is marked and tried again in a minute, and holds up no other."""
    bind_contextvars(call=call.sid)
    try:
        with part(session):
            return _charge_begun(session, [call], now=now)
    except PartFailed as failed:
        call.next_quarter_at = now + RETRY
        session.add(_mark(call, "charge_failed", {"problem": str(failed)}, now=now))
        return 0


def _begun(call: Call, now: datetime) -> Iterator[int]:
    """The granted quarters that have begun. Behind its time limit the carrier has ended the bridge; settling charges the rest."""
    begins = meter.begins(call)
    for quarter in range(1, (call.granted_quarters or 0) + 1):
        if quarters.charge_at(begins, quarter) > now:
            return
        yield quarter


def _next_at(call: Call, now: datetime) -> datetime | None:
    coming = 1 + max(_begun(call, now), default=0)
    return quarters.charge_at(meter.begins(call), coming) if coming <= (call.granted_quarters or 0) else None


def _payer(call: Call) -> int:
    if call.customer_id is None:
        raise ValueError(f"call {call.sid} has nobody to charge")
    return call.customer_id


def _accounts(session: Session, due: Sequence[Due]) -> dict[int, int]:
    """The accounts of those who pay, by customer; they are locked."""
    paying = {_payer(one.call) for one in due}
    found = session.execute(PAYING(session), {"customers": list(paying)})
    return {customer: account for customer, account in found if customer is not None}


def _posting(due: Due, account: int, earned: int) -> Posting:
    call = due.call
    return Posting(
        key=f"call:{call.id}:quarter:{due.quarter}",
        kind=JournalKind.QUARTER,
        amounts=((account, Points(-due.points)), (earned, due.points)),
        occurred_at=quarters.starts_at(meter.begins(call), due.quarter),
        actor=ACTOR,
        call_id=call.id,
        quarter=due.quarter,
        case_id=call.case_id,
        price_list_id=call.price_list_id,
    )


def _bring_into_line(session: Session, call: Call, quarter: int, *, due: Points, paid: Points, now: datetime) -> None:
    """Takes back what was too much for a quarter, as a correction; what is owed after all is charged as the quarter that it is."""
    difference = Points(-due - paid)
    if not difference:
        return
    account = ledger.customer_account(session, _payer(call))
    key = f"call:{call.id}:quarter:{quarter}"
    holds.capture(session, [(call.id, quarter)], now=now)
    original = session.scalars(select(Journal.id).where(Journal.key == key)).one()
    adjusted = session.scalar(select(func.count()).where(Journal.key.startswith(f"{key}:adjust:", autoescape=True))) or 0
    taken_back = difference > 0
    posting = Posting(
        key=f"{key}:adjust:{adjusted + 1}",
        kind=JournalKind.CORRECTION if taken_back else JournalKind.QUARTER,
        amounts=((account.id, difference), (ledger.house_account(session, ledger.EARNED).id, Points(-difference))),
        occurred_at=(call.ended_at or now) if taken_back else quarters.starts_at(meter.begins(call), quarter),
        actor=ACTOR,
        reason="settled: more was charged than the call owes" if taken_back else None,
        call_id=call.id,
        quarter=quarter,
        case_id=call.case_id,
        price_list_id=call.price_list_id,
        reverses_id=original if taken_back else None,
    )
    ledger.post(session, [posting], now=now)
    if not taken_back:
        _mark_beyond_limit(session, [Due(call, quarter, Points(-difference))], {_payer(call): account.id}, now=now)


def _mark_beyond_limit(session: Session, charged: Sequence[Due], accounts: dict[int, int], *, now: datetime) -> None:
    """Marks each quarter that took its customer's points past the limit (R11); balances are read once, and run backwards."""
    limited = [one for one in charged if meter.floor(one.call) is not None]
    moved = {accounts[_payer(one.call)] for one in limited}
    kept = session.execute(BALANCES(session), {"accounts": list(moved)}) if limited else ()
    behind = {account: balance or 0 for account, balance in kept}
    marks = []
    for one in reversed(limited):
        account, limit = accounts[_payer(one.call)], meter.floor(one.call)
        if limit is not None and behind[account] < limit:
            details = {"quarter": one.quarter, "balance": behind[account], "limit": limit}
            marks.append(_mark(one.call, "charged_beyond_limit", details, now=now))
        behind[account] += one.points
    session.add_all(reversed(marks))


def _mark(call: Call, action: str, details: Mapping[str, object], *, now: datetime) -> Audit:
    return Audit(at=now, actor=ACTOR, action=action, subject=f"call:{call.sid}", call_id=call.id, details=dict(details))
