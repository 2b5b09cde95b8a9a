"""The audit of the books: what must always be true of them, asked of the database as it stands (architecture.md, "Points")."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from billing import ledger, meter
from models import Account, Call, Entry, Hold
from models.values import CallState, HoldState, Points


def faults(session: Session) -> list[str]:
    """Everything that is wrong with the books, a sentence each; empty when they are in order."""
    return [*_unbalanced(session), *_balances(session), *_holds(session), *_charges(session)]


def _unbalanced(session: Session) -> Iterator[str]:
    total = func.sum(Entry.points)
    for journal, points in session.execute(select(Entry.journal_id, total).group_by(Entry.journal_id).having(total != 0)):
        yield f"journal {journal}: its entries sum to {points} and not to zero"


def _balances(session: Session) -> Iterator[str]:
    entries = _sums(session, select(Entry.account_id, func.sum(Entry.points)).group_by(Entry.account_id))
    held = select(Hold.account_id, func.sum(Hold.points)).where(Hold.state == HoldState.OPEN).group_by(Hold.account_id)
    holds = _sums(session, held)
    for account in session.scalars(select(Account).where(Account.customer_id.is_not(None))):
        if account.balance != entries.get(account.id, 0):
            yield f"account {account.name}: keeps {account.balance} points, its entries sum to {entries.get(account.id, 0)}"
        if account.held != holds.get(account.id, 0):
            yield f"account {account.name}: keeps {account.held} points held, its open holds sum to {holds.get(account.id, 0)}"


def _sums(session: Session, query: Select[int, Points]) -> dict[int, int]:
    return {account: int(points) for account, points in session.execute(query)}


def _holds(session: Session) -> Iterator[str]:
    stale = select(Call.sid, Hold.quarter).join(Hold, Hold.call_id == Call.id)
    for sid, quarter in session.execute(stale.where(Hold.state == HoldState.OPEN, Call.state == CallState.ENDED)):
        yield f"call {sid}: is over and still holds points for quarter {quarter}"


def _charges(session: Session) -> Iterator[str]:
    for call in session.scalars(select(Call).where(Call.state == CallState.ENDED, Call.customer_id.is_not(None))):
        owed = {quarter: points for quarter, points in meter.owed(session, call).items() if points}
        charged = {quarter: -points for quarter, points in ledger.charged(session, call.id).items() if points}
        if owed != charged:
            yield f"call {call.sid}: owes {owed} and was charged {charged} (points by quarter)"
