"""Customers with points, calls that ring, and postings, as tests of the ledger need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger, purchases
from billing.ledger import Posting
from models import Account, Call, Customer, Line
from models.values import CallState, Flow, JournalKind, Language, Points

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)


def bought(session: Session, number: str, points: int) -> Account:
    """The account of a new customer who bought so many points."""
    customer = Customer(number=number, name=f"Customer {number}", created_at=NOW)
    session.add(customer)
    session.flush()
    purchases.buy(session, customer, points=Points(points), reference="first", actor="test", now=NOW)
    return ledger.customer_account(session, customer.id)


def a_call(session: Session, number: int = 1) -> int:
    """A call that rings."""
    line = session.scalar(select(Line)) or Line(number="+4563186363", flow=Flow.SUPPORT, name="Døgnvagten")
    session.add(line)
    session.flush()
    call = Call(
        sid=f"CA{number:032d}",
        line_id=line.id,
        from_raw="",
        language=Language.DANISH,
        state=CallState.RINGING,
        started_at=NOW,
        heard_at=NOW,
        sweep_at=NOW,
    )
    session.add(call)
    session.flush()
    return call.id


def a_grant(session: Session, account: Account, points: int, *, other: int | None = None, **changed: Any) -> Posting:  # noqa: ANN401 - any field
    """A posting of points that the house gives; with `other` it does not balance."""
    issued = ledger.house_account(session, ledger.ISSUED)
    amounts = ((account.id, Points(points)), (issued.id, Points(-points if other is None else other)))
    return Posting(
        **{"key": "grant:1", "kind": JournalKind.PURCHASE, "amounts": amounts, "occurred_at": NOW, "actor": "test", **changed}
    )


def kept(account: Account) -> tuple[int | None, int | None]:
    """Balance and held points, as they are kept on the account."""
    return account.balance, account.held
