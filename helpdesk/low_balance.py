"""Points that run low: a customer's persons are told once for each time that the balance sinks below a threshold.

The ledger notes the crossing in the statement that moves the balance (`Account.low_at`); points bought before anybody was told
take it back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger, thresholds
from helpdesk import errands, events, recipients
from helpdesk.events import Event
from models import Account, Audit, Customer, Person
from models.values import Points, Policy
from models.webhooks import EventKind


def tell_due(session: Session, now: datetime) -> int:
    """Asks for the messages to the persons of one customer whose points run low; how many it did. Scheduler's unit of work."""
    due = select(Account).where(Account.low_at <= now).order_by(Account.low_at, Account.id).limit(1)
    account = session.scalar(due.with_for_update(skip_locked=True))
    if account is None or account.low_at is None:
        return 0
    customer = session.get_one(Customer, account.customer_id)
    values = {"company": customer.name, "balance": account.balance}
    there = select(Person.id).where(Person.customer_id == customer.id, Person.ended_at.is_(None))
    to = [recipients.person(person) for person in session.scalars(there.order_by(Person.id))]
    key = f"{account.id}:{account.low_at.isoformat()}"
    if customer.policy is Policy.INVOICE:  # no points are needed (R4)
        errands.notify(session, to, notice="low_balance_invoiced", values=values, key=f"low:{key}", now=now)
    else:
        errands.notify(session, to, notice="low_balance", values=values, key=f"low:{key}", now=now)
    data = {"customer": customer.number, "balance": account.balance}
    events.tell(session, Event(kind=EventKind.POINTS_LOW, key=key, at=account.low_at, data=data), now=now)
    account.low_at = None
    return 1


def notify_below(session: Session, customer: Customer, points: Points, *, actor: str, now: datetime) -> None:
    """From now on the customer's persons are told when the balance sinks below so many points.

    One that the new threshold overtakes is below it from now on, and told.
    """
    account = ledger.customer_account(session, customer.id)
    session.refresh(account, with_for_update=True)
    before = thresholds.LOW if account.notify_below is None else account.notify_below
    account.notify_below = points
    if before <= (account.balance or 0) < points:
        account.low_at = now
    details = {"before": before, "after": points}
    session.add(Audit(at=now, actor=actor, action="threshold_set", subject=f"customer:{customer.number}", details=details))
