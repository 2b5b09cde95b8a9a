"""The audit of the books: what must always be true of them, asked of the database as it stands (architecture.md, "Points")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, lazyload

from billing import ledger, meter, refunds
from billing.holds import HOLDS
from billing.ledger import ACCOUNTS, ENTRIES, JOURNALS
from models import Account, Call, Correction, Entry, Hold, Journal
from models.corrections import CorrectionKind, CorrectionState
from models.values import CallState, HoldState, JournalKind, Points

BATCH: Final = 500

UNBALANCED: Final = (
    select(ENTRIES.c.journal_id, func.sum(ENTRIES.c.points)).group_by(ENTRIES.c.journal_id).having(func.sum(ENTRIES.c.points) != 0)
)
BY_ACCOUNT: Final = select(ENTRIES.c.account_id, func.sum(ENTRIES.c.points)).group_by(ENTRIES.c.account_id)
HELD: Final = (
    select(HOLDS.c.account_id, func.sum(HOLDS.c.points)).where(HOLDS.c.state == HoldState.OPEN).group_by(HOLDS.c.account_id)
)
KEPT: Final = select(ACCOUNTS).where(ACCOUNTS.c.customer_id.is_not(None))
EMPTY: Final = (
    select(JOURNALS.c.key)
    .outerjoin(ENTRIES, ENTRIES.c.journal_id == JOURNALS.c.id)
    .where(ENTRIES.c.id.is_(None), JOURNALS.c.kind != JournalKind.QUARTER)
)
STRANGE: Final = (
    select(Call.sid, Account.name)
    .join(Journal, Journal.call_id == Call.id)
    .join(Entry, Entry.journal_id == Journal.id)
    .join(Account, Account.id == Entry.account_id)
    .where(Account.customer_id.is_not(None) & Account.customer_id.is_distinct_from(Call.customer_id))
    .distinct()
)
OPEN_HOLDS: Final = (
    select(Call, Hold.quarter, Account)
    .join(Hold, Hold.call_id == Call.id)
    .join(Account, Account.id == Hold.account_id)
    .options(lazyload(Call.line))
    .where(Hold.state == HoldState.OPEN)
)
MAY_COST: Final = (
    select(Call)
    .options(lazyload(Call.line))
    .where(
        Call.id > bindparam("last"),
        Call.accepted_at.is_not(None) | exists().where(JOURNALS.c.call_id == Call.id, JOURNALS.c.quarter.is_not(None)),
    )
    .order_by(Call.id)
    .limit(BATCH)
)
"""Calls that owe something, or were charged: whoever was not accepted owes nothing (billing.meter)."""
REFUNDED: Final = (
    select(Call)
    .options(lazyload(Call.line))
    .where(
        Call.id.in_(
            select(Journal.call_id)
            .where(Journal.kind == JournalKind.REFUND)
            .union(select(Correction.call_id).where(Correction.state == CorrectionState.DONE))
        )
    )
    .order_by(Call.id)
)
POSTED: Final = (
    select(JOURNALS.c.key, func.max(ENTRIES.c.points))
    .join(ENTRIES, ENTRIES.c.journal_id == JOURNALS.c.id)
    .where(JOURNALS.c.kind == JournalKind.GRANT)
    .group_by(JOURNALS.c.key)
)
GRANTED: Final = select(Correction.id, Correction.points).where(
    Correction.kind == CorrectionKind.GRANT, Correction.state == CorrectionState.DONE
)
LOOSE: Final = select(JOURNALS.c.key).where(
    JOURNALS.c.kind == JournalKind.REFUND, JOURNALS.c.reverses_id.is_(None) | JOURNALS.c.call_id.is_(None)
)


def faults(session: Session) -> list[str]:
    """Everything that is wrong with the books, a sentence each; empty when they are in order."""
    of_calls = (*_holds(session), *_charges(session), *_refunds(session))
    return [*_unbalanced(session), *_entries(session), *_balances(session), *of_calls, *_corrections(session)]


def _unbalanced(session: Session) -> Iterator[str]:
    for journal, points in session.execute(UNBALANCED):
        yield f"journal {journal}: its entries sum to {points} and not to zero"


def _balances(session: Session) -> Iterator[str]:
    entries, holds = _sums(session, BY_ACCOUNT), _sums(session, HELD)
    for account in session.execute(KEPT):
        if account.balance != entries.get(account.id, 0):
            yield f"account {account.name}: keeps {account.balance} points, its entries sum to {entries.get(account.id, 0)}"
        if account.held != holds.get(account.id, 0):
            yield f"account {account.name}: keeps {account.held} points held, its open holds sum to {holds.get(account.id, 0)}"


def _sums(session: Session, query: Select[int, Points]) -> dict[int, int]:
    return {account: int(points) for account, points in session.execute(query)}


def _entries(session: Session) -> Iterator[str]:
    """Journals without entries (only a quarter may be free), and charges on somebody else's account."""
    for key in session.scalars(EMPTY):
        yield f"journal {key}: has no entries"
    for sid, name in session.execute(STRANGE):
        yield f"call {sid}: was charged on the account {name}, which is not its customer's"


def _holds(session: Session) -> Iterator[str]:
    open_ones = session.execute(OPEN_HOLDS).all()
    charged = ledger.charged_of(session, {call.id for call, _, _ in open_ones}) if open_ones else {}
    for call, quarter, account in open_ones:
        if account.customer_id is None or account.customer_id != call.customer_id:
            yield f"call {call.sid}: holds points for quarter {quarter} on the account {account.name}, which is not its customer's"
        if call.state is CallState.ENDED:
            yield f"call {call.sid}: is over and still holds points for quarter {quarter}"
        elif call.price_accepted_at is None:
            yield f"call {call.sid}: holds points for quarter {quarter}, and nobody accepted its price"
        elif charged[call.id].get(quarter):
            yield f"call {call.sid}: holds points for quarter {quarter}, which was charged"


def _charges(session: Session) -> Iterator[str]:
    """Call by call, BATCH of them with each question."""
    last = 0
    while calls := session.scalars(MAY_COST, {"last": last}).all():
        charged = ledger.charged_of(session, [call.id for call in calls])
        for call in calls:
            yield from _charges_of(
                session, call, {quarter: -points for quarter, points in sorted(charged[call.id].items()) if points}
            )
        last = calls[-1].id
        if len(calls) < BATCH:
            return


def _charges_of(session: Session, call: Call, charged: dict[int, int]) -> Iterator[str]:
    if call.state is CallState.ENDED:
        owed = {quarter: points for quarter, points in meter.owed(session, call).items() if points}
        if owed != charged:
            yield f"call {call.sid}: owes {owed} and was charged {charged} (points by quarter)"
    elif charged and call.accepted_at is None:
        yield f"call {call.sid}: was charged {charged} (points by quarter), and no supporter has accepted it"
    else:
        yield from _charges_so_far(session, call, charged)


def _charges_so_far(session: Session, call: Call, charged: dict[int, int]) -> Iterator[str]:
    """What is wrong with the charges of a call that goes on: what it owes in the end is not known yet."""
    granted = call.granted_quarters or 0
    for quarter, points in charged.items():
        if quarter > granted:
            yield f"call {call.sid}: was charged for quarter {quarter}, and {granted} were granted"
        elif points != (price := meter.price(session, call, quarter)):
            yield f"call {call.sid}: was charged {points} points for quarter {quarter}, whose price is {price}"


def _refunds(session: Session) -> Iterator[str]:
    """Refunds that are not what was granted, or more than was charged."""
    for call in session.scalars(REFUNDED):
        due, back = (
            {quarter: points for quarter, points in found.items() if points}
            for found in (refunds.due(session, call), refunds.posted(session, call.id))
        )
        if due != back:
            yield f"call {call.sid}: was to be refunded {due} and was refunded {back} (points by quarter)"


def _corrections(session: Session) -> Iterator[str]:
    """Points given without a correction behind them, or otherwise than it says; refunds that do not say what they correct."""
    posted = dict(session.execute(POSTED).all())
    granted = {f"grant:{correction}": points for correction, points in session.execute(GRANTED)}
    for name in sorted(posted.keys() | granted.keys()):
        if posted.get(name) != granted.get(name):
            yield f"journal {name}: gives {posted.get(name)} points, and {granted.get(name)} were granted"
    for name in session.scalars(LOOSE):
        yield f"journal {name}: is a refund, and does not say of what"
